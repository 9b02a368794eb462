// Download links of builds: how they are asked for, what they answer, whole or in ranges, and how long they last.
import { expect, test } from "vitest";
import { DAY_MS } from "../../../../src/kit/time.ts";
import { filesOf, triggered, useTestClock } from "../../../support/builds.ts";
import { FakeBuilder } from "../../../support/fake-builder.ts";
import { api, bindings, send } from "../../../support/worker.ts";
import { newAccount, newOwner } from "../../../support/scenario.ts";

const clock = useTestClock();

async function completed(app: Record<string, unknown> = {}) {
  const builder = await FakeBuilder.start();
  const owner = await newOwner({ build_credits: 5 }, app);
  const id = await triggered(owner);
  const { lease } = await builder.take();
  const { bytes } = await builder.finish(lease);
  const link = await api("GET", `/api/v1/builds/${id}/download`, { token: owner.account.key });
  return { owner, id, bytes, link, url: link.body.download_url as string };
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

test("asking for a link answers the URL, file name, size and expiry of the contract", async () => {
  const before = Date.now();
  const { link, bytes, id, url } = await completed();
  expect(link.status).toBe(200);
  expect(link.body).toEqual({
    download_url: expect.stringMatching(
      new RegExp(
        `^https://slipway\\.test/public/builds/${id}/My%20App\\.apk\\?expires=\\d+&token=[\\w-]+$`,
      ),
    ),
    file_name: "My App.apk",
    file_size: bytes.length,
    expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
  });
  const expires = Number(new URL(url).searchParams.get("expires")) * 1000;
  expect(Date.parse(link.body.expires_at)).toBe(expires);
  expect(expires - before).toBeGreaterThan(7 * DAY_MS - 1_000);
  expect(expires - before).toBeLessThan(7 * DAY_MS + 20_000);
});

test("the link gives the file without a key, with its name, type and ETag", async () => {
  const { url, bytes } = await completed();
  const file = await send("GET", url);
  expect(file.status).toBe(200);
  expect(Object.fromEntries(file.headers)).toMatchObject({
    "content-type": "application/vnd.android.package-archive",
    "content-length": String(bytes.length),
    "content-disposition": `attachment; filename="My App.apk"; filename*=UTF-8''My%20App.apk`,
    "accept-ranges": "bytes",
    etag: expect.stringMatching(/^"[^"]+"$/),
    "x-content-type-options": "nosniff",
  });
  expect(await bytesOf(file)).toEqual(bytes);
  const head = await send("HEAD", url);
  expect(head.status).toBe(200);
  expect(head.headers.get("content-length")).toBe(String(bytes.length));
  expect(head.headers.get("etag")).toBe(file.headers.get("etag"));
  expect(await head.text()).toBe("");
});

test.each([
  ["Größe 日本 🚀", "Größe 日本 🚀.apk"],
  ['a/b\\c:d*e?f"g<h>i|j', "a b c d e f g h i j.apk"],
  ["..", "app.apk"],
  ["100%41 #1", "100%41 #1.apk"],
  ["\u202egpj.photo", "gpj.photo.apk"],
  ["a" + "日".repeat(99), `a${"日".repeat(66)}.apk`],
  ["🚀".repeat(100), `${"🚀".repeat(50)}.apk`],
])("the app's name %j makes the file name %j", async (name, fileName) => {
  const { link, url, bytes } = await completed({ name });
  expect(link.body.file_name).toBe(fileName);
  const file = await send("GET", url);
  const disposition = file.headers.get("content-disposition") ?? "";
  expect(disposition).toMatch(
    /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w%.!~'()*-]+$/,
  );
  expect(decodeURIComponent(disposition.split("UTF-8''")[1] ?? "")).toBe(fileName);
  expect(await bytesOf(file)).toEqual(bytes);
});

test.each([
  ["bytes=0-99", 0, 100],
  ["bytes=100-199", 100, 200],
  ["bytes=900-", 900, 1000],
  ["bytes=-10", 990, 1000],
  ["bytes=0-", 0, 1000],
  ["bytes=990-5000", 990, 1000],
  ["bytes=-5000", 0, 1000],
  ["Bytes=5-5", 5, 6],
])("answers 206 with the bytes of the range %s", async (range, start, end) => {
  const { url, bytes } = await completed();
  const part = await send("GET", url, { headers: { range } });
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/1000`);
  expect(part.headers.get("content-length")).toBe(String(end - start));
  expect(await bytesOf(part)).toEqual(bytes.slice(start, end));
});

test.each(["bytes=1000-", "bytes=5000-6000", "bytes=-0"])(
  "answers 416 to the range %s",
  async (range) => {
    const { url } = await completed();
    const refused = await send("GET", url, { headers: { range } });
    expect(refused.status).toBe(416);
    expect(refused.headers.get("content-range")).toBe("bytes */1000");
  },
);

test.each(["bytes=0-1,5-6", "bytes=9-1", "bytes=-", "bytes=a-b", "lines=0-1", ""])(
  "ignores the range %j and answers the whole file",
  async (range) => {
    const { url, bytes } = await completed();
    const whole = await send("GET", url, { headers: { range } });
    expect(whole.status).toBe(200);
    expect(await bytesOf(whole)).toEqual(bytes);
  },
);

test("If-None-Match and If-Range are compared with the file's ETag", async () => {
  const { url, bytes } = await completed();
  const etag = (await send("HEAD", url)).headers.get("etag") ?? "";
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const same = await send("GET", url, { headers: { "if-none-match": known } });
    expect([same.status, await same.text()]).toEqual([304, ""]);
    expect(same.headers.get("etag")).toBe(etag);
  }
  expect((await send("GET", url, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  const range = "bytes=0-9";
  const part = await send("GET", url, { headers: { range, "if-range": etag } });
  expect([part.status, (await bytesOf(part)).length]).toEqual([206, 10]);
  for (const other of ['"other"', `W/${etag}`, "Wed, 21 Oct 2026 07:28:00 GMT"]) {
    const whole = await send("GET", url, { headers: { range, "if-range": other } });
    expect([whole.status, await bytesOf(whole)]).toEqual([200, bytes]);
  }
});

test("a link whose path, token or expiry is altered is refused", async () => {
  const first = await completed();
  const second = await completed();
  const altered = (change: (url: URL) => void) => {
    const url = new URL(first.url);
    change(url);
    return String(url);
  };
  const token = new URL(first.url).searchParams.get("token") ?? "";
  const flipped = token.replace(/^./, (character) => (character === "A" ? "B" : "A"));
  for (const url of [
    altered((at) => at.searchParams.set("token", flipped)),
    altered((at) => at.searchParams.set("token", "")),
    altered((at) => at.searchParams.delete("token")),
    altered((at) => at.searchParams.set("expires", String(Date.now()))),
    altered((at) => at.searchParams.set("expires", "x")),
    altered((at) => (at.pathname = at.pathname.replace("My%20App", "Another"))),
    altered((at) => at.searchParams.delete("expires")),
    altered((at) => (at.pathname = at.pathname.replace(`/${first.id}/`, `/${second.id}/`))),
  ]) {
    const refused = await api("GET", url);
    expect([refused.status, refused.body]).toEqual([
      403,
      { message: "This download link is not valid.", error: "link_invalid" },
    ]);
  }
});

test("a link expires after seven days", async () => {
  const { url } = await completed();
  clock.pass(7 * DAY_MS - 30_000);
  expect((await send("HEAD", url)).status).toBe(200);
  clock.pass(31_000);
  const refused = await api("GET", url);
  expect([refused.status, refused.body]).toEqual([
    403,
    {
      message: "This download link has expired. Ask for a new one.",
      error: "link_expired",
    },
  ]);
});

test("a link and a request for a new one answer 404 once the file is deleted", async () => {
  const { url, owner, id } = await completed();
  const key = (await filesOf(owner.app.id)).find((name) => !name.endsWith("log.txt")) ?? "";
  await bindings.FILES.delete(key);
  const gone = { message: "This file has been deleted.", error: "artifact_not_found" };
  const file = await api("GET", url);
  expect([file.status, file.body]).toEqual([404, gone]);
  expect((await send("HEAD", url)).status).toBe(404);
  const link = await api("GET", `/api/v1/builds/${id}/download`, { token: owner.account.key });
  expect([link.status, link.body]).toEqual([
    404,
    { message: "Build artifact not available.", error: "artifact_not_found" },
  ]);
});

test("a link answers 404 once the app is deleted", async () => {
  const { url, owner } = await completed();
  await api("DELETE", `/api/v1/apps/${owner.app.id}`, { token: owner.account.key });
  expect((await api("GET", url)).status).toBe(404);
});

test("a build that is not completed has no download link", async () => {
  const builder = await FakeBuilder.start();
  const owner = await newOwner();
  const id = await triggered(owner);
  const link = () => api("GET", `/api/v1/builds/${id}/download`, { token: owner.account.key });
  const refusal = (status: string) => ({
    message: "Build is not completed yet.",
    error: "build_not_completed",
    status,
  });
  expect(await link()).toMatchObject({ status: 400, body: refusal("pending") });
  const { lease } = await builder.take();
  expect(await link()).toMatchObject({ status: 400, body: refusal("building") });
  await builder.fail(lease, false);
  expect(await link()).toMatchObject({
    status: 400,
    body: { ...refusal("failed"), message: "Build has failed: there is nothing to download." },
  });
  const cancelled = await triggered(owner);
  await api("POST", `/api/v1/builds/${cancelled}/cancel`, { token: owner.account.key });
  const gone = await api("GET", `/api/v1/builds/${cancelled}/download`, {
    token: owner.account.key,
  });
  expect(gone).toMatchObject({
    status: 400,
    body: {
      ...refusal("cancelled"),
      message: "Build was cancelled: there is nothing to download.",
    },
  });
});

test("another account's build answers 404 like an unknown one", async () => {
  const { id } = await completed();
  const stranger = await newAccount();
  for (const path of [
    `/api/v1/builds/${id}`,
    `/api/v1/builds/${id}/download`,
    `/api/v1/builds/${id}/logs`,
    "/api/v1/builds/999999999",
    "/api/v1/builds/999999999/download",
    "/api/v1/builds/999999999/logs",
    "/api/v1/builds/x/logs",
  ]) {
    const missing = await api("GET", path, { token: stranger.key });
    expect([missing.status, missing.body]).toEqual([404, { message: "Build not found." }]);
  }
  const cancelled = await api("POST", `/api/v1/builds/${id}/cancel`, { token: stranger.key });
  expect([cancelled.status, cancelled.body]).toEqual([404, { message: "Build not found." }]);
});
