// Whether a push endpoint's host is public or private, and how often its name is looked up.
import { expect, test } from "vitest";
import { createHosts } from "../../../src/delivery/hosts.ts";

/** Hosts by a resolver that knows `names`, and what it was asked. */
function hostsOf(names: Record<string, string[]>, allowPrivateTargets = false) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const fetch = async (text: string) => {
    const { searchParams } = new URL(text);
    const name = searchParams.get("name") ?? "";
    if (searchParams.get("type") === "A") asked.push(name);
    const found = searchParams.get("type") === "A" ? (names[name] ?? []) : [];
    return Response.json({ Answer: found.map((data) => ({ type: 1, data })) });
  };
  const leadsTo = createHosts(fetch, () => clock.now, allowPrivateTargets);
  return { asked, clock, leadsTo };
}

const NAMES = {
  "push.example.com": ["93.184.215.14"],
  "inside.example.com": ["10.0.0.1"],
  "both.example.com": ["93.184.215.14", "192.168.0.1"],
};

test.each([
  ["push.example.com", "public"],
  ["inside.example.com", "private"],
  ["both.example.com", "private"],
  ["nowhere.example.com", "unknown"],
  ["10.0.0.1", "private"],
  ["localhost..", "private"],
  ["93.184.215.14", "public"],
])("%s is %s", async (host, where) => {
  expect(await hostsOf(NAMES).leadsTo(host)).toBe(where);
});

test("a name is looked up once an hour", async () => {
  const { asked, clock, leadsTo } = hostsOf(NAMES);
  await leadsTo("push.example.com");
  clock.now = 3_599_999;
  await leadsTo("push.example.com");
  expect(asked).toHaveLength(1);
  clock.now = 3_600_000;
  await leadsTo("push.example.com");
  expect(asked).toHaveLength(2);
});

test("a name that could not be resolved is looked up again after ten seconds", async () => {
  const { asked, clock, leadsTo } = hostsOf({});
  await leadsTo("push.example.com");
  clock.now = 9_999;
  await leadsTo("push.example.com");
  expect(asked).toHaveLength(1);
  clock.now = 10_000;
  await leadsTo("push.example.com");
  expect(asked).toHaveLength(2);
});

test.each([
  "fcm.googleapis.com",
  "updates.push.services.mozilla.com",
  "wns2-par02p.notify.windows.com",
  "web.push.apple.com",
])("%s is public without being looked up", async (host) => {
  const { asked, leadsTo } = hostsOf({});
  expect(await leadsTo(host)).toBe("public");
  expect(await leadsTo(`${host}.example.com`)).toBe("unknown");
  expect(asked).toEqual([`${host}.example.com`]);
});

test("nothing is looked up where private targets are allowed", async () => {
  const { asked, leadsTo } = hostsOf({}, true);
  expect(await leadsTo("localhost")).toBe("public");
  expect(asked).toEqual([]);
});
