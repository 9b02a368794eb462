// Idempotency-Key: a request sent again makes nothing again.
import { describe, expect, test } from "vitest";
import { MAX_ANSWERS_KIB } from "../../../src/domain/accounts/idempotency.ts";
import { withIdempotency } from "../../../src/http/idempotency.ts";
import { refuse } from "../../../src/kit/refusal.ts";
import { testContext } from "../../support/context.ts";
import { api, bindings, rows } from "../../support/worker.ts";
import { newAccount, newApp, newKey } from "../../support/scenario.ts";

const DAY_MS = 86_400_000;
const APP = { name: "A", url: "https://example.com" };

async function post(path: string, token: string, key: string, json: unknown) {
  return api("POST", path, { token, json, headers: { "idempotency-key": key } });
}

/** POSTs that make something: path, body, the table its results are counted in, the secret it shows. */
const MAKERS: [string, unknown, string, string | null][] = [
  ["/api/v1/apps", APP, "apps", null],
  ["/api/v1/api-keys", { name: "CI" }, "api_keys", "key"],
  ["/api/v1/keystores", { name: "R", algorithm: "ec" }, "keystores", null],
  ["/api/v1/admin/accounts", { name: "J", email: "j@example.com" }, "accounts", null],
  ["/api/v1/admin/accounts/:id/api-keys", { name: "CI" }, "api_keys", "key"],
  ["/api/v1/admin/builders", { name: "host" }, "builders", "token"],
];

describe.each(MAKERS)("POST %s", (pattern, json, table, secret) => {
  test("repeats its answer to a repeated request, without the secret", async () => {
    const account = await newAccount();
    const token = pattern.includes("/admin/") ? bindings.ADMIN_TOKEN : account.key;
    const path = pattern.replace(":id", String(account.id));
    const count = async () => (await rows(`SELECT count(*) AS n FROM ${table}`))[0].n;
    const key = crypto.randomUUID();
    const before = await count();
    const first = await post(path, token, key, json);
    expect(first.status).toBe(201);
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    const again = await post(path, token, key, json);
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await count()).toBe(before + 1);
    const data = { ...first.body.data };
    if (secret !== null) {
      expect(data[secret]).toMatch(/^sw_/);
      delete data[secret];
    }
    expect(again.body).toEqual({ data });
    const kept = await rows("SELECT response FROM idempotency_keys");
    expect(JSON.stringify(kept)).not.toMatch(/sw_(live|bld)_[\w-]{10}/);
  });
});

test("answers 409 to another body under the same key, and makes nothing", async () => {
  const { key } = await newAccount();
  await post("/api/v1/apps", key, "k", APP);
  const other = await post("/api/v1/apps", key, "k", { ...APP, name: "B" });
  expect(other.status).toBe(409);
  expect(other.body).toEqual({
    message: "This Idempotency-Key was used before with another request body.",
    error: "idempotency_conflict",
  });
  expect((await api("GET", "/api/v1/apps", { token: key })).body.meta.total).toBe(1);
});

test("lets one of many simultaneous requests through; the others get 409 or the same answer", async () => {
  const { key } = await newAccount();
  const json = { name: "R", algorithm: "rsa" };
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => post("/api/v1/keystores", key, "k", json)),
  );
  const made = answers.filter(
    ({ status, headers }) => status === 201 && !headers.has("idempotency-replayed"),
  );
  expect(made).toHaveLength(1);
  const others = answers.filter((answer) => answer !== made[0]);
  expect(others.some(({ status }) => status === 409)).toBe(true);
  for (const other of others) {
    if (other.status === 201) expect(other.body).toEqual(made[0]?.body);
    else {
      expect(other.status).toBe(409);
      expect(other.body.message).toBe("A request with this Idempotency-Key is still running.");
    }
  }
  expect((await api("GET", "/api/v1/keystores", { token: key })).body.meta.total).toBe(1);
  const after = await post("/api/v1/keystores", key, "k", json);
  expect(after.body).toEqual(made[0]?.body);
});

test("a key counts for one account and path, whichever API key of the account sends it", async () => {
  const [mine, theirs] = [await newAccount(), await newAccount()];
  await newApp(mine.key);
  const first = await post("/api/v1/apps", mine.key, "k", APP);
  const second = await post("/api/v1/apps", theirs.key, "k", APP);
  expect(second.status).toBe(201);
  expect(second.headers.get("idempotency-replayed")).toBeNull();
  expect(second.body.data.id).not.toBe(first.body.data.id);
  const elsewhere = await post("/api/v1/keystores", mine.key, "k", { name: "R", algorithm: "ec" });
  expect(elsewhere.status).toBe(201);
  const otherKey = await newKey(mine.id);
  const samePerson = await post("/api/v1/apps", otherKey, "k", APP);
  expect(samePerson.headers.get("idempotency-replayed")).toBe("true");
});

