// Access to every operation of the push API: without a key, with wrong or too narrow keys, and with another
// account's. A new operation is tested as soon as it is in the API's list.
import { beforeAll, describe, expect, test } from "vitest";
import { push } from "../../../../src/api/push/index.ts";
import { Scope } from "../../../../src/domain/scopes.ts";
import type { Operation } from "../../../../src/http/operation.ts";
import { PUSH, register, androidSubscriber } from "../../../support/push.ts";
import { api, beginMinute, rows } from "../../../support/worker.ts";
import {
  newAccount,
  newApp,
  newKey,
  newPushApp,
  type TestAccount,
} from "../../../support/scenario.ts";

/** What a key is told that expired 1 ms after 1970 began. */
const ENDED =
  'Bearer error="invalid_token", error_description="The API key expired at 1970-01-01T00:00:00Z"';
const NOBODY = "00000000-0000-4000-8000-000000000000";
const operations: [string, Operation][] = push.operations.map((operation) => [
  `${operation.docs.method.toUpperCase()} ${operation.docs.path}`,
  operation,
]);
const ofApps = operations.filter(([, { docs }]) => docs.path.startsWith("/apps/{id}"));

let owner: TestAccount;
let app: { id: string; v1_id: number };
let subscriber: string;
beforeAll(async () => {
  owner = await newAccount();
  app = await newPushApp(owner.key);
  const made = await register(owner, app.id, androidSubscriber());
  subscriber = made.body.data.id;
});

function pathOf({ docs }: Operation, appId: string): string {
  return (
    PUSH +
    docs.path
      .replace("{id}", appId)
      .replace("{provider}", "webpush")
      .replace("{subscriber_id}", subscriber)
      .replaceAll(/\{\w+\}/g, NOBODY)
  );
}

/** Calls an operation; what it refuses is JSON with an error. */
async function call({ docs }: Operation, token: string | undefined, path: string, body = "{}") {
  const answer = await api(docs.method.toUpperCase(), path, {
    ...(token === undefined ? {} : { token }),
    ...(docs.method === "get" ? {} : { body }),
  });
  if (answer.status >= 400) {
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.body.error).toEqual(expect.any(String));
  }
  return answer;
}

/** A key of a new account, since these tests send more requests in a minute than one account may. */
async function freshKey(scopes?: string[]): Promise<{ account: TestAccount; key: string }> {
  const account = await newAccount();
  return { account, key: await newKey(account.id, scopes ? { scopes } : {}) };
}

describe.each(operations)("%s", (_name, operation) => {
  test("answers 401 without a valid key", async () => {
    const ended = await newKey(owner.id);
    await rows("UPDATE api_keys SET expires_at = 1 WHERE key_prefix = ?", ended.slice(0, 12));
    for (const token of [undefined, "nonsense", `sw_live_${"A".repeat(43)}`, ended]) {
      const refused = await call(operation, token, pathOf(operation, app.id), "{");
      expect(refused.status, token).toBe(401);
      expect(refused.body).toEqual({ error: "Invalid or missing API key" });
      expect(refused.headers.get("www-authenticate")).toBe(token === ended ? ENDED : "Bearer");
    }
  });

  test("answers 403 to a key with every other scope, before it looks for anything", async () => {
    const others = Scope.options.filter((scope) => scope !== operation.scope && scope !== "*");
    const { key } = await freshKey(others);
    for (const id of [app.id, NOBODY, "x"]) {
      const refused = await call(operation, key, pathOf(operation, id), "{");
      expect(refused.status).toBe(403);
      expect(refused.body).toEqual({ error: "Insufficient scope" });
    }
  });

  test("lets in a key that has only its own scope, and states the rate limit", async () => {
    const { key } = await freshKey([operation.scope ?? "*"]);
    const answer = await call(operation, key, pathOf(operation, NOBODY));
    expect([401, 403]).not.toContain(answer.status);
    expect(answer.status).toBeLessThan(500);
    const limit = Number(answer.headers.get("x-ratelimit-limit"));
    expect([30, 60, 100]).toContain(limit);
    expect(answer.headers.get("x-ratelimit-remaining")).toBe(String(limit - 1));
    const reset = Number(answer.headers.get("x-ratelimit-reset")) - Date.now() / 1000;
    expect(reset).toBeGreaterThan(-1);
    expect(reset).toBeLessThan(62);
  });
});

