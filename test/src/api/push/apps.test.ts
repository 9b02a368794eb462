// Apps in the push API: the same apps as in API v1, made with a VAPID key pair.
import { describe, expect, test } from "vitest";
import { vapidPair } from "../../../support/keys.ts";
import { PUSH } from "../../../support/push.ts";
import { api, rows } from "../../../support/worker.ts";
import { newAccount, newApp, newKey, newPushApp } from "../../../support/scenario.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const SETTINGS = {
  default_icon: "https://example.com/icon.png",
  default_url: "https://example.com/start",
  allowed_origins: ["https://example.com", "http://localhost:3000"],
};

describe("creating an app", () => {
  test("answers the app with a new VAPID pair, whose private key is shown once and kept sealed", async () => {
    const { key } = await newAccount();
    const made = await api("POST", `${PUSH}/apps`, { token: key, json: { name: "News" } });
    expect(made.status).toBe(201);
    const { vapid_private_key: secret, ...app } = made.body.data;
    expect(app).toEqual({
      id: expect.stringMatching(UUID),
      v1_id: expect.any(Number),
      name: "News",
      public_key: expect.stringMatching(/^pk_[0-9a-f]{32}$/),
      vapid_public_key: expect.any(String),
      subscriber_count: 0,
      settings: { default_icon: null, default_url: null, allowed_origins: [] },
      created_at: expect.stringMatching(TIME),
      updated_at: expect.stringMatching(TIME),
    });
    expect(Buffer.from(app.vapid_public_key, "base64url")).toHaveLength(65);
    expect(Buffer.from(secret, "base64url")).toHaveLength(32);
    const shown = await api("GET", `${PUSH}/apps/${app.id}`, { token: key });
    expect(shown.body).toEqual({ data: app });
    const [row] = await rows("SELECT * FROM push_credentials WHERE app_id = ?", app.v1_id);
    expect(row).toMatchObject({ provider: "webpush", flag: null });
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(row.sealed).toMatch(/^v1\./);
  });

  test("makes a different pair for each app", async () => {
    const { key } = await newAccount();
    const [a, b] = [await newPushApp(key), await newPushApp(key)];
    expect(a.vapid_public_key).not.toBe(b.vapid_public_key);
    expect(a.public_key).not.toBe(b.public_key);
  });

  test("accepts a pair that is given", async () => {
    const { key } = await newAccount();
    const pair = await vapidPair();
    const app = await newPushApp(key, {
      vapid_public_key: pair.publicKey,
      vapid_private_key: pair.privateKey,
    });
    expect(app.vapid_public_key).toBe(pair.publicKey);
    expect(app.vapid_private_key).toBe(pair.privateKey);
  });

  test("answers a repeated Idempotency-Key without the private key, and makes no second app", async () => {
    const { key } = await newAccount();
    const call = { token: key, json: { name: "Once" }, headers: { "idempotency-key": "k1" } };
    const first = await api("POST", `${PUSH}/apps`, call);
    const again = await api("POST", `${PUSH}/apps`, call);
    const { vapid_private_key: secret, ...app } = first.body.data;
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.body).toEqual({ data: app });
    const kept = await rows("SELECT response FROM idempotency_keys");
    expect(JSON.stringify(kept)).not.toContain(secret);
    const list = await api("GET", `${PUSH}/apps`, { token: key });
    expect(list.body.data).toEqual([app]);
    const other = await api("POST", `${PUSH}/apps`, { ...call, json: { name: "Twice" } });
    expect(other.status).toBe(409);
    expect(other.body.error).toEqual(expect.any(String));
  });

  test("makes the first default URL the app's URL, which is empty until then", async () => {
    const { key } = await newAccount();
    const given = await newPushApp(key, { settings: SETTINGS });
    expect(given.settings).toEqual(SETTINGS);
    const urlOf = async (id: number) =>
      (await api("GET", `/api/v1/apps/${id}`, { token: key })).body.data.url;
    expect(await urlOf(given.v1_id)).toBe(SETTINGS.default_url);
    const bare = await newPushApp(key);
    expect(await urlOf(bare.v1_id)).toBe("");
    for (const default_url of ["https://first.example.com/", "https://second.example.com/"]) {
      const json = { settings: { default_url } };
      await api("PUT", `${PUSH}/apps/${bare.id}`, { token: key, json });
    }
    expect(await urlOf(bare.v1_id)).toBe("https://first.example.com/");
  });

  test.each([
    [{}, { name: ["is required"] }],
    [{ name: "" }, { name: ["is required"] }],
    [{ name: 7 }, { name: ["must be a string"] }],
    [{ name: "x".repeat(101) }, { name: ["must not be greater than 100 characters"] }],
    [{ name: "x", settings: 1 }, { settings: ["must be an object"] }],
    [
      { name: "x", settings: { colour: 1 } },
      {
        "settings.colour": [
          "is not a known field: the known ones are default_icon, default_url, allowed_origins",
        ],
      },
    ],
    [
      { name: "x", settings: { default_icon: "javascript:alert(1)" } },
      { "settings.default_icon": ["must be a valid URL"] },
    ],
    [
      { name: "x", settings: { allowed_origins: ["https://example.com/"] } },
      { "settings.allowed_origins.0": ["must be an origin such as https://example.com"] },
    ],
    [
      { name: "x", settings: { allowed_origins: Array(51).fill("https://example.com") } },
      { "settings.allowed_origins": ["must have at most 50 items"] },
    ],
    [
      { name: "x", vapid_public_key: "abc" },
      { vapid_private_key: ["is needed beside vapid_public_key"] },
    ],
    [
      { name: "x", vapid_private_key: "abc" },
      { vapid_public_key: ["is needed beside vapid_private_key"] },
    ],
  ])("answers 422 for %j", async (json, details) => {
    const { key } = await newAccount();
    const refused = await api("POST", `${PUSH}/apps`, { token: key, json });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({ error: "Validation failed", details });
    expect((await api("GET", `${PUSH}/apps`, { token: key })).body.data).toEqual([]);
  });

  test("refuses halves of two pairs and keys that are no pair", async () => {
    const { key } = await newAccount();
    const [a, b] = [await vapidPair(), await vapidPair()];
    const pairs = [
      [a.publicKey, b.privateKey],
      [a.publicKey, "AA"],
      [`B${"A".repeat(86)}`, a.privateKey],
      ["!", "!"],
    ];
    for (const [vapid_public_key, vapid_private_key] of pairs) {
      const json = { name: "x", vapid_public_key, vapid_private_key };
      const refused = await api("POST", `${PUSH}/apps`, { token: key, json });
      expect(refused.status).toBe(422);
      expect(refused.body.details).toEqual({
        vapid_private_key: ["must make a P-256 pair with vapid_public_key"],
      });
    }
  });

  test("is forbidden to a key limited to certain apps", async () => {
    const account = await newAccount();
    const { id } = await newApp(account.key);
    const limited = await newKey(account.id, { app_ids: [id] });
    const refused = await api("POST", `${PUSH}/apps`, { token: limited, json: { name: "x" } });
    expect(refused.status).toBe(403);
    expect(refused.body).toEqual({ error: "Insufficient scope" });
  });
});