test("an API key limited to some apps does not get an answer given to a key that reaches more", async () => {
  const { id, key } = await newAccount();
  const [hidden, other] = [await newApp(key), await newApp(key)];
  const limited = await newKey(id, { app_ids: [other.id] });
  expect((await post("/api/v1/apps", key, "k", APP)).status).toBe(201);
  expect((await post("/api/v1/apps", limited, "k", APP)).status).toBe(403);
  const path = `/api/v1/push/apps/${hidden.uuid}/notifications`;
  const draft = { title: "Hello", body: "World", targeting: { type: "all" } };
  expect((await post(path, key, "k", draft)).status).toBe(201);
  expect((await post(path, limited, "k", draft)).status).toBe(403);
});

test("API keys limited to the same apps share their answers", async () => {
  const { id, key } = await newAccount();
  const [one, two] = [await newApp(key), await newApp(key)];
  const json = { name: "CI", app_ids: [one.id] };
  const first = await newKey(id, { app_ids: [one.id, two.id] });
  const second = await newKey(id, { app_ids: [two.id, one.id] });
  const made = await post("/api/v1/api-keys", first, "k", json);
  const again = await post("/api/v1/api-keys", second, "k", json);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.body.data.id).toBe(made.body.data.id);
});

test("does not keep a refusal, so the same key may be used again", async () => {
  const { key } = await newAccount();
  expect((await post("/api/v1/apps", key, "k", { name: "A" })).status).toBe(422);
  expect((await post("/api/v1/apps", key, "k", APP)).status).toBe(201);
  const broken = { "idempotency-key": "b" };
  const bad = await api("POST", "/api/v1/apps", { token: key, body: "{", headers: broken });
  expect(bad.status).toBe(400);
  expect((await post("/api/v1/apps", key, "b", APP)).status).toBe(201);
  expect(await rows("SELECT id FROM idempotency_keys WHERE status IS NULL")).toEqual([]);
});

test("accepts a key of 255 characters, and refuses an empty one and one of 256", async () => {
  const { key } = await newAccount();
  expect((await post("/api/v1/apps", key, "k".repeat(255), APP)).status).toBe(201);
  for (const wrong of ["k".repeat(256), ""]) {
    const refused = await post("/api/v1/apps", key, wrong, APP);
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual({
      "Idempotency-Key": ["The Idempotency-Key field must be 1 to 255 characters."],
    });
  }
  expect((await api("GET", "/api/v1/apps", { token: key })).body.meta.total).toBe(1);
});

test("keeps an answer for a day", async () => {
  const { id, key } = await newAccount();
  await post("/api/v1/apps", key, "k", APP);
  const age = async (ms: number) =>
    rows("UPDATE idempotency_keys SET created_at = ? WHERE status IS NOT NULL", Date.now() - ms);
  await age(DAY_MS - 60_000);
  const replayed = await post("/api/v1/apps", key, "k", APP);
  expect(replayed.headers.get("idempotency-replayed")).toBe("true");
  await age(DAY_MS + 1000);
  const anew = await post("/api/v1/apps", key, "k", APP);
  expect(anew.status).toBe(201);
  expect(anew.headers.get("idempotency-replayed")).toBeNull();
  expect(await rows("SELECT id FROM apps WHERE account_id = ?", id)).toHaveLength(2);
});

