// An app's subscribers as a file.
import { expect, test, vi } from "vitest";
import { signedIn, type TestPerson } from "../../../support/person.ts";
import { newApp } from "../../../support/scenario.ts";
import { addSubscribers, type SubscriberRow } from "../../../support/subscribers.ts";
import { countTrips } from "../../../support/trips.ts";
import { rows } from "../../../support/worker.ts";

async function newWorld(): Promise<{
  owner: TestPerson;
  path: string;
  add: (row?: SubscriberRow, count?: number) => Promise<{ id: number; uuid: string }[]>;
}> {
  const owner = await signedIn();
  const { id: app } = await newApp(owner.account.key, { name: "Market" });
  return {
    owner,
    path: `${owner.base}/apps/${app}/audience`,
    add: async (row = {}, count = 1) => addSubscribers(owner.account.id, app, count, row),
  };
}

const HEAD =
  "id,user_id,platform,provider,status,tags,language,country,timezone,created_at,last_active_at,unsubscribed_at";
const linesOf = (text: string) => text.trimEnd().split("\r\n");

test("a file has what is known of each, no address and no key, and no formula", async () => {
  const { owner, path, add } = await newWorld();
  const [first] = await add({
    user: "=HYPERLINK(1)",
    tags: ['say "hi"', "box"],
    language: "de-AT",
    country: "AT",
  });
  await rows(
    "UPDATE subscribers SET token = 'secret-token', p256dh = 'secret-key', auth = 'secret-auth' WHERE id = ?",
    first!.id,
  );
  const { status, headers, html: text } = await owner.post(`${path}/export`);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(headers.get("content-disposition")).toBe('attachment; filename="subscribers.csv"');
  expect(text).not.toContain("secret");
  const [head, line] = linesOf(text);
  expect(head).toBe(HEAD);
  expect(line).toMatch(
    /^[-0-9a-f]{36},'=HYPERLINK\(1\),android,fcm,active,"say ""hi"", box",de-AT,AT,,2\d{3}-[^,]*Z,2[^,]*Z,$/,
  );
  expect(text.endsWith("\r\n")).toBe(true);
});

test("it has whom the list shows, and the audit log says that it was taken, not who was looked for", async () => {
  const { owner, path, add } = await newWorld();
  await add({ user: "ann", tags: ["box"] });
  await add({ user: "bob", tags: ["box"], platform: "web" });
  await add({ user: "cleo" });
  const wanted = { find: "b", tag: "box", platform: "web", status: "active" };
  const { html: page } = await owner.get(`${path}?${new URLSearchParams(wanted).toString()}`);
  for (const [name, value] of Object.entries(wanted)) {
    expect(page).toContain(`<input type="hidden" name="${name}" value="${value}"/>`);
  }
  const { html: text } = await owner.post(`${path}/export`, wanted);
  expect(linesOf(text).map((line) => line.split(",")[1])).toEqual(["user_id", "bob"]);
  const noted = await rows(
    "SELECT did, thing_name, facts FROM audit_entries WHERE account_id = ? AND did = 'subscriber.export'",
    owner.account.id,
  );
  expect(noted).toHaveLength(1);
  expect(noted[0].thing_name).toBe("Market");
  expect(JSON.parse(noted[0].facts)).toMatchObject({
    tag: "box",
    platform: "web",
    status: "active",
    by: "user id",
  });
  const log = await owner.get(`${owner.base}/audit?kind=subscriber`);
  expect(log.html).toContain("exported subscribers of");
  expect(log.html).toContain(`href="${path}"`);
});

test("thousands are read a thousand at a time, each once", async () => {
  const { owner, path, add } = await newWorld();
  await add({ user: "u#", tags: ["box"] }, 4200);
  for (const filters of [{}, { find: "u" }, { tag: "box" }, { platform: "android", tag: "box" }]) {
    const trips = countTrips();
    const { html: text } = await owner.post(`${path}/export`, filters);
    // Five reads, and who asks, the limit, the app and the entry.
    expect(trips(), JSON.stringify(filters)).toBeLessThanOrEqual(12);
    vi.restoreAllMocks();
    const users = linesOf(text)
      .slice(1)
      .map((line) => line.split(",")[1]);
    expect(users).toHaveLength(4200);
    expect(new Set(users).size).toBe(4200);
  }
});

test("who may only look has no button, and gets no file", async () => {
  const { owner, path, add } = await newWorld();
  await add();
  const viewer = await signedIn("viewer", owner.account);
  expect((await viewer.get(path)).html).not.toContain("/export");
  expect((await viewer.post(`${path}/export`)).status).toBe(403);
});
