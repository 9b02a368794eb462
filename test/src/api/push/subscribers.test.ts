// Subscribers in the push API: registering, listing, changing, unsubscribing and deleting them. Refused input is
// tested in subscriber-input.test.ts, imports in bulk.test.ts.
import { describe, expect, test } from "vitest";
import {
  androidSubscriber,
  importAll,
  iosSubscriber,
  PUSH,
  register,
  webSubscriber,
} from "../../../support/push.ts";
import { api, rows } from "../../../support/worker.ts";
import { newPushOwner, type PushOwner, newPushApp } from "../../../support/scenario.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function call({ account, app }: PushOwner, method: string, path: string, json?: unknown) {
  return api(method, `${PUSH}/apps/${app.id}/subscribers${path}`, {
    token: account.key,
    ...(json === undefined ? {} : { json }),
  });
}

describe("registering a subscriber", () => {
  test("answers 201 with a browser's subscriber, and keeps its keys", async () => {
    const owner = await newPushOwner();
    const given = await webSubscriber();
    const made = await register(owner.account, owner.app.id, given);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      data: {
        id: expect.any(String),
        app_id: owner.app.id,
        platform: "web",
        provider: "webpush",
        token: null,
        endpoint: given.endpoint,
        user_id: null,
        tags: [],
        language: null,
        country: null,
        timezone: null,
        status: "active",
        last_active_at: expect.stringMatching(TIME),
        unsubscribed_at: null,
        created_at: expect.stringMatching(TIME),
        updated_at: expect.stringMatching(TIME),
      },
    });
    const [row] = await rows("SELECT * FROM subscribers WHERE uuid = ?", made.body.data.id);
    expect(row).toMatchObject({ ...given.keys, account_id: owner.account.id, secret_hash: null });
    expect((await call(owner, "GET", `/${made.body.data.id}`)).body).toEqual(made.body);
    const app = await api("GET", `${PUSH}/apps/${owner.app.id}`, { token: owner.account.key });
    expect(app.body.data.subscriber_count).toBe(1);
  });

  test("normalises a device's token, tags, language and country", async () => {
    const owner = await newPushOwner();
    const known = { user_id: "user-1", tags: ["beta", "beta", " ios "] };
    const ios = iosSubscriber();
    const made = await register(owner.account, owner.app.id, {
      ...ios,
      ...known,
      token: ios.token.toUpperCase(),
      language: "PT-br",
      country: "br",
      timezone: "America/Sao_Paulo",
    });
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({
      platform: "ios",
      provider: "apns",
      token: ios.token,
      endpoint: null,
      user_id: "user-1",
      tags: ["beta", "ios"],
      language: "pt-BR",
      country: "BR",
      timezone: "America/Sao_Paulo",
    });
    for (const platform of ["android", "ios", "web"]) {
      const fcm = await register(owner.account, owner.app.id, androidSubscriber({ platform }));
      expect(fcm.body.data).toMatchObject({ platform, provider: "fcm" });
    }
  });

  test("answers 200 with the same subscriber when repeated, and changes only the fields given", async () => {
    const owner = await newPushOwner();
    const { token } = androidSubscriber();
    const base = { platform: "android", provider: "fcm", token };
    const first = await register(owner.account, owner.app.id, {
      ...base,
      tags: ["a"],
      user_id: "u",
      language: "de",
      country: "DE",
      timezone: "Europe/Berlin",
    });
    await rows("UPDATE subscribers SET token_since = 1, last_active_at = 1, updated_at = 1");
    const again = await register(owner.account, owner.app.id, { ...base, language: "fr" });
    expect(again.status).toBe(200);
    expect(again.body.data).toEqual({
      ...first.body.data,
      language: "fr",
      last_active_at: expect.stringMatching(/^20[2-9]/),
      updated_at: expect.stringMatching(/^20[2-9]/),
    });
    const [row] = await rows("SELECT * FROM subscribers WHERE token = ?", token);
    // a token that goes on as it was is not younger for being registered again
    expect(row.token_since).toBe(1);
    const replaced = await register(owner.account, owner.app.id, { ...base, tags: ["b"] });
    expect(replaced.body.data.tags).toEqual(["b"]);
    const nothing = { user_id: null, language: null, country: null, timezone: null };
    const cleared = await register(owner.account, owner.app.id, { ...base, ...nothing });
    expect(cleared.body.data).toMatchObject({ ...nothing, tags: ["b"] });
  });

  test("keeps a time zone by its canonical name, however its case is spelt", async () => {
    const owner = await newPushOwner();
    for (const timezone of ["europe/berlin", "EUROPE/BERLIN", "Europe/Berlin"]) {
      const made = await register(owner.account, owner.app.id, androidSubscriber({ timezone }));
      expect(made.body.data.timezone).toBe("Europe/Berlin");
    }
  });

  test.each(["inactive", "unsubscribed"])(
    "makes a subscriber that was %s active again",
    async (status) => {
      const owner = await newPushOwner();
      const given = await webSubscriber();
      const first = await register(owner.account, owner.app.id, given);
      await rows("UPDATE subscribers SET status = ?, unsubscribed_at = 1", status);
      const again = await register(owner.account, owner.app.id, given);
      expect(again.status).toBe(200);
      expect(again.body.data).toMatchObject({
        id: first.body.data.id,
        status: "active",
        unsubscribed_at: null,
      });
    },
  );

  test("makes another subscriber of the same token in another app", async () => {
    const owner = await newPushOwner();
    const other = await newPushApp(owner.account.key);
    const given = androidSubscriber();
    const [a, b] = [
      await register(owner.account, owner.app.id, given),
      await register(owner.account, other.id, given),
    ];
    expect([a.status, b.status]).toEqual([201, 201]);
    expect(a.body.data.id).not.toBe(b.body.data.id);
  });

  test("makes one subscriber of a token that is registered ten times at once", async () => {
    const owner = await newPushOwner();
    const given = androidSubscriber();
    const all = await Promise.all(
      Array.from({ length: 10 }, () => register(owner.account, owner.app.id, given)),
    );
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(all.map(({ body }) => body.data.id)).size).toBe(1);
  });

  test("answers a repeated Idempotency-Key as before", async () => {
    const owner = await newPushOwner();
    const json = androidSubscriber();
    const path = `${PUSH}/apps/${owner.app.id}/subscribers`;
    const sent = { token: owner.account.key, json, headers: { "idempotency-key": "once" } };
    const first = await api("POST", path, sent);
    const again = await api("POST", path, sent);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });
});