describe.each(ofApps)("%s", (_name, operation) => {
  test("answers 404 for another account's app, whatever the body, and leaves it unchanged", async () => {
    const { key } = await freshKey();
    const belongings = async () => [
      await rows("SELECT * FROM apps WHERE account_id = ?", owner.id),
      await rows("SELECT * FROM subscribers WHERE account_id = ?", owner.id),
      await rows("SELECT * FROM push_credentials WHERE account_id = ?", owner.id),
    ];
    const before = await belongings();
    for (const id of [app.id, NOBODY, "1", "x", app.id.slice(1), String(app.v1_id)]) {
      for (const body of ["{}", "{", "[]"]) {
        const missing = await call(operation, key, pathOf(operation, id), body);
        expect(missing.status).toBe(404);
        expect(missing.body).toEqual({ error: "Not found" });
      }
    }
    expect(await belongings()).toEqual(before);
  });

  test("answers 403 for an app outside the key's list", async () => {
    const { account } = await freshKey();
    const allowed = await newApp(account.key);
    const barred = await newPushApp(account.key);
    const limited = await newKey(account.id, { app_ids: [allowed.id] });
    const refused = await call(operation, limited, pathOf(operation, barred.id), "{");
    expect(refused.status).toBe(403);
    expect(refused.body).toEqual({ error: "Insufficient scope" });
  });
});

describe("the rate limit", () => {
  test("is 100 requests a minute for all keys of an account together, apart from API v1", async () => {
    const account = await newAccount();
    const second = await newKey(account.id);
    beginMinute();
    for (let count = 0; count < 100; count += 1) {
      const token = count % 2 ? account.key : second;
      const answer = await api("GET", `${PUSH}/apps`, { token });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("x-ratelimit-remaining")).toBe(String(99 - count));
    }
    const refused = await api("GET", `${PUSH}/apps`, { token: account.key });
    expect(refused.status).toBe(429);
    const seconds = refused.body.retry_after;
    expect(refused.body).toEqual({ error: "Rate limit exceeded", retry_after: seconds });
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.headers.get("retry-after")).toBe(String(seconds));
    expect(refused.headers.get("x-ratelimit-limit")).toBe("100");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("x-ratelimit-reset")).toMatch(/^\d{10}$/);
    expect((await api("GET", "/api/v1/apps", { token: account.key })).status).toBe(200);
    const other = await newAccount();
    expect((await api("GET", `${PUSH}/apps`, { token: other.key })).status).toBe(200);
  });

  test("is 30 registrations a minute, counted apart, while an import counts as one other request", async () => {
    const account = await newAccount();
    beginMinute();
    const { id } = await newPushApp(account.key);
    for (let count = 0; count < 30; count += 1) {
      expect((await register(account, id, androidSubscriber())).status).toBe(201);
    }
    const refused = await register(account, id, androidSubscriber());
    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-limit")).toBe("30");
    const bulk = await api("POST", `${PUSH}/apps/${id}/subscribers/bulk`, {
      token: account.key,
      json: { subscribers: Array.from({ length: 60 }, () => androidSubscriber()) },
    });
    expect(bulk.status).toBe(200);
    expect(bulk.headers.get("x-ratelimit-remaining")).toBe("98");
  });

  test("is 60 estimates a minute, counted apart, of which each dry run is one too", async () => {
    const account = await newAccount();
    beginMinute();
    const { id } = await newPushApp(account.key);
    const path = `${PUSH}/apps/${id}/notifications`;
    const post = async (to: string, json: unknown) => api("POST", to, { token: account.key, json });
    for (let count = 0; count < 59; count += 1) {
      const estimated = await post(`${path}/estimate`, {});
      expect(estimated.status).toBe(200);
      expect(estimated.headers.get("x-ratelimit-limit")).toBe("60");
      expect(estimated.headers.get("x-ratelimit-remaining")).toBe(String(59 - count));
    }
    const dryRun = { title: "Sale", body: "Today", dry_run: true };
    const tried = await post(path, dryRun);
    expect(tried.status).toBe(200);
    expect(tried.headers.get("x-ratelimit-remaining")).toBe("0");
    for (const refused of [await post(`${path}/estimate`, {}), await post(path, dryRun)]) {
      expect(refused.status).toBe(429);
      expect(refused.headers.get("x-ratelimit-limit")).toBe("60");
      expect(Number(refused.headers.get("retry-after"))).toBe(refused.body.retry_after);
    }
    const made = await post(path, { ...dryRun, dry_run: false });
    expect(made.status).toBe(201);
    // the app, two dry runs, and this
    expect(made.headers.get("x-ratelimit-remaining")).toBe("96");
  });
});

test("unknown paths answer 404 and wrong methods 405, without asking for a key", async () => {
  const route = await api("GET", `${PUSH}/nothing`);
  expect(route.status).toBe(404);
  expect(route.body).toEqual({ error: "Not found" });
  const method = await api("PATCH", `${PUSH}/apps`);
  expect(method.status).toBe(405);
  expect(method.body).toEqual({ error: "Method not allowed" });
  expect(method.headers.get("allow")).toBe("GET, POST, HEAD");
});
