// Links to install a build: how they are asked for, how long they work, how they are revoked, and what has none.
import { expect, test } from "vitest";
import { DAY_MS } from "../../../../../src/kit/time.ts";
import { filesOf, triggered, useTestClock, cancel } from "../../../../support/builds.ts";
import { FakeBuilder } from "../../../../support/fake-builder.ts";
import { installable } from "../../../../support/install.ts";
import { readQrSvg } from "../../../../support/qr-svg.ts";
import { newAccount, newApp, newKey, newOwner } from "../../../../support/scenario.ts";
import { api, bindings, ORIGIN, rows, send, type Reply } from "../../../../support/worker.ts";

const clock = useTestClock();

const DAY_S = DAY_MS / 1000;

const statusOf = async (url: string) => (await send("GET", url)).status;

test("asking for a link answers its address, its end a week on, and its QR code", async () => {
  const { link } = await installable();
  const before = Date.now();
  const answer = await link();
  const after = Date.now();
  expect(answer.status).toBe(200);
  expect(Object.keys(answer.body)).toEqual(["data"]);
  const { url, expires_at, qr, ...rest } = answer.body.data;
  expect(rest).toEqual({});
  expect(url).toMatch(new RegExp(`^${ORIGIN}/install/[\\w-]{48}$`));
  expect(expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect(Date.parse(expires_at)).toBeGreaterThan(before + 7 * DAY_MS - 11);
  expect(Date.parse(expires_at)).toBeLessThanOrEqual(after + 7 * DAY_MS);
  expect(qr).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
  expect(readQrSvg(qr)).toBe(url);
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

test("a link says nothing of the build, and another is wholly another", async () => {
  // An id of few digits would stand in random bytes by chance.
  await installable();
  await rows("UPDATE sqlite_sequence SET seq = seq + 10000000 WHERE name = 'builds'");
  const { id, link } = await installable();
  const tokens = await Promise.all(
    Array.from({ length: 5 }, async () => (await link()).body.data.url.split("/").at(-1) as string),
  );
  const bytes = tokens.map((token) => new Uint8Array(Buffer.from(token, "base64url")));
  for (const [at, one] of bytes.entries()) {
    expect(Buffer.from(one).toString("latin1")).not.toContain(String(id));
    const others = bytes.filter((_, other) => other !== at);
    // Equal bytes in equal places: of 36, more than 6 by chance in one pair of 10^9.
    for (const other of others) {
      expect(one.filter((byte, place) => byte === other[place]).length).toBeLessThan(7);
    }
  }
});

test("a second link works beside the first", async () => {
  const { link } = await installable();
  const [first, second] = [(await link()).body.data.url, (await link()).body.data.url];
  expect(first).not.toBe(second);
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);
});

test.each([
  ["1", 1],
  ["60", 60],
  [String(365 * DAY_S), 365 * DAY_S],
])("expires_in=%s is how long a link works", async (wanted, seconds) => {
  const { link } = await installable();
  const before = Date.now();
  const { url, expires_at } = (await link(`?expires_in=${wanted}`)).body.data;
  const ends = Date.parse(expires_at);
  expect(ends).toBeGreaterThan(before + seconds * 1000 - 11);
  expect(ends).toBeLessThanOrEqual(Date.now() + seconds * 1000);
  clock.pass(Math.max(0, ends - Date.now() - 500));
  expect(await statusOf(url)).toBe(200);
  clock.pass(500);
  expect(await statusOf(url)).toBe(410);
});

test.each(["0", "-1", "31536001", "1e3", "1.5", "week", "", "9".repeat(400)])(
  "expires_in=%s is refused with what is allowed",
  async (wanted) => {
    const { link } = await installable();
    const refused = await link(`?expires_in=${wanted}`);
    expect(refused.status).toBe(422);
    expect(refused.body.errors.expires_in[0]).toMatch(
      /^The expires in field must (be an integer|be at least 1|not be greater than 31536000)\.$/,
    );
  },
);

test("another parameter, and the same one twice, are refused", async () => {
  const { link } = await installable();
  expect((await link("?expires=60")).status).toBe(422);
  expect((await link("?expires_in=60&expires_in=61")).status).toBe(422);
});

test("revoking ends all links that there are, and a new one works", async () => {
  const { owner, id, link } = await installable();
  const urls = [(await link()).body.data.url, (await link()).body.data.url];
  const revoke = () => api("DELETE", `/api/v1/builds/${id}/install`, { token: owner.account.key });
  expect(await revoke()).toMatchObject({
    status: 200,
    body: { message: "Install links revoked successfully." },
  });
  for (const url of urls) expect(await statusOf(url)).toBe(410);
  const fresh = (await link()).body.data.url;
  expect(await statusOf(fresh)).toBe(200);
  expect((await revoke()).status).toBe(200);
  for (const url of [...urls, fresh]) expect(await statusOf(url)).toBe(410);
});

test("revoking leaves another build's links alone", async () => {
  const one = await installable();
  const other = await installable();
  const { url } = (await other.link()).body.data;
  await api("DELETE", `/api/v1/builds/${one.id}/install`, { token: one.owner.account.key });
  expect(await statusOf(url)).toBe(200);
});

function refused(answer: Reply, message: string, status: string) {
  expect([answer.status, answer.body]).toEqual([
    409,
    { message, error: "not_installable", status },
  ]);
}

test("a build that is not completed has no link, and the refusal says what to do", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const of = (id: number) =>
    api("GET", `/api/v1/builds/${id}/install`, { token: owner.account.key });
  const id = await triggered(owner);
  const later = "Build is not completed yet. Ask again once its status is completed.";
  refused(await of(id), later, "pending");
  const { lease } = await builder.take();
  refused(await of(id), later, "building");
  await builder.fail(lease, false);
  const again = "there is nothing to install. Build the app again.";
  refused(await of(id), `Build has failed: ${again}`, "failed");
  const cancelled = await triggered(owner);
  await cancel(owner, cancelled);
  refused(await of(cancelled), `Build was cancelled: ${again}`, "cancelled");
});

test("an AAB has no link, whether it is completed or not", async () => {
  const { id, link } = await installable();
  const words =
    "An AAB is for stores and can't be installed: build an APK (build_format apk) to install it on a phone.";
  for (const status of ["completed", "pending"]) {
    await rows("UPDATE builds SET build_format = 'aab', status = ? WHERE id = ?", status, id);
    refused(await link(), words, status);
  }
});

test("a build whose file is gone has no link", async () => {
  const { owner, link } = await installable();
  const files = await filesOf(owner.app.id);
  await bindings.FILES.delete(files.filter((name) => !name.endsWith("log.txt")));
  const words = "The build's file was deleted: there is nothing to install. Build the app again.";
  refused(await link(), words, "completed");
});

test("another account's build, and one of an app that the key is not for, are missing", async () => {
  const { owner, id } = await installable();
  const stranger = await newAccount();
  const narrow = await newKey(owner.account.id, {
    app_ids: [(await newApp(owner.account.key)).id],
  });
  const { link } = await installable();
  const { url } = (await link()).body.data;
  for (const token of [stranger.key, narrow]) {
    for (const method of ["GET", "DELETE"]) {
      for (const path of [String(id), "999999999", "x", "4294967297"]) {
        const missing = await api(method, `/api/v1/builds/${path}/install`, { token });
        expect([missing.status, missing.body]).toEqual([404, { message: "Build not found." }]);
      }
    }
  }
  const query = await api("GET", `/api/v1/builds/${id}/install?expires_in=0`, {
    token: stranger.key,
  });
  expect(query.status).toBe(404);
  expect(await statusOf(url)).toBe(200);
});

test("reading needs builds:read, revoking builds:write", async () => {
  const { owner, id } = await installable();
  const path = `/api/v1/builds/${id}/install`;
  const read = await newKey(owner.account.id, { scopes: ["builds:read"] });
  const write = await newKey(owner.account.id, { scopes: ["builds:write"] });
  expect((await api("GET", path, { token: read })).status).toBe(200);
  expect((await api("DELETE", path, { token: read })).status).toBe(403);
  expect((await api("GET", path, { token: write })).status).toBe(403);
  expect((await api("DELETE", path, { token: write })).status).toBe(200);
});