describe("the push API and API v1", () => {
  test("show each other's apps, which have Web Push only if made by the push API", async () => {
    const { key } = await newAccount();
    const old = await newApp(key);
    const own = await newPushApp(key);
    const list = await api("GET", `${PUSH}/apps`, { token: key });
    expect(list.body.data.map((app: any) => app.v1_id)).toEqual([own.v1_id, old.id]);
    expect(list.body.data[1]).toMatchObject({ id: old.uuid, vapid_public_key: null });
    const v1 = await api("GET", `/api/v1/apps/${own.v1_id}`, { token: key });
    expect(v1.body.data).toMatchObject({ uuid: own.id, name: own.name });
  });
});

describe("listing apps", () => {
  test("answers newest first, by limit and offset", async () => {
    const { key } = await newAccount();
    const made: string[] = [];
    for (let count = 0; count < 4; count += 1) made.unshift((await newPushApp(key)).id);
    const ids = async (query: string) =>
      (await api("GET", `${PUSH}/apps${query}`, { token: key })).body.data.map(
        (app: any) => app.id,
      );
    expect(await ids("")).toEqual(made);
    expect(await ids("?limit=2")).toEqual(made.slice(0, 2));
    expect(await ids("?limit=2&offset=1")).toEqual(made.slice(1, 3));
    expect(await ids("?limit=100")).toEqual(made);
    expect(await ids("?offset=4")).toEqual([]);
  });

  test.each([
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=x",
    "limit=1.5",
    "limit=",
    "offset=-1",
    "offset=x",
  ])("answers 422 for ?%s", async (query) => {
    const { key } = await newAccount();
    const refused = await api("GET", `${PUSH}/apps?${query}`, { token: key });
    expect(refused.status).toBe(422);
    expect(refused.body.error).toBe("Validation failed");
    expect(Object.keys(refused.body.details)).toEqual([query.split("=")[0]]);
  });

  test("leaves out apps outside a limited key's list", async () => {
    const account = await newAccount();
    const mine = await newPushApp(account.key);
    const other = await newPushApp(account.key);
    const limited = await newKey(account.id, { app_ids: [mine.v1_id] });
    const list = await api("GET", `${PUSH}/apps`, { token: limited });
    expect(list.body.data.map((app: any) => app.id)).toEqual([mine.id]);
    const hidden = await api("GET", `${PUSH}/apps/${other.id}`, { token: limited });
    expect(hidden.status).toBe(403);
  });
});

