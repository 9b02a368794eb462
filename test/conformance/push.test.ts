// The push API against its contract (docs/contracts.md, Push 1 to 9): a test for each thing it says, by its sections.
//
// Departures (Push 12) with tests of their own: a create with `send` answers "sending", since nobody has been sent to
// yet (the example says "sent"); batches are of 50, as the text says (the examples' are of 100); targeting that fits no
// shape is 422 (there it reaches everybody); `delivered` is counted (there it is always 0). Objects have more
// fields than the examples.
import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from "cloudflare:test";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import worker from "../../src/index.ts";
import {
  androidSubscriber,
  importAll,
  iosSubscriber,
  PUSH,
  webSubscriber,
} from "../support/push.ts";
import { EXAMPLE, TIME, WORDS } from "../support/push-example.ts";
import { useInternet } from "../support/receiver.ts";
import { tokenOf } from "../support/tracked.ts";
import { api, bindings, eventually, rows } from "../support/worker.ts";
import { newKey, newNotifier, newPushApp, type Notifier } from "../support/scenario.ts";

const internet = useInternet();
beforeEach(() => {
  // push services take everything
  internet.answer = () => new Response(null, { status: 201 });
});

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NO_ONE = "e5f6a7b8-9c0d-4e2f-8a4b-5c6d7e8f9a0b";
const NOTHING_SENT = {
  total_count: 0,
  total_batches: 0,
  completed_batches: 0,
  sent_count: 0,
  failed_count: 0,
};

async function cron(schedule: string): Promise<void> {
  const execution = createExecutionContext();
  await worker.scheduled(createScheduledController({ cron: schedule }), bindings, execution);
  await waitOnExecutionContext(execution);
}

let world: Notifier;
beforeAll(async () => {
  world = await newNotifier();
});

describe("Push 1. Keys and scopes", () => {
  const calls = [
    ["List Notifications", "push:read", "GET", ""],
    ["Get Notification", "push:read", "GET", "/ID"],
    ["Create Notification", "push:write", "POST", ""],
  ] as const;

  test.each(calls)("%s requires %s", async (_name, scope, method, path) => {
    const { account, call, make } = world;
    const to = path.replace("ID", (await make()).id);
    const json = method === "POST" ? WORDS : undefined;
    const keyWith = async (...scopes: string[]) => newKey(account.id, { scopes });
    const other = scope === "push:read" ? "push:write" : "push:read";
    expect((await call(method, to, json, await keyWith(scope))).status).toBeLessThan(300);
    const refused = await call(method, to, json, await keyWith(other));
    expect(refused.status).toBe(403);
    expect(refused.body).toEqual({ error: "Insufficient scope" });
  });

  test("a call without a key answers 401", async () => {
    const answer = await api("GET", `${PUSH}/apps/${world.app.id}/notifications`);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: "Invalid or missing API key" });
  });
});

describe("Push 3. List notifications", () => {
  test("answers only the app's notifications, newest first, each as Get shows it", async () => {
    const { call, make } = await newNotifier();
    await world.make();
    const ids = [(await make()).id, (await make(EXAMPLE)).id].toReversed();
    const { status, body } = await call("GET", "");
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["data", "meta"]);
    expect(body.meta).toEqual({ total_count: 2, total_is_minimum: false });
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual(ids);
    for (const one of body.data) expect((await call("GET", `/${one.id}`)).body.data).toEqual(one);
  });

  test("filters by status, and answers 422 for an unknown one", async () => {
    const { call, make } = await newNotifier();
    const statuses = ["draft", "scheduled", "sending", "sent", "failed"];
    for (const status of statuses) {
      const { id } = await make();
      await rows("UPDATE notifications SET status = ? WHERE uuid = ?", status, id);
    }
    for (const status of statuses) {
      const { body } = await call("GET", `?status=${status}`);
      expect(body.data.map((one: { status: string }) => one.status)).toEqual([status]);
    }
    expect((await call("GET", "?status=lost")).status).toBe(422);
  });

  test("has a limit of 50 and an offset of 0 by default", async () => {
    const { app, call, make } = await newNotifier();
    await make();
    await rows(
      `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, created_at, updated_at)
       SELECT 'u' || value, account_id, app_id, 'draft', content, targeting, 1, 1
       FROM notifications, json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,
         28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54]')
       WHERE app_id = ? ORDER BY value`,
      app.v1_id,
    );
    const listed = async (query: string) =>
      (await call("GET", query)).body.data.map(({ v1_id: id }: { v1_id: number }) => id);
    const all = await listed("?limit=100");
    expect(all).toHaveLength(55);
    expect(await listed("")).toEqual(all.slice(0, 50));
    expect(await listed("?offset=50")).toEqual(all.slice(50));
    expect(await listed("?limit=3&offset=2")).toEqual(all.slice(2, 5));
  });
});

