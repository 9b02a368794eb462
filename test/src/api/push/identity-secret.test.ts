// The identity secret of an app: made, replaced and deleted by holders of an API key, and shown once.
import { describe, expect, test, vi } from "vitest";
import { androidSubscriber, PUSH } from "../../../support/push.ts";
import { newAccount, newKey, newPushApp } from "../../../support/scenario.ts";
import { newSecret, signToken } from "../../../support/user-token.ts";
import { api, rows } from "../../../support/worker.ts";

const DAY_MS = 86_400_000;
const SECRET = /^sw_idn_[A-Za-z0-9_-]{43}$/;
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

async function owner() {
  const account = await newAccount();
  const app = await newPushApp(account.key);
  const call = (method: string, json?: unknown, token = account.key, headers = {}) =>
    api(method, `${PUSH}/apps/${app.id}/identity-secret`, {
      token,
      headers,
      ...(json === undefined ? {} : { json }),
    });
  /** Whether a device can register with a token that this secret signed. */
  const verifies = async (secret: string) => {
    const { status } = await api("POST", `/public/apps/${app.id}/subscribers`, {
      headers: { "x-app-key": app.public_key },
      json: androidSubscriber({ user_token: signToken(secret, { sub: "anna" }) }),
    });
    return { 201: true, 422: false }[status];
  };
  return { account, app, call, verifies };
}

/** Moves the clock ahead by `ms` while `act` runs. */
async function later<Result>(ms: number, act: () => Promise<Result>): Promise<Result> {
  const present = Date.now;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => present() + ms);
  try {
    return await act();
  } finally {
    clock.mockRestore();
  }
}

describe("an identity secret", () => {
  test("is shown once, and kept sealed", async () => {
    const { app, call, verifies } = await owner();
    expect((await call("GET")).status).toBe(404);
    const made = await call("POST", {});
    expect(made.status).toBe(201);
    expect(made.body.data).toEqual({
      secret: expect.stringMatching(SECRET),
      created_at: TIME,
      previous_secret_expires_at: null,
    });
    const { secret, ...shown } = made.body.data;
    expect((await call("GET")).body).toEqual({ data: shown });
    const stored = JSON.stringify(await rows("SELECT * FROM apps WHERE id = ?", app.v1_id));
    expect(stored).not.toContain(secret);
    expect(stored).toContain('"identity_secret_sealed":"v1.');
    expect(await verifies(secret)).toBe(true);
    for (const path of [`${PUSH}/apps/${app.id}`, `${PUSH}/apps`, `/api/v1/apps/${app.v1_id}`]) {
      const seen = await api("GET", path, { token: (await owner()).account.key });
      expect(JSON.stringify(seen.body)).not.toContain("identity");
    }
  });

  test("is not shown again by a repeated Idempotency-Key, nor made again", async () => {
    const { call, verifies } = await owner();
    const headers = { "idempotency-key": "once" };
    const first = await call("POST", {}, undefined, headers);
    const again = await call("POST", {}, undefined, headers);
    const { secret, ...shown } = first.body.data;
    expect(again.body.data).toEqual(shown);
    expect(await verifies(secret)).toBe(true);
  });

  test("goes on verifying for a day after it was replaced, and then no more", async () => {
    const { call, verifies } = await owner();
    const first = (await call("POST", {})).body.data.secret;
    const replaced = await call("POST", {});
    const { secret, previous_secret_expires_at: endsAt } = replaced.body.data;
    expect(Date.parse(endsAt) - Date.now()).toBeGreaterThan(DAY_MS - 60_000);
    expect(Date.parse(endsAt) - Date.now()).toBeLessThanOrEqual(DAY_MS);
    expect(secret).not.toBe(first);
    expect([await verifies(first), await verifies(secret)]).toEqual([true, true]);
    await later(DAY_MS + 1000, async () => {
      expect([await verifies(first), await verifies(secret)]).toEqual([false, true]);
      expect((await call("GET")).body.data.previous_secret_expires_at).toBeNull();
    });
  });

  test("ends at its second replacement, and at once where that is said", async () => {
    const { call, verifies } = await owner();
    const make = async (json: object) => (await call("POST", json)).body.data.secret;
    const [first, second, third] = [await make({}), await make({}), await make({})];
    expect([await verifies(first), await verifies(second), await verifies(third)]).toEqual([
      false,
      true,
      true,
    ]);
    const fourth = await make({ grace_seconds: 0 });
    expect([await verifies(third), await verifies(fourth)]).toEqual([false, true]);
    expect((await call("GET")).body.data.previous_secret_expires_at).toBeNull();
  });

  test("ends with the one before it when it is deleted; who has a user keeps it", async () => {
    const { app, call, verifies } = await owner();
    const first = (await call("POST", {})).body.data.secret;
    const second = (await call("POST", {})).body.data.secret;
    expect(await verifies(second)).toBe(true);
    expect((await call("DELETE")).body).toEqual({ ok: true });
    expect((await call("DELETE")).status).toBe(404);
    expect((await call("GET")).status).toBe(404);
    expect([await verifies(first), await verifies(second)]).toEqual([false, false]);
    const [left] = await rows(
      "SELECT identity_secret_sealed, previous_identity_secret_sealed FROM apps WHERE id = ?",
      app.v1_id,
    );
    expect(Object.values(left)).toEqual([null, null]);
    const users = await rows("SELECT user_id FROM subscribers WHERE app_id = ?", app.v1_id);
    expect(users).toEqual([{ user_id: "anna" }]);
    const made = await call("POST", {});
    expect(made.body.data.previous_secret_expires_at).toBeNull();
    expect([await verifies(second), await verifies(made.body.data.secret)]).toEqual([false, true]);
  });

  test("verifies for its own app alone", async () => {
    const [one, two] = [await owner(), await owner()];
    const secret = await newSecret(one.account.key, one.app.id);
    await newSecret(two.account.key, two.app.id);
    expect(await two.verifies(secret)).toBe(false);
  });

  test("needs push:write to be made or deleted and push:read to be seen, and a key for the app", async () => {
    const { account, app, call } = await owner();
    const reader = await newKey(account.id, { scopes: ["push:read"] });
    const writer = await newKey(account.id, { scopes: ["push:write"] });
    const elsewhere = await newPushApp(account.key);
    const limited = await newKey(account.id, { app_ids: [elsewhere.v1_id] });
    const stranger = (await newAccount()).key;
    await newSecret(account.key, app.id);
    const statuses = async (key: string) => [
      (await call("GET", undefined, key)).status,
      (await call("POST", {}, key)).status,
      (await call("DELETE", undefined, key)).status,
    ];
    expect(await statuses(reader)).toEqual([200, 403, 403]);
    expect(await statuses(limited)).toEqual([403, 403, 403]);
    expect(await statuses(stranger)).toEqual([404, 404, 404]);
    expect(await statuses(writer)).toEqual([403, 201, 200]);
  });

  test("is made with nothing but a grace, of 0 to 30 days", async () => {
    const { call } = await owner();
    for (const json of [{ grace_seconds: -1 }, { grace_seconds: 2_592_001 }, { secret: "mine" }]) {
      expect((await call("POST", json)).status, JSON.stringify(json)).toBe(422);
    }
    expect((await call("GET")).status).toBe(404);
    expect((await call("POST", { grace_seconds: 2_592_000 })).status).toBe(201);
  });
});
