// Rate limits: they are exact, count by API key, are stated in headers, and survive eviction of the counter.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { hashSecret } from "../../../src/kit/secret.ts";
import { newAccount, newKey } from "../../support/scenario.ts";
import { admin, api, beginMinute, bindings, newAddress, send } from "../../support/worker.ts";
import { notingCounters } from "../../support/wrong-credentials.ts";

const LIMIT = 5;
const MINUTE_MS = 60_000;

beforeAll(async () => {
  const plan = { name: "Five", price: 0, monthly_credits: 1, rate_limit: LIMIT };
  await admin("PUT", "/plans", { plans: [plan] });
});

const counter = async (key: string) =>
  bindings.RATE_LIMITER.get(bindings.RATE_LIMITER.idFromName(`v1:${await hashSecret(key)}`));

async function expectTooMany(key: string): Promise<void> {
  const refused = await api("GET", "/api/v1/account", { token: key });
  expect(refused.status).toBe(429);
  expect(refused.body).toEqual({ message: "Too Many Attempts." });
  expect(refused.headers.get("x-ratelimit-limit")).toBe(String(LIMIT));
  expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
  const resetAt = Number(refused.headers.get("x-ratelimit-reset")) * 1000;
  expect(Math.abs(resetAt - Date.now())).toBeLessThanOrEqual(MINUTE_MS);
  const wait = Number(refused.headers.get("retry-after"));
  const left = (MINUTE_MS - (Date.now() % MINUTE_MS)) / 1000;
  expect(wait).toBeGreaterThanOrEqual(Math.floor(left));
  expect(wait).toBeLessThanOrEqual(Math.ceil(left) + 1);
}

test("passes five requests of a limit of five, saying how many are left, and refuses the sixth", async () => {
  const { key } = await newAccount({ plan: "Five" });
  beginMinute();
  for (let left = LIMIT - 1; left >= 0; left -= 1) {
    const answer = await api("GET", "/api/v1/account", { token: key });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-ratelimit-limit")).toBe(String(LIMIT));
    expect(answer.headers.get("x-ratelimit-remaining")).toBe(String(left));
    expect(answer.headers.get("retry-after")).toBeNull();
  }
  await expectTooMany(key);
});

test("passes exactly five of twenty simultaneous requests", async () => {
  const { key } = await newAccount({ plan: "Five" });
  beginMinute();
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => send("GET", "/api/v1/account", { token: key })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(20 - LIMIT);
  await Promise.all(answers.map(async (answer) => answer.text()));
});

test("forgets no request when the counter is evicted after each", async () => {
  const { key } = await newAccount({ plan: "Five" });
  beginMinute();
  for (let n = 0; n < LIMIT; n += 1) {
    expect((await api("GET", "/api/v1/account", { token: key })).status).toBe(200);
    await evictDurableObject(await counter(key));
  }
  await expectTooMany(key);
});

test("counts two API keys of one account separately", async () => {
  const { id, key } = await newAccount({ plan: "Five" });
  const other = await newKey(id);
  beginMinute();
  for (let n = 0; n < LIMIT; n += 1) await api("GET", "/api/v1/account", { token: key });
  await expectTooMany(key);
  expect((await api("GET", "/api/v1/account", { token: other })).status).toBe(200);
});

test("counts requests that are answered 404", async () => {
  const { key } = await newAccount({ plan: "Five" });
  beginMinute();
  for (let left = LIMIT - 1; left >= 0; left -= 1) {
    const missing = await api("GET", "/api/v1/apps/1e3", { token: key });
    expect(missing.status).toBe(404);
    expect(missing.headers.get("x-ratelimit-remaining")).toBe(String(left));
  }
  await expectTooMany(key);
});

test("answers 429 rather than 403 once the limit is used up", async () => {
  const { id } = await newAccount({ plan: "Five" });
  const narrow = await newKey(id, { scopes: ["push:read"] });
  beginMinute();
  for (let n = 0; n < LIMIT; n += 1) {
    expect((await api("GET", "/api/v1/account", { token: narrow })).status).toBe(403);
  }
  await expectTooMany(narrow);
});

test("applies a changed limit at once", async () => {
  const plan = { name: "Changing", price: 0, monthly_credits: 1, rate_limit: 1 };
  await admin("PUT", "/plans", { plans: [plan] });
  const { key } = await newAccount({ plan: "Changing" });
  beginMinute();
  expect((await api("GET", "/api/v1/account", { token: key })).status).toBe(200);
  expect((await api("GET", "/api/v1/account", { token: key })).status).toBe(429);
  await admin("PUT", "/plans", { plans: [{ ...plan, rate_limit: 10 }] });
  const answer = await api("GET", "/api/v1/account", { token: key });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-ratelimit-remaining")).toBe("7");
});

test("makes no object for a made-up key, and one for a key once it is known to exist", async () => {
  const address = newAddress();
  const { ask, names } = notingCounters();
  const account = async (key: string) => {
    const headers = { "cf-connecting-ip": address, authorization: `Bearer ${key}` };
    return (await ask("GET", "/api/v1/account", { headers })).status;
  };
  const random = crypto.getRandomValues(new Uint8Array(32));
  expect(await account(`sw_live_${Buffer.from(random).toString("base64url")}`)).toBe(401);
  expect(names()).toEqual([`wrong-credentials:${address}`]);
  const { key } = await newAccount({ plan: "Five" });
  expect(await account(key)).toBe(200);
  expect(names()).toEqual([`wrong-credentials:${address}`, `v1:${await hashSecret(key)}`]);
});

test("erases the count of a key once its minute is over", async () => {
  const { key } = await newAccount({ plan: "Five" });
  const endMinute = beginMinute();
  expect((await api("GET", "/api/v1/account", { token: key })).status).toBe(200);
  const stub = await counter(key);
  const kept = async () =>
    runInDurableObject(stub, async (_, { storage }) => (await storage.list()).size);
  expect(await kept()).toBe(1);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await kept()).toBe(1);
  endMinute();
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await kept()).toBe(0);
  expect(await stub.hit()).toMatchObject({ count: 1 });
});

test("the seeded plans allow 600, 1,200 and 6,000 requests a minute", async () => {
  const limits = { Free: "600", Pro: "1200", Unlimited: "6000" };
  for (const [plan, limit] of Object.entries(limits)) {
    const { key } = await newAccount({ plan });
    const answer = await api("GET", "/api/v1/account", { token: key });
    expect(answer.headers.get("x-ratelimit-limit")).toBe(limit);
  }
});

test("answers of 403, 400 and 404 say how many requests are left", async () => {
  const { id } = await newAccount({ plan: "Five" });
  const token = await newKey(id, { scopes: ["apps:read"] });
  beginMinute();
  const refused = [
    await api("GET", "/api/v1/account", { token }),
    await api("GET", "/api/v1/apps", { token, headers: { "x-slipway-bookmark": "none" } }),
    await api("GET", "/api/v1/apps/1", { token }),
  ];
  expect(
    refused.map(({ status, headers }) => [status, headers.get("x-ratelimit-remaining")]),
  ).toEqual([
    [403, "4"],
    [400, "3"],
    [404, "2"],
  ]);
});
