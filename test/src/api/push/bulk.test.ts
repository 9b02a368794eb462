// Importing many subscribers at once.
import { describe, expect, test } from "vitest";
import { androidSubscriber, PUSH, register, webSubscriber } from "../../../support/push.ts";
import { api, newAddress, rows } from "../../../support/worker.ts";
import { newAccount, newPushApp, type TestAccount } from "../../../support/scenario.ts";

function bulk(account: TestAccount, appId: string, subscribers: unknown) {
  const path = `${PUSH}/apps/${appId}/subscribers/bulk`;
  return api("POST", path, { token: account.key, json: { subscribers } });
}

describe("importing subscribers", () => {
  test("answers a result for each row, in order, and a wrong row stops no other", async () => {
    const account = await newAccount();
    const app = await newPushApp(account.key);
    const known = androidSubscriber({ tags: ["old"], user_id: "u" });
    const { body } = await register(account, app.id, known);
    await rows("UPDATE subscribers SET status = 'unsubscribed'");
    const web = await webSubscriber({ language: "de" });
    const answer = await bulk(account, app.id, [
      web,
      { platform: "web" },
      { ...known, tags: undefined, language: "en" },
      "x",
      androidSubscriber(),
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      data: [
        { index: 0, id: expect.any(String), created: true, status: "active" },
        {
          index: 1,
          error: "Validation failed",
          details: { token: ["is required, or an endpoint with keys"] },
        },
        { index: 2, id: body.data.id, created: false, status: "unsubscribed" },
        { index: 3, error: "Validation failed", details: { body: ["must be an object"] } },
        { index: 4, id: expect.any(String), created: true, status: "active" },
      ],
    });
    const kept = await rows("SELECT * FROM subscribers WHERE app_id = ? ORDER BY id", app.v1_id);
    expect(kept).toHaveLength(3);
    expect(kept[0]).toMatchObject({
      status: "unsubscribed",
      tags: '["old"]',
      user_id: "u",
      language: "en",
    });
    expect(kept[1]).toMatchObject({ token: web.endpoint, ...web.keys, language: "de" });
  });

  test("makes one subscriber from rows with one token, the later rows changing it", async () => {
    const account = await newAccount();
    const app = await newPushApp(account.key);
    const { token } = androidSubscriber();
    const base = { platform: "android", provider: "fcm", token };
    const answer = await bulk(account, app.id, [
      { ...base, tags: ["a"], language: "de" },
      { ...base, user_id: "u" },
      { ...base, language: "fr" },
      { ...base, language: null, country: "DE" },
      { ...base, country: null, language: "fr" },
    ]);
    const id = answer.body.data[0].id;
    expect(answer.body.data).toEqual([
      { index: 0, id, created: true, status: "active" },
      { index: 1, id, created: false, status: "active" },
      { index: 2, id, created: false, status: "active" },
      { index: 3, id, created: false, status: "active" },
      { index: 4, id, created: false, status: "active" },
    ]);
    const [row] = await rows("SELECT * FROM subscribers WHERE uuid = ?", id);
    expect(row).toMatchObject({ tags: '["a"]', user_id: "u", language: "fr", country: null });
  });

  test("accepts a thousand rows, and the same rows again", async () => {
    const account = await newAccount();
    const app = await newPushApp(account.key);
    const many = Array.from({ length: 1000 }, () =>
      androidSubscriber({ timezone: "Europe/Berlin", tags: ["a", "b"] }),
    );
    for (const created of [true, false]) {
      const answer = await bulk(account, app.id, many);
      expect(answer.status).toBe(200);
      expect(answer.body.data).toHaveLength(1000);
      expect(answer.body.data.every((row: any) => row.created === created)).toBe(true);
    }
    const tokens = await rows(
      "SELECT token FROM subscribers WHERE app_id = ? ORDER BY id",
      app.v1_id,
    );
    expect(tokens.map((row) => row.token)).toEqual(many.map((row) => row.token));
  });

  test.each([
    [undefined, "is required"],
    [{}, "must be an array"],
    [[], "must have at least 1 items"],
    [Array.from({ length: 1001 }, () => ({})), "must have at most 1000 items"],
  ])(
    "answers 422 for a wrong list of subscribers, saying that it $1",
    async (subscribers, sentence) => {
      const account = await newAccount();
      const { id } = await newPushApp(account.key);
      const refused = await bulk(account, id, subscribers);
      expect(refused.status).toBe(422);
      expect(refused.body).toEqual({
        error: "Validation failed",
        details: { subscribers: [sentence] },
      });
    },
  );

  test("answers a repeated Idempotency-Key as before and registers nothing", async () => {
    const account = await newAccount();
    const { id } = await newPushApp(account.key);
    const call = {
      token: account.key,
      json: { subscribers: [androidSubscriber()] },
      headers: { "idempotency-key": "bulk" },
    };
    const path = `${PUSH}/apps/${id}/subscribers/bulk`;
    const first = await api("POST", path, call);
    await rows("DELETE FROM subscribers");
    const again = await api("POST", path, call);
    expect(again.body).toEqual(first.body);
    expect(await rows("SELECT id FROM subscribers")).toEqual([]);
  });
});