describe("an account's answers", () => {
  /** Has the account count as one whose answers take as much as they may, but for `left` KiB. */
  const pretendFull = async (id: number, left = 0) =>
    rows("UPDATE account_counts SET answers = ? WHERE account_id = ?", MAX_ANSWERS_KIB - left, id);
  const isReplayed = async (token: string, key: string) =>
    (await post("/api/v1/apps", token, key, APP)).headers.has("idempotency-replayed");
  const counted = async (id: number) =>
    (await rows("SELECT answers AS n FROM account_counts WHERE account_id = ?", id))[0].n;
  /** Ages the account's answers, each by more than the one after it. */
  const inOrder = async (id: number) =>
    rows(
      "UPDATE idempotency_keys SET created_at = created_at - 9999 + rowid WHERE account_id = ?",
      id,
    );

  test("count as one KiB each, and as many more as they fill, until they are gone", async () => {
    const { id, key } = await newAccount();
    await post("/api/v1/apps", key, "a", APP);
    expect(await counted(id)).toBe(1);
    const app = await newApp(key);
    const path = `/api/v1/push/apps/${app.uuid}/notifications`;
    const large = { title: "A", body: "é".repeat(1000) };
    expect((await post(path, key, "b", large)).status).toBe(201);
    const [{ size }] = await rows(
      "SELECT max(length(CAST(response AS BLOB))) AS size FROM idempotency_keys WHERE account_id = ?",
      id,
    );
    expect(size).toBeGreaterThan(2048);
    expect(await counted(id)).toBe(2 + Math.floor(size / 1024));
    await post("/api/v1/apps", key, "c", { name: "refused" });
    expect(await counted(id)).toBe(2 + Math.floor(size / 1024));
    await rows("DELETE FROM idempotency_keys WHERE account_id = ?", id);
    expect(await counted(id)).toBe(0);
  });

  test("make room, the oldest first, when they take more than 100,000 KiB; another account's stay", async () => {
    const [{ id, key }, other] = [await newAccount(), await newAccount()];
    await post("/api/v1/apps", other.key, "a", APP);
    for (const name of ["a", "b", "c"]) await post("/api/v1/apps", key, name, APP);
    await inOrder(id);
    await pretendFull(id, 1);
    await post("/api/v1/apps", key, "d", APP);
    expect(await counted(id)).toBe(MAX_ANSWERS_KIB);
    for (const name of ["a", "b", "c", "d"]) expect(await isReplayed(key, name)).toBe(true);
    await post("/api/v1/apps", key, "e", APP);
    expect(await counted(id)).toBe(MAX_ANSWERS_KIB);
    for (const name of ["b", "c", "d", "e"]) expect(await isReplayed(key, name)).toBe(true);
    expect(await isReplayed(other.key, "a")).toBe(true);
    expect(await isReplayed(key, "a")).toBe(false);
  });

  test("make as much room as a large one needs", async () => {
    const { id, key } = await newAccount();
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for (const name of names) await post("/api/v1/apps", key, name, APP);
    const app = await newApp(key);
    await inOrder(id);
    await pretendFull(id);
    const path = `/api/v1/push/apps/${app.uuid}/notifications`;
    const body = "x".repeat(2500);
    const json = { title: "A", body, translations: { de: { title: "A", body } } };
    expect((await post(path, key, "n", json)).status).toBe(201);
    expect(await counted(id)).toBe(MAX_ANSWERS_KIB);
    const left = await rows("SELECT 1 FROM idempotency_keys WHERE account_id = ?", id);
    // that of the notification takes 6 KiB, so six of one KiB went
    expect(left).toHaveLength(3);
    expect(await isReplayed(key, "h")).toBe(true);
  });

  test("of more than 16 KiB go first, so that imports don't push out what must not happen twice", async () => {
    const { id, key } = await newAccount();
    const app = await newApp(key);
    const push = `/api/v1/push/apps/${app.uuid}`;
    const importing = async (name: string) =>
      post(`${push}/subscribers/bulk`, key, name, {
        subscribers: Array.from({ length: 300 }, (_, at) => ({
          platform: "android",
          provider: "fcm",
          token: `${name}-${at}`,
        })),
      });
    const draft = { title: "Hello", body: "World", targeting: { type: "all" } };
    const isKept = async (name: string) =>
      (await post(`${push}/notifications`, key, name, draft)).headers.has("idempotency-replayed");
    for (const name of ["a", "b"]) await post(`${push}/notifications`, key, name, draft);
    for (const name of ["c", "d"]) expect((await importing(name)).status).toBe(200);
    const kept = async () =>
      rows(
        "SELECT length(response) AS size FROM idempotency_keys WHERE account_id = ? ORDER BY created_at",
        id,
      );
    await inOrder(id);
    await pretendFull(id);
    await post(`${push}/notifications`, key, "e", draft);
    const [, , large, ...others] = await kept();
    expect(large.size).toBeGreaterThan(16 * 1024);
    expect(others).toHaveLength(1);
    for (const name of ["a", "b", "e"]) expect(await isKept(name)).toBe(true);
    // once no large one is left but that of the request, the oldest of the others go
    await pretendFull(id);
    await importing("f");
    expect((await importing("f")).headers.has("idempotency-replayed")).toBe(true);
    expect(await counted(id)).toBeLessThanOrEqual(MAX_ANSWERS_KIB);
    expect((await kept()).filter(({ size }) => size > 16 * 1024)).toHaveLength(1);
  });

  test("are found by indexes that begin with the account", async () => {
    const plan = async (index: string, which: string) =>
      rows(
        `EXPLAIN QUERY PLAN SELECT id FROM idempotency_keys INDEXED BY ${index}
         WHERE account_id = ? AND id <> ? AND ${which} ORDER BY created_at LIMIT 1`,
        1,
        "x",
      );
    for (const [index, which] of [
      ["idempotency_keys_large", "length(response) > 16384"],
      ["idempotency_keys_account", "(response IS NULL OR NOT length(response) > 16384)"],
    ] as const) {
      const found = (await plan(index, which)).map(({ detail }) => detail);
      expect(found).toEqual([`SEARCH idempotency_keys USING INDEX ${index} (account_id=?)`]);
    }
  });

  test("of more than 1,024 KiB are answered and not kept", async () => {
    const { key } = await newAccount();
    const app = await newApp(key);
    const row = { platform: "web", tags: Array.from({ length: 50 }, () => 1) };
    const json = { subscribers: Array.from({ length: 1000 }, () => row) };
    const path = `/api/v1/push/apps/${app.uuid}/subscribers/bulk`;
    for (let times = 0; times < 2; times += 1) {
      const answer = await post(path, key, "k", json);
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body).length).toBeGreaterThan(1024 * 1024);
      expect(answer.headers.get("idempotency-replayed")).toBeNull();
    }
  });
});

