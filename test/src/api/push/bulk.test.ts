// Importing many subscribers at once.
import { describe, expect, test } from "vitest";
import { androidSubscriber, PUSH, register, webSubscriber } from "../../../support/push.ts";
import { api, rows } from "../../../support/worker.ts";
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
