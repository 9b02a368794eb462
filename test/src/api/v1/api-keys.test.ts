// API keys: shown once, kept as hashes, and never able to do more than the key that made them.
import { describe, expect, test } from "vitest";
import { Scope } from "../../../../src/domain/scopes.ts";
import { admin, api, eventually, rows } from "../../../support/worker.ts";
import { newAccount, newApp, newKey } from "../../../support/scenario.ts";

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();

async function mint(token: string, wanted: Record<string, unknown> = {}) {
  return api("POST", "/api/v1/api-keys", { token, json: { name: "CI", ...wanted } });
}

test("a key is shown once and kept as its SHA-256", async () => {
  const { key } = await newAccount();
  const minted = await mint(key);
  expect(minted.status).toBe(201);
  const { key: secret, ...shown } = minted.body.data;
  expect(secret).toMatch(/^sw_live_[A-Za-z0-9_-]{43}$/);
  expect(shown).toEqual({
    id: expect.any(Number),
    name: "CI",
    key_prefix: secret.slice(0, 12),
    scopes: ["*"],
    app_ids: null,
    expires_at: null,
    last_used_at: null,
    created_at: expect.stringMatching(/\.\d{6}Z$/),
  });
  const list = await api("GET", "/api/v1/api-keys", { token: key });
  expect(list.body.data[0]).toEqual(shown);
  expect(JSON.stringify(list.body)).not.toContain(secret);

  const [row] = await rows("SELECT * FROM api_keys WHERE id = ?", shown.id);
  expect(JSON.stringify(row)).not.toContain(secret.slice(12));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  expect(row.key_hash).toBe(Buffer.from(digest).toString("hex"));
  expect((await api("GET", "/api/v1/account", { token: secret })).status).toBe(200);
});

test("a deleted key stops working at once, and the account's other keys go on working", async () => {
  const { id, key } = await newAccount();
  const victim = await newKey(id);
  const { body } = await api("GET", "/api/v1/api-keys", { token: key });
  const [{ id: keyId }] = body.data;
  const gone = await api("DELETE", `/api/v1/api-keys/${keyId}`, { token: key });
  expect(gone.status).toBe(200);
  expect(gone.body).toEqual({ message: "API key deleted successfully." });
  expect((await api("GET", "/api/v1/account", { token: victim })).status).toBe(401);
  expect((await api("GET", "/api/v1/account", { token: key })).status).toBe(200);
  const again = await api("DELETE", `/api/v1/api-keys/${keyId}`, { token: key });
  expect(again.status).toBe(404);
  expect(again.body).toEqual({ message: "API key not found." });
});

test("deleting another account's key answers 404 and leaves it working", async () => {
  const [mine, theirs] = [await newAccount(), await newAccount()];
  const { body } = await api("GET", "/api/v1/api-keys", { token: theirs.key });
  const refused = await api("DELETE", `/api/v1/api-keys/${body.data[0].id}`, { token: mine.key });
  expect(refused.status).toBe(404);
  expect((await api("GET", "/api/v1/account", { token: theirs.key })).status).toBe(200);
});

describe("creating a key", () => {
  test.each([
    [{ name: "" }, "name", "The name field is required."],
    [{ name: "a\u0000" }, "name", "The name field must not hold control characters."],
    [{ name: "😀".repeat(101) }, "name", "The name field must not be greater than 100 characters."],
    [{ scopes: [] }, "scopes", "The scopes field must have at least 1 items."],
    [{ scopes: "*" }, "scopes", "The scopes field must be an array."],
    [
      { scopes: ["apps:fly"] },
      "scopes.0",
      `The selected scopes.0 is invalid. It must be one of ${Scope.options.join(", ")}.`,
    ],
    [{ app_ids: [] }, "app_ids", "The app ids field must have at least 1 items."],
    [{ app_ids: ["1"] }, "app_ids.0", "The app ids.0 field must be an integer."],
    [{ app_ids: [0] }, "app_ids.0", "The app ids.0 field must be at least 1."],
    [
      { app_ids: [999_999] },
      "app_ids",
      "The app ids field must hold ids of the account's own apps.",
    ],
    [
      { expires_at: "tomorrow" },
      "expires_at",
      "The expires at field must be an ISO 8601 time with a zone.",
    ],
    [
      { expires_at: "2999-12-24" },
      "expires_at",
      "The expires at field must be an ISO 8601 time with a zone.",
    ],
    [
      { expires_at: inDays(-1) },
      "expires_at",
      "The expires at field must be a date in the future.",
    ],
  ])("answers 422 for %j and creates no key", async (wanted, field, sentence) => {
    const { key } = await newAccount();
    const refused = await mint(key, wanted);
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ message: sentence, errors: { [field]: [sentence] } });
    const list = await api("GET", "/api/v1/api-keys", { token: key });
    expect(list.body.meta.total).toBe(1);
  });

  test("answers 422 for another account's app, also when an operator creates it", async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()];
    const [own, foreign] = [await newApp(mine.key), await newApp(theirs.key)];
    expect((await mint(mine.key, { app_ids: [own.id, foreign.id] })).status).toBe(422);
    const operators = await admin("POST", `/accounts/${mine.id}/api-keys`, {
      name: "x",
      app_ids: [foreign.id],
    });
    expect(operators.status).toBe(422);
  });
});