test("a repeated answer carries a bookmark and the rate limit, as any answer to a write does", async () => {
  const { key } = await newAccount();
  await post("/api/v1/apps", key, "k", APP);
  const again = await post("/api/v1/apps", key, "k", APP);
  expect(again.headers.get("x-slipway-bookmark")).toBeTruthy();
  expect(again.headers.get("x-ratelimit-limit")).toBe("600");
});

test("PUT ignores an Idempotency-Key", async () => {
  const { key } = await newAccount();
  const app = await newApp(key);
  const headers = { "idempotency-key": "k" };
  const path = `/api/v1/apps/${app.id}`;
  for (const name of ["B", "C"]) {
    const put = await api("PUT", path, { token: key, json: { name }, headers });
    expect(put.body.data.name).toBe(name);
  }
});

describe("withIdempotency", () => {
  const run = async (
    key: string,
    answer: () => Promise<Response>,
    method = "POST",
    path = "/x",
  ) => {
    const request = new Request(`https://slipway.test${path}`, {
      method,
      headers: { "idempotency-key": key },
    });
    return withIdempotency(testContext().ctx, request, 1, new Uint8Array(), [], answer);
  };
  const made = async () => Response.json({ data: {} }, { status: 201 });

  test("answers a key anew under another method or path", async () => {
    const key = crypto.randomUUID();
    const isReplayed = async (method: string, path: string) =>
      (await run(key, made, method, path)).headers.has("idempotency-replayed");
    expect(await isReplayed("POST", "/x")).toBe(false);
    expect(await isReplayed("DELETE", "/x")).toBe(false);
    expect(await isReplayed("POST", "/y")).toBe(false);
    expect(await isReplayed("POST", "/x")).toBe(true);
  });

  test("keeps the key reserved after a fault, since the thing may have been made", async () => {
    const key = crypto.randomUUID();
    await expect(run(key, () => Promise.reject(new Error("late fault")))).rejects.toThrow("late");
    await expect(run(key, made)).rejects.toMatchObject({
      refusal: { code: "idempotency_conflict", running: true },
    });
  });

  test("frees the key after a refusal", async () => {
    const key = crypto.randomUUID();
    const refused = run(key, async () => refuse({ code: "no_builders" }));
    await expect(refused).rejects.toMatchObject({ refusal: { code: "no_builders" } });
    expect((await run(key, made)).status).toBe(201);
  });

  test("leaves the key to the first request when it refuses a second one", async () => {
    const key = crypto.randomUUID();
    await run(key, async () => {
      await expect(run(key, made)).rejects.toMatchObject({ refusal: { running: true } });
      return made();
    });
    expect((await run(key, made)).headers.get("idempotency-replayed")).toBe("true");
  });
});
