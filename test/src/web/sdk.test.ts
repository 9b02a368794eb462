// The scripts of the browser SDK as the Worker serves them, and what a page or worker of another origin may ask with them.
import { describe, expect, test } from "vitest";
import { SCRIPTS } from "../../../src/web/sdk/scripts.ts";
import { newAccount } from "../../support/scenario.ts";
import { api, newEndpoint, send } from "../../support/worker.ts";

const NAMES = Object.keys(SCRIPTS) as (keyof typeof SCRIPTS)[];
const SITE = "https://shop.example";

test.each(NAMES)("%s is served to every origin, as a script that may be kept", async (name) => {
  const answer = await send("GET", `/sdk/${name}`, { headers: { origin: SITE } });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe(SCRIPTS[name]);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
    "cache-control":
      name === "sw.js" ? "no-cache" : "public, max-age=300, stale-while-revalidate=86400",
    etag: expect.stringMatching(/^"[\w+/=]{44}"$/),
  });
});

test.each(NAMES)("who has kept %s is answered without it", async (name) => {
  const etag = (await send("HEAD", `/sdk/${name}`)).headers.get("etag")!;
  for (const kept of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const answer = await send("GET", `/sdk/${name}`, { headers: { "if-none-match": kept } });
    expect([answer.status, await answer.text()], kept).toEqual([304, ""]);
    expect(answer.headers.get("etag")).toBe(etag);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  }
  const other = await send("GET", `/sdk/${name}`, { headers: { "if-none-match": '"other"' } });
  expect(other.status).toBe(200);
  expect(await other.text()).not.toBe("");
});

test("each has an entity tag of its own", async () => {
  const answers = await Promise.all(NAMES.map((name) => send("HEAD", `/sdk/${name}`)));
  expect(new Set(answers.map(({ headers }) => headers.get("etag"))).size).toBe(NAMES.length);
});

test("HEAD answers as GET does, without the script", async () => {
  const [head, get] = [await send("HEAD", "/sdk/slipway.js"), await send("GET", "/sdk/slipway.js")];
  await get.text();
  expect(await head.text()).toBe("");
  const headersOf = ({ headers }: Response) =>
    Object.fromEntries(
      [...headers].filter(([name]) => !/^(?:x-request-id|content-length)$/.test(name)),
    );
  expect(headersOf(head)).toEqual(headersOf(get));
});

test("a version that a site's software adds to the address changes nothing", async () => {
  const answer = await send("GET", "/sdk/slipway.classic.js?ver=6.4");
  expect(answer.status).toBe(200);
  await answer.text();
});

test.each([
  ["GET", "/sdk", 404],
  ["GET", "/sdk/", 404],
  ["GET", "/sdk/nope.js", 404],
  ["GET", "/sdk/constructor", 404],
  ["GET", "/sdk/toString", 404],
  ["GET", "/sdk/sw.js/more", 404],
  ["POST", "/sdk/sw.js", 405],
  ["DELETE", "/sdk/slipway.js", 405],
])("%s %s is %i, which no cache stores and no browser runs", async (method, path, status) => {
  const answer = await send(method, path);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  if (status === 405) expect(answer.headers.get("allow")).toBe("GET, HEAD");
  await answer.text();
});

test("the OpenAPI document has no operation of /sdk, as it has no page", async () => {
  const { paths } = (await api("GET", "/openapi.json")).body;
  expect(Object.keys(paths).filter((path) => path.startsWith("/sdk"))).toEqual([]);
});

describe("what the worker of a site asks", () => {
  const HEADERS = "authorization, content-type, x-app-key";
  const ID = "0f8fad5b-d9cb-469f-a165-70867728950e";
  /** All that the SDK asks with headers, by its method and path. */
  const ASKED = [
    ["GET", `/public/apps/${ID}/keys`],
    ["POST", `/public/apps/${ID}/subscribers`],
    ["PATCH", `/public/subscribers/${ID}`],
    ["DELETE", `/public/subscribers/${ID}`],
    ["POST", "/public/codes/mYdBbW0Qb3mXn0sJ4uV2cA/redeem"],
    ["GET", "/public/subscribers/me/subscriptions"],
    ["PUT", "/public/subscriptions/63c7e1b29b02d1f59423bb39/mute"],
    ["DELETE", "/public/subscriptions/63c7e1b29b02d1f59423bb39/mute"],
    ["DELETE", "/public/subscriptions/63c7e1b29b02d1f59423bb39"],
  ] as const;

  test.each(ASKED)(
    "%s %s may be asked from another origin, with its headers",
    async (method, path) => {
      const preflight = await send("OPTIONS", path, {
        headers: {
          origin: SITE,
          "access-control-request-method": method,
          "access-control-request-headers": HEADERS,
        },
      });
      expect(preflight.ok).toBe(true);
      expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
      expect(preflight.headers.get("access-control-allow-methods")?.split(", ")).toContain(method);
      expect(preflight.headers.get("access-control-allow-headers")).toBe(HEADERS);
      await preflight.text();
    },
  );

  test.each(ASKED)("%s %s is refused so that the page can read why", async (method, path) => {
    const token = "sw_sub_2b7e151628aed2a6abf7158809cf4f3c";
    const refused = await send(method, path, { token, headers: { origin: SITE } });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
    expect(await refused.json()).toMatchObject({ message: expect.any(String) });
  });

  test("a subscription of the browser's is taken as it is, with the app's present keys, and again with its token", async () => {
    const { key: token } = await newAccount();
    const made = await api("POST", "/api/v1/push/apps", { token, json: { name: "Shop" } });
    const { id } = made.body.data;
    const keys = (await api("GET", `/public/apps/${id}/keys`)).body.data;
    expect(keys.vapid_public_key).toEqual(expect.any(String));
    const json = {
      platform: "web",
      endpoint: newEndpoint(),
      expirationTime: null,
      keys: {
        p256dh:
          "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth: "BTBZMqHH6r4Tts7J_aSIgg",
      },
      language: "de-DE",
      timezone: "Europe/Berlin",
    };
    const headers = { origin: SITE, "x-app-key": keys.public_key };
    const path = `/public/apps/${id}/subscribers`;
    const first = await api("POST", path, { json: { ...json, tags: ["news"] }, headers });
    expect(first.status).toBe(201);
    const again = await api("POST", path, { json, headers, token: first.body.data.token });
    expect([again.status, again.body.data]).toEqual([200, first.body.data]);
  });
});