describe("a limited key", () => {
  test("gives a new key no scope that it lacks itself", async () => {
    const { id } = await newAccount();
    const narrow = await newKey(id, { scopes: ["account:write", "apps:read"] });
    for (const scopes of [undefined, ["*"], ["apps:write"], ["apps:read", "builds:read"]]) {
      const refused = await mint(narrow, { scopes });
      expect(refused.status).toBe(403);
      expect(Object.keys(refused.body)).toEqual(["message"]);
    }
    const minted = await mint(narrow, { scopes: ["apps:read", "apps:read"] });
    expect(minted.status).toBe(201);
    expect(minted.body.data.scopes).toEqual(["apps:read"]);
  });

  test("gives a new key no app outside its own list", async () => {
    const { id, key } = await newAccount();
    const [inside, outside] = [await newApp(key), await newApp(key)];
    const narrow = await newKey(id, { app_ids: [inside.id] });
    for (const app_ids of [undefined, null, [outside.id], [inside.id, outside.id]]) {
      expect((await mint(narrow, { app_ids })).status).toBe(403);
    }
    const minted = await mint(narrow, { app_ids: [inside.id] });
    expect(minted.status).toBe(201);
    const hidden = await api("GET", `/api/v1/apps/${outside.id}`, { token: minted.body.data.key });
    expect(hidden.status).toBe(404);
  });

  test("lets no new key expire later than itself", async () => {
    const { id } = await newAccount();
    const narrow = await newKey(id, { expires_at: inDays(1) });
    for (const expires_at of [undefined, null, inDays(2)]) {
      expect((await mint(narrow, { expires_at })).status).toBe(403);
    }
    expect((await mint(narrow, { expires_at: inDays(0.5) })).status).toBe(201);
  });

  test("creates no app when it is limited to certain apps", async () => {
    const { id, key } = await newAccount();
    const app = await newApp(key);
    const narrow = await newKey(id, { app_ids: [app.id] });
    const json = { name: "A", url: "https://example.com" };
    const refused = await api("POST", "/api/v1/apps", { token: narrow, json });
    expect(refused.status).toBe(403);
    expect((await api("GET", "/api/v1/apps", { token: key })).body.meta.total).toBe(1);
  });
});

test("a key limited to certain apps lists and deletes only keys that reach no other app", async () => {
  const { id, key } = await newAccount();
  const [inside, outside] = [await newApp(key), await newApp(key)];
  const narrow = await newKey(id, { app_ids: [inside.id] });
  await newKey(id, { app_ids: [inside.id, outside.id] });
  await newKey(id, { app_ids: [outside.id] });
  const idsSeenWith = async (token: string): Promise<number[]> =>
    (await api("GET", "/api/v1/api-keys", { token })).body.data.map((seen: any) => seen.id);
  const all = await idsSeenWith(key);
  const seen = await idsSeenWith(narrow);
  expect([all.length, seen.length]).toEqual([4, 1]);
  for (const hidden of all.filter((one) => !seen.includes(one))) {
    const refused = await api("DELETE", `/api/v1/api-keys/${hidden}`, { token: narrow });
    expect([refused.status, refused.body]).toEqual([404, { message: "API key not found." }]);
  }
  expect(await idsSeenWith(key)).toEqual(all);
  expect((await api("DELETE", `/api/v1/api-keys/${seen[0]}`, { token: narrow })).status).toBe(200);
});

test("an expires_at with an offset is converted to UTC", async () => {
  const { key } = await newAccount();
  const minted = await mint(key, { expires_at: "2100-01-01T02:00:00+02:00" });
  expect(minted.body.data.expires_at).toBe("2100-01-01T00:00:00.000000Z");
});

test("last_used_at is written when a key is used, at most once a minute", async () => {
  const { id, key } = await newAccount();
  const used = await newKey(id);
  const lastUsed = async (): Promise<number | null> => {
    const [row] = await rows(
      "SELECT last_used_at FROM api_keys WHERE account_id = ? ORDER BY id DESC LIMIT 1",
      id,
    );
    return row.last_used_at;
  };
  expect(await lastUsed()).toBeNull();
  await api("GET", "/api/v1/account", { token: used });
  await eventually(async () => (await lastUsed()) !== null);
  const list = await api("GET", "/api/v1/api-keys", { token: key });
  expect(list.body.data[0].last_used_at).toMatch(/\.\d{6}Z$/);

  const recent = Date.now() - 50_000;
  await setLastUsed(id, recent);
  await api("GET", "/api/v1/account", { token: used });
  await setLastUsed(id, recent - 20_000, recent);
  await api("GET", "/api/v1/account", { token: used });
  await eventually(async () => ((await lastUsed()) ?? 0) > recent);
});

/** Moves the newest key's last use; with `from`, only if it is still that: nothing wrote in between. */
async function setLastUsed(accountId: number, at: number, from?: number): Promise<void> {
  const changed = await rows(
    `UPDATE api_keys SET last_used_at = ?1
     WHERE id = (SELECT max(id) FROM api_keys WHERE account_id = ?2)
       AND (?3 IS NULL OR last_used_at = ?3) RETURNING id`,
    at,
    accountId,
    from ?? null,
  );
  expect(changed).toHaveLength(1);
}