describe("listing subscribers", () => {
  test("answers newest first, by limit and offset, filtered by platform, status, user and tag", async () => {
    const owner = await newPushOwner();
    const made = await importAll(owner.account, owner.app.id, [
      androidSubscriber({ user_id: "u1", tags: ["a"] }),
      iosSubscriber({ user_id: "u1", tags: ["a", "b"] }),
      await webSubscriber({ user_id: "u2", tags: ["b"] }),
      androidSubscriber({ user_id: "u2" }),
      androidSubscriber({ user_id: "u1", tags: ["a%"] }),
    ]);
    const ids = made.map(({ id }) => id);
    await rows("UPDATE subscribers SET status = 'inactive' WHERE uuid = ?", ids[3]);
    await call(owner, "POST", `/${ids[4]}/unsubscribe`);
    const found = async (query: string) => {
      const list = await call(owner, "GET", query);
      expect(list.status).toBe(200);
      return list.body.data.map((row: any) => ids.indexOf(row.id));
    };
    expect(await found("")).toEqual([4, 3, 2, 1, 0]);
    expect(await found("?limit=2")).toEqual([4, 3]);
    expect(await found("?limit=2&offset=2")).toEqual([2, 1]);
    expect(await found("?limit=100&offset=4")).toEqual([0]);
    expect(await found("?platform=android")).toEqual([4, 3, 0]);
    expect(await found("?status=active")).toEqual([2, 1, 0]);
    expect(await found("?status=active&limit=1&offset=1")).toEqual([1]);
    expect(await found("?status=inactive")).toEqual([3]);
    expect(await found("?status=unsubscribed&platform=android")).toEqual([4]);
    expect(await found("?user_id=u1")).toEqual([4, 1, 0]);
    expect(await found("?user_id=u1&status=active&tag=b")).toEqual([1]);
    expect(await found("?user_id=u1&limit=1&offset=1")).toEqual([1]);
    expect(await found("?tag=a")).toEqual([1, 0]);
    expect(await found("?tag=%25")).toEqual([]);
    expect(await found("?tag=b&platform=web")).toEqual([2]);
    const app = await api("GET", `${PUSH}/apps/${owner.app.id}`, { token: owner.account.key });
    expect(app.body.data.subscriber_count).toBe(3);
  });

  test("answers 50 by default and 100 at most", async () => {
    const owner = await newPushOwner();
    const many = Array.from({ length: 101 }, () => androidSubscriber());
    await importAll(owner.account, owner.app.id, many);
    expect((await call(owner, "GET", "")).body.data).toHaveLength(50);
    expect((await call(owner, "GET", "?limit=100")).body.data).toHaveLength(100);
    expect((await call(owner, "GET", "?limit=101")).body.details).toEqual({
      limit: ["must be from 1 to 100"],
    });
  });

  test.each(["status=gone", "platform=windows", "limit=x", "offset=-1", "user_id=", "tag="])(
    "answers 422 for ?%s",
    async (query) => {
      const refused = await call(await newPushOwner(), "GET", `?${query}`);
      expect(refused.status).toBe(422);
      expect(Object.keys(refused.body.details)).toEqual([query.split("=")[0]]);
    },
  );
});