describe("a list that comes again after the device has registered itself", () => {
  interface Listed {
    account: TestAccount;
    app: { id: string; v1_id: number; public_key: string };
    /** What the list says of the device. */
    row: Record<string, unknown>;
    /** The subscriber that the list made. */
    listed: string;
  }

  /** An app that has imported one device. */
  async function newList(facts: Record<string, unknown> = {}): Promise<Listed> {
    const account = await newAccount();
    const app = await newPushApp(account.key);
    const row = androidSubscriber(facts);
    const { body } = await bulk(account, app.id, [row]);
    return { account, app, row, listed: body.data[0].id };
  }

  /** Registers the listed device as it would itself, with the app's public key. */
  async function join({ app, row }: Listed): Promise<{ id: string; token: string }> {
    const { user_id: _, ...json } = row;
    const made = await api("POST", `/public/apps/${app.id}/subscribers`, {
      json,
      headers: { "x-app-key": app.public_key, "cf-connecting-ip": newAddress() },
    });
    expect(made.status).toBe(201);
    return made.body.data;
  }

  /** Imports the list again, and returns the answer for the device with the row that has its token. */
  async function again({ account, app, row }: Listed, facts: object = {}) {
    const { body } = await bulk(account, app.id, [{ ...row, ...facts }]);
    const [holder] = await rows(
      "SELECT * FROM subscribers WHERE app_id = ? AND token = ?",
      app.v1_id,
      row.token,
    );
    expect(body.data[0]).toMatchObject({ id: holder.uuid, status: holder.status });
    return holder;
  }

  const die = (uuid: string, as = "gone") =>
    rows(
      "UPDATE subscribers SET status = 'inactive', retired_as = ?, retired_at = 2000 WHERE uuid = ?",
      as,
      uuid,
    );

  test.each([{}, { user_id: "ann" }])("leaves it unsubscribed: %j", async (facts) => {
    const list = await newList(facts);
    const own = await join(list);
    await api("DELETE", `/public/subscribers/${own.id}`, { token: own.token });
    for (let times = 0; times < 2; times += 1) {
      const holder = await again(list);
      expect(holder).toMatchObject({ status: "unsubscribed", vouched: 1 });
      expect(holder.unsubscribed_at).toEqual(expect.any(Number));
    }
    // nor does a list with another user
    expect((await again(list, { user_id: "bob" })).status).toBe("unsubscribed");
    // the device itself is heard
    expect((await join(list)).id).not.toBe(own.id);
    expect((await again(list)).status).toBe("active");
  });

  test.each([{}, { user_id: "ann" }])("leaves its token dead: %j", async (facts) => {
    const list = await newList(facts);
    const own = await join(list);
    await die(own.id);
    for (let times = 0; times < 2; times += 1) {
      expect(await again(list, { registered_at: new Date(1000).toISOString() })).toMatchObject({
        status: "inactive",
        retired_as: "gone",
        retired_at: 2000,
      });
    }
    const alive = await again(list, { registered_at: new Date(3000).toISOString() });
    expect(alive).toMatchObject({ status: "active", retired_as: null, retired_at: null });
  });

  test("does not bring back that the listed subscriber had unsubscribed or was doubted", async () => {
    for (const how of ["unsubscribed", "doubted"]) {
      const list = await newList({ user_id: "ann" });
      if (how === "doubted") await die(list.listed, how);
      else await rows("UPDATE subscribers SET status = ? WHERE uuid = ?", how, list.listed);
      const own = await join(list);
      const [before] = await rows("SELECT * FROM subscribers WHERE uuid = ?", own.id);
      for (let times = 0; times < 2; times += 1) {
        expect(await again(list)).toMatchObject({
          uuid: list.listed,
          user_id: "ann",
          status: "active",
          retired_as: null,
          unsubscribed_at: null,
          registered_at: before.registered_at,
          token_since: before.token_since,
        });
      }
    }
  });

  test("does not make room of what it names: a full app forgets no dead token", async () => {
    for (const hasJoined of [false, true]) {
      const list = await newList({ user_id: "ann" });
      const { id } = hasJoined ? await join(list) : { id: list.listed };
      await die(id);
      const spare = await register(list.account, list.app.id, androidSubscriber());
      await die(spare.body.data.id);
      await rows("UPDATE app_counts SET subscribers = 10000 WHERE app_id = ?", list.app.v1_id);
      const { body } = await bulk(list.account, list.app.id, [list.row, androidSubscriber()]);
      expect(body.data).toMatchObject([
        { id: list.listed, status: "inactive" },
        { created: true, status: "active" },
      ]);
    }
  });
});

describe("registering one subscriber with registered_at", () => {
  test("counts as a list's row, and without it as the device's own", async () => {
    const account = await newAccount();
    const app = await newPushApp(account.key);
    const row = androidSubscriber();
    const { id } = (await register(account, app.id, row)).body.data;
    await rows("UPDATE subscribers SET status = 'unsubscribed' WHERE uuid = ?", id);
    const old = await register(account, app.id, { ...row, registered_at: "2020-01-01T00:00:00Z" });
    expect(old.body.data).toMatchObject({ id, status: "unsubscribed" });
    expect((await register(account, app.id, row)).body.data).toMatchObject({
      id,
      status: "active",
    });
  });
});