describe("Push 2, Push 4. Get notification", () => {
  test("answers the fields of the example", async () => {
    const { app, call, make } = world;
    const { id } = await make(EXAMPLE);
    const { status, body } = await call("GET", `/${id}`);
    expect(status).toBe(200);
    expect(body.data).toMatchObject({
      ...EXAMPLE,
      id: expect.stringMatching(UUID),
      app_id: app.id,
      status: "draft",
      scheduled_at: null,
      sent_at: null,
      stats: NOTHING_SENT,
      created_at: expect.stringMatching(TIME),
      updated_at: expect.stringMatching(TIME),
    });
  });

  test("answers 404 for one that does not exist", async () => {
    const answer = await world.call("GET", `/${NO_ONE}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error: "Not found" });
  });
});

describe("Push 5, Push 8. Create notification", () => {
  test.each(["title", "body"])("requires %s", async (field) => {
    const refused = await world.call("POST", "", { ...EXAMPLE, [field]: undefined });
    expect(refused.status).toBe(422);
    expect(refused.body).toEqual({
      error: "Validation failed",
      details: { [field]: [expect.any(String)] },
    });
  });

  test("leaves all other fields optional, and targets everybody by default", async () => {
    expect(await world.make()).toMatchObject({
      ...WORDS,
      icon: null,
      image: null,
      url: null,
      actions: [],
      data: null,
      targeting: { type: "all" },
      platform_overrides: null,
      status: "draft",
      scheduled_at: null,
    });
  });

  test("answers 201 with the status sending when send is true, where the example says sent", async () => {
    const made = await world.call("POST", "", { ...EXAMPLE, send: true });
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({ ...EXAMPLE, status: "sending", sent_at: null });
    await world.ended(made.body.data.id);
  });

  test.each([
    ["android", { channel_id: "features", priority: "high" }],
    ["ios", { sound: "default", badge: 1, category: "NEWS" }],
  ])("accepts platform_overrides.%s", async (platform, override) => {
    const overrides = { [platform]: override };
    const made = await world.make({ platform_overrides: overrides });
    expect(made.platform_overrides).toEqual(overrides);
  });
});

describe("Push 6. Status lifecycle", () => {
  test("a notification without send and scheduled_at is a draft and is not sent", async () => {
    const { id } = await world.make();
    await cron("* * * * *");
    const shown = (await world.call("GET", `/${id}`)).body.data;
    expect(shown).toMatchObject({ status: "draft", stats: NOTHING_SENT });
  });

  test("a notification with a future scheduled_at is scheduled, and sent by the minute's run once due", async () => {
    const at = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
    const { id, ...made } = await world.make({ scheduled_at: at });
    expect(made).toMatchObject({ status: "scheduled", scheduled_at: at, sent_at: null });
    await cron("* * * * *");
    expect((await world.call("GET", `/${id}`)).body.data.status).toBe("scheduled");
    await rows("UPDATE notifications SET scheduled_at = ? WHERE uuid = ?", Date.now() - 1, id);
    await cron("* * * * *");
    expect(await world.ended(id)).toMatchObject({ status: "sent" });
  });

  test("a scheduled_at in the past answers 422", async () => {
    const json = { ...WORDS, scheduled_at: "2025-06-14T12:00:00Z" };
    expect((await world.call("POST", "", json)).status).toBe(422);
  });

  test("a notification is sent in batches of 50, with all counters, sent_at and the webhook", async () => {
    const { account, app, make, ended } = await newNotifier();
    const hook = { url: "https://hooks.example.com/", events: ["notification.sent"] };
    await api("POST", `${PUSH}/apps/${app.id}/webhooks`, { token: account.key, json: hook });
    const subscribers = await Promise.all(Array.from({ length: 101 }, async () => webSubscriber()));
    await importAll(account, app.id, subscribers);
    const { id } = await make({ send: true });
    const sent = await ended(id);
    expect(sent.status).toBe("sent");
    expect(sent.sent_at).toMatch(TIME);
    expect(sent.stats).toMatchObject({
      total_count: 101,
      total_batches: 3,
      completed_batches: 3,
      sent_count: 101,
      failed_count: 0,
    });
    const told = () => internet.received.find(({ url }) => url === hook.url);
    await eventually(async () => told() !== undefined);
    expect(JSON.parse(told()?.body ?? "").data).toMatchObject({
      notification_id: id,
      status: "sent",
    });
  });

  test("a notification fails if every batch fails, expired tokens included", async () => {
    const { account, app, make, ended } = await newNotifier();
    await importAll(account, app.id, [await webSubscriber(), await webSubscriber()]);
    internet.answer = () => new Response(null, { status: 410 });
    const failed = await ended((await make({ send: true })).id);
    expect(failed.status).toBe("failed");
    expect(failed.stats).toMatchObject({ total_count: 2, sent_count: 0, failed_count: 2 });
  });

  test("the run at 02:00 UTC counts what was sent yesterday", async () => {
    const { account, app, make, ended } = await newNotifier();
    await importAll(account, app.id, [await webSubscriber()]);
    const { id } = await ended((await make({ send: true })).id);
    const yesterday = Date.now() - 86_400_000;
    await rows("UPDATE notifications SET started_at = ? WHERE uuid = ?", yesterday, id);
    await cron("0 2 * * *");
    const { body } = await api("GET", `${PUSH}/apps/${app.id}/analytics`, { token: account.key });
    const date = new Date(yesterday).toISOString().slice(0, 10);
    expect(body.data).toContainEqual(expect.objectContaining({ date, sent: 1, failed: 0 }));
  });

  test("delivered is counted, where the contract always shows 0", async () => {
    const { account, app, make, ended } = await newNotifier();
    const [one] = await importAll(account, app.id, [await webSubscriber()]);
    const { id, v1_id: v1Id } = await ended((await make({ send: true })).id);
    const [row] = await rows("SELECT id FROM subscribers WHERE uuid = ?", one?.id);
    await api("POST", `/public/t/${tokenOf({ id: v1Id, app_id: app.v1_id }, row.id)}/delivered`);
    const { body } = await api("GET", `${PUSH}/apps/${app.id}/analytics`, { token: account.key });
    expect(body.data[0]).toMatchObject({ sent: 1, delivered: 1 });
    expect((await ended(id)).stats.delivered_count).toBe(1);
  });
});

describe("Push 7. Targeting", () => {
  let people: Notifier;
  beforeAll(async () => {
    people = await newNotifier();
    const imported = await importAll(people.account, people.app.id, [
      await webSubscriber({ user_id: "user-1", tags: ["beta"] }),
      iosSubscriber({ user_id: "user-2", tags: ["beta", "ios"] }),
      androidSubscriber({ user_id: "user-3", tags: ["other"] }),
      androidSubscriber({ user_id: "user-1", tags: ["beta"] }),
    ]);
    const path = `${PUSH}/apps/${people.app.id}/subscribers/${imported[3]?.id}/unsubscribe`;
    await api("POST", path, { token: people.account.key });
  });

  test.each([
    ["every active subscriber", { type: "all" }, 3],
    [
      "subscribers whose user_id is in the list",
      { type: "user_ids", ids: ["user-1", "user-2"] },
      2,
    ],
    [
      "subscribers with at least one of the tags",
      { type: "tags", tags: ["beta"], match: "any" },
      2,
    ],
    ["subscribers with all of the tags", { type: "tags", tags: ["beta", "ios"], match: "all" }, 1],
    [
      "subscribers whose platform is in the list",
      { type: "platform", platforms: ["web", "ios"] },
      2,
    ],
  ])("reaches %s", async (_what, targeting, total) => {
    const { body } = await people.call("POST", "", { ...WORDS, targeting, dry_run: true });
    expect(body.data.total_count).toBe(total);
  });

  test.each([
    [{ tags: ["beta"] }],
    [{ type: "segments", segments: ["s"] }],
    [{ type: "user_id", ids: ["user-1"] }],
    [{ type: "tags", tags: [] }],
    [{ type: "all", tags: ["beta"] }],
    ["all"],
  ])(
    "answers 422 for %j, which fits no shape and by the contract reaches everybody",
    async (targeting) => {
      const refused = await people.call("POST", "", { ...WORDS, targeting, send: true });
      expect(refused.status).toBe(422);
      expect(refused.body.error).toBe("Validation failed");
    },
  );
});

describe("Push 9. Track click", () => {
  const track = async (id: string, token: string) =>
    api("POST", `${PUSH}/notifications/${id}/track`, { token });

  test("counts a click and answers ok", async () => {
    const { account, call, make } = world;
    const { id } = await make();
    const answer = await track(id, account.key);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ok: true });
    expect((await call("GET", `/${id}`)).body.data.stats.clicked_count).toBe(1);
  });

  test("requires a key with push:write", async () => {
    const { id } = await world.make();
    expect((await api("POST", `${PUSH}/notifications/${id}/track`)).status).toBe(401);
    const reader = await newKey(world.account.id, { scopes: ["push:read"] });
    expect((await track(id, reader)).status).toBe(403);
  });

  test("is forbidden to a key for other apps, and allowed to a key without a list", async () => {
    const { account, app, make } = world;
    const { id } = await make();
    const other = await newPushApp(account.key);
    const keyFor = async (appId: number) => newKey(account.id, { app_ids: [appId] });
    expect((await track(id, await keyFor(other.v1_id))).status).toBe(403);
    expect((await track(id, await keyFor(app.v1_id))).status).toBe(200);
    expect((await track(id, await newKey(account.id))).status).toBe(200);
  });
});