describe("changing a subscriber", () => {
  test("changes the fields given, and clears those that are null", async () => {
    const owner = await newPushOwner();
    const known = { user_id: "u", tags: ["a"], language: "de", country: "DE", timezone: "UTC" };
    const made = await register(owner.account, owner.app.id, androidSubscriber(known));
    const { id } = made.body.data;
    const renamed = await call(owner, "PATCH", `/${id}`, { tags: ["b", "c"] });
    expect(renamed.status).toBe(200);
    const { updated_at: _at, ...before } = made.body.data;
    expect(renamed.body.data).toMatchObject({ ...before, tags: ["b", "c"] });
    const nothing = { user_id: null, tags: [], language: null, country: null, timezone: null };
    const cleared = await call(owner, "PATCH", `/${id}`, nothing);
    expect(cleared.body.data).toMatchObject(nothing);
    expect((await call(owner, "GET", `/${id}`)).body).toEqual(cleared.body);
  });

  test("reactivates an inactive one by a new address, but not one that unsubscribed", async () => {
    const owner = await newPushOwner();
    const made = await register(owner.account, owner.app.id, await webSubscriber());
    const { id } = made.body.data;
    await rows("UPDATE subscribers SET status = 'inactive', token_since = 1 WHERE uuid = ?", id);
    const next = await webSubscriber();
    const json = { endpoint: next.endpoint, keys: next.keys };
    const moved = await call(owner, "PATCH", `/${id}`, json);
    expect(moved.body.data).toMatchObject({ id, endpoint: next.endpoint, status: "active" });
    const [row] = await rows("SELECT * FROM subscribers WHERE uuid = ?", id);
    expect(row).toMatchObject(next.keys);
    expect(row.token_since).toBeGreaterThan(1);
    await call(owner, "POST", `/${id}/unsubscribe`);
    const { endpoint, keys } = await webSubscriber();
    const still = await call(owner, "PATCH", `/${id}`, { endpoint, keys });
    expect(still.body.data.status).toBe("unsubscribed");
  });

  test("refuses another subscriber's address, and one of another provider", async () => {
    const owner = await newPushOwner();
    const [a, b] = [androidSubscriber(), androidSubscriber()];
    const made = await register(owner.account, owner.app.id, a);
    await register(owner.account, owner.app.id, b);
    const patch = (json: unknown) => call(owner, "PATCH", `/${made.body.data.id}`, json);
    expect((await patch({ token: b.token })).body.details).toEqual({
      token: ["is registered by another subscriber"],
    });
    expect((await patch({ token: a.token })).status).toBe(200);
    expect((await patch({ endpoint: "https://push.example.com/x" })).body.details).toEqual({
      endpoint: ["does not go with fcm"],
    });
    expect((await patch({ language: "x", tags: "y" })).body.details).toEqual({
      language: ["must be a BCP 47 tag such as de or pt-BR"],
      tags: ["must be an array"],
    });
  });
});