describe("updating an app", () => {
  test("changes the fields given, clears those that are null, and leaves the rest", async () => {
    const { key } = await newAccount();
    const { vapid_private_key: _secret, ...app } = await newPushApp(key, { settings: SETTINGS });
    const put = async (json: unknown) =>
      (await api("PUT", `${PUSH}/apps/${app.id}`, { token: key, json })).body.data;
    await rows("UPDATE apps SET updated_at = 0 WHERE id = ?", app.v1_id);
    const renamed = await put({ name: "Renamed" });
    expect(renamed).toEqual({ ...app, name: "Renamed", updated_at: expect.any(String) });
    expect(Date.parse(renamed.updated_at)).toBeGreaterThan(0);
    const cleared = await put({ settings: { default_icon: null, allowed_origins: [] } });
    expect(cleared.settings).toEqual({
      default_icon: null,
      default_url: SETTINGS.default_url,
      allowed_origins: [],
    });
    expect(cleared.name).toBe("Renamed");
    expect(await put({})).toEqual({ ...cleared, updated_at: expect.any(String) });
    const shown = await api("GET", `${PUSH}/apps/${app.id}`, { token: key });
    expect(shown.body.data.settings).toEqual(cleared.settings);
  });

  test("refuses invalid fields and a body that is not JSON", async () => {
    const { key } = await newAccount();
    const app = await newPushApp(key);
    const path = `${PUSH}/apps/${app.id}`;
    const wrong = await api("PUT", path, { token: key, json: { name: "", settings: { x: 1 } } });
    expect(wrong.status).toBe(422);
    expect(wrong.body.details).toEqual({
      name: ["is required"],
      "settings.x": [
        "is not a known field: the known ones are default_icon, default_url, allowed_origins",
      ],
    });
    const broken = await api("PUT", path, { token: key, body: "{" });
    expect(broken.status).toBe(400);
    expect(Object.keys(broken.body)).toEqual(["error"]);
  });
});

describe("deleting an app", () => {
  test("removes it with its subscribers and credentials, from API v1 as well", async () => {
    const account = await newAccount();
    const { key } = account;
    const app = await newPushApp(key);
    const json = { platform: "android", provider: "fcm", token: "t" };
    await api("POST", `${PUSH}/apps/${app.id}/subscribers`, { token: key, json });
    const gone = await api("DELETE", `${PUSH}/apps/${app.id}`, { token: key });
    expect(gone.status).toBe(200);
    expect(gone.body).toEqual({ ok: true });
    expect(gone.headers.get("x-slipway-bookmark")).toBeTruthy();
    for (const table of ["push_credentials", "subscribers"]) {
      expect(await rows(`SELECT id FROM ${table} WHERE app_id = ?`, app.v1_id)).toEqual([]);
    }
    expect((await api("GET", `${PUSH}/apps/${app.id}`, { token: key })).status).toBe(404);
    expect((await api("GET", `/api/v1/apps/${app.v1_id}`, { token: key })).status).toBe(404);
    const again = await api("DELETE", `${PUSH}/apps/${app.id}`, { token: key });
    expect(again.status).toBe(404);
    expect(again.body).toEqual({ error: "Not found" });
  });
});