describe("ending a subscription", () => {
  test("by unsubscribing may be repeated, and keeps the first time", async () => {
    const owner = await newPushOwner();
    const made = await register(owner.account, owner.app.id, androidSubscriber());
    const { id } = made.body.data;
    const gone = await call(owner, "POST", `/${id}/unsubscribe`);
    expect(gone.status).toBe(200);
    expect(gone.body.data).toMatchObject({
      status: "unsubscribed",
      unsubscribed_at: expect.stringMatching(TIME),
    });
    await rows("UPDATE subscribers SET unsubscribed_at = 1000 WHERE uuid = ?", id);
    const again = await call(owner, "POST", `/${id}/unsubscribe`);
    expect(again.status).toBe(200);
    expect(again.body.data.unsubscribed_at).toBe("1970-01-01T00:00:01Z");
  });

  test("by deleting removes the subscriber, which then answers 404", async () => {
    const owner = await newPushOwner();
    const made = await register(owner.account, owner.app.id, androidSubscriber());
    const { id } = made.body.data;
    const gone = await call(owner, "DELETE", `/${id}`);
    expect(gone.status).toBe(200);
    expect(gone.body).toEqual({ ok: true });
    expect(await rows("SELECT id FROM subscribers WHERE uuid = ?", id)).toEqual([]);
    for (const [method, path] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", "/unsubscribe"],
    ] as const) {
      const missing = await call(owner, method, `/${id}${path}`);
      expect(missing.status).toBe(404);
      expect(missing.body).toEqual({ error: "Not found" });
    }
  });

  test("answers 404 through another app, as reading and changing do", async () => {
    const owner = await newPushOwner();
    const other = { ...owner, app: await newPushApp(owner.account.key) };
    const made = await register(owner.account, owner.app.id, androidSubscriber());
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const missing = await call(other, method, `/${made.body.data.id}`);
      expect(missing.status).toBe(404);
    }
  });
});

describe("webhooks", () => {
  test("get one event for each new and each unsubscribed subscriber, without the token", async () => {
    const owner = await newPushOwner();
    const { key } = owner.account;
    await rows(
      `INSERT INTO webhooks (uuid, account_id, app_id, url, secret_sealed, events, enabled, created_at, updated_at)
       VALUES (?, ?, ?, 'https://127.0.0.1/', '', '["subscriber.created","subscriber.unsubscribed"]', 1, 1, 1)`,
      crypto.randomUUID(),
      owner.account.id,
      owner.app.v1_id,
    );
    const given = androidSubscriber({ user_id: "u" });
    const made = await register(owner.account, owner.app.id, given);
    await register(owner.account, owner.app.id, given);
    const { id } = made.body.data;
    await call(owner, "POST", `/${id}/unsubscribe`);
    await call(owner, "POST", `/${id}/unsubscribe`);
    const bulk = { subscribers: [given, androidSubscriber()] };
    await api("POST", `${PUSH}/apps/${owner.app.id}/subscribers/bulk`, { token: key, json: bulk });
    await expect
      .poll(async () =>
        (await rows("SELECT event FROM webhook_deliveries")).map((row) => row.event),
      )
      .toEqual(["subscriber.created", "subscriber.unsubscribed", "subscriber.created"]);
    const [first] = await rows("SELECT body FROM webhook_deliveries ORDER BY id");
    expect(JSON.parse(first.body).data).toMatchObject({ id, platform: "android", user_id: "u" });
    expect(first.body).not.toContain(given.token);
  });
});
