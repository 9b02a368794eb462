// Daily statistics in the push API, the nightly run that completes them, and clicks reported by servers.
import { beforeEach, describe, expect, test } from "vitest";
import { runSchedule } from "../../../../src/cron/schedules.ts";
import { analytics } from "../../../../src/domain/notifications/analytics.ts";
import { testContext } from "../../../support/context.ts";
import { addSubscribers } from "../../../support/notifications.ts";
import { androidSubscriber, register } from "../../../support/push.ts";
import { engagementOf, sentNotification } from "../../../support/tracked.ts";
import { api, rows } from "../../../support/worker.ts";
import { newAccount, newApp, newKey } from "../../../support/scenario.ts";

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2025, 5, 20, 12);
const NIGHT = Date.UTC(2025, 5, 20, 2);

let accountId: number;
let key: string;
let app: { id: number; uuid: string; accountId: number };
beforeEach(async () => {
  ({ id: accountId, key } = await newAccount());
  app = { ...(await newApp(key)), accountId };
});

async function get(query = "", token = key) {
  return api("GET", `/api/v1/push/apps/${app.uuid}/analytics${query}`, { token });
}

/** What the app's analytics show at `now`. */
async function shownAt(now: number, query: object = {}): Promise<any[]> {
  const { ctx } = testContext(() => now);
  const principal = { accountId, appIds: null } as never;
  return analytics({ ...ctx, principal }, app, query);
}

async function nightAt(now: number): Promise<void> {
  await runSchedule(testContext(() => now).ctx, "0 2 * * *");
}

async function stored(): Promise<any[]> {
  return rows("SELECT * FROM daily_stats WHERE app_id = ? ORDER BY date", app.id);
}

/** A day of June 2025, ms. */
const june = (day: number, hour = 12): number => Date.UTC(2025, 5, day, hour);

describe("the nightly run", () => {
  test("counts what was sent yesterday, with the same result however often it runs", async () => {
    await sentNotification(app, { started_at: june(19, 0), sent_count: 7, failed_count: 2 });
    await sentNotification(app, { started_at: june(20, 0) - 1, sent_count: 3 });
    await sentNotification(app, { started_at: june(20, 0), sent_count: 100 });
    const other = await newApp(key);
    await sentNotification(other, { started_at: june(19), sent_count: 50 });
    for (let times = 0; times < 3; times += 1) await nightAt(NIGHT);
    expect(await stored()).toEqual([
      {
        app_id: app.id,
        date: "2025-06-19",
        sent: 10,
        failed: 2,
        delivered: 0,
        clicked: 0,
        new_subscribers: 0,
        unsubscribes: 0,
      },
    ]);
  });

  test("counts the days that earlier runs missed", async () => {
    await sentNotification(app, { started_at: june(14), sent_count: 1 });
    await sentNotification(app, { started_at: june(17), sent_count: 2 });
    await nightAt(NIGHT);
    const days = (await stored()).map(({ date, sent }) => [date, sent]);
    expect(days).toEqual([
      ["2025-06-14", 1],
      ["2025-06-17", 2],
    ]);
  });

  test("adds what is recorded for a day after that day was counted", async () => {
    await sentNotification(app, { started_at: june(19), sent_count: 1 });
    await nightAt(NIGHT);
    await sentNotification(app, { started_at: june(19), sent_count: 4 });
    await nightAt(NIGHT + DAY_MS);
    expect(await stored()).toEqual([expect.objectContaining({ date: "2025-06-19", sent: 5 })]);
  });

  test("leaves the counters alone that are kept as events come in", async () => {
    await rows("INSERT INTO daily_stats VALUES (?, '2025-06-19', 0, 5, 3, 0, 2, 1)", app.id);
    await sentNotification(app, { started_at: june(19), sent_count: 9 });
    await nightAt(NIGHT);
    expect((await stored())[0]).toMatchObject({
      sent: 9,
      delivered: 5,
      clicked: 3,
      new_subscribers: 2,
      unsubscribes: 1,
    });
  });
});

describe("analytics", () => {
  test("are empty for an app nothing has happened to", async () => {
    const answer = await get();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      data: [],
      meta: { total_count: 0, total_is_minimum: false },
    });
  });

  test("show today's counts so far, in the contract's form", async () => {
    await sentNotification(app, { sent_count: 5, failed_count: 1 });
    const { body } = await get();
    expect(body.data).toEqual([
      {
        date: new Date().toISOString().slice(0, 10),
        sent: 5,
        delivered: 0,
        clicked: 0,
        failed: 1,
        new_subscribers: 0,
        unsubscribes: 0,
      },
    ]);
  });

  test("count new and lost subscribers, even if they come back or are deleted", async () => {
    const account = { id: accountId, key };
    const [back, deleted] = [androidSubscriber(), androidSubscriber()];
    const path = `/api/v1/push/apps/${app.uuid}/subscribers`;
    for (const subscriber of [back, deleted]) {
      const { body } = await register(account, app.uuid, subscriber);
      await api("POST", `${path}/${body.data.id}/unsubscribe`, { token: key });
      await api("POST", `${path}/${body.data.id}/unsubscribe`, { token: key });
      if (subscriber === deleted) await api("DELETE", `${path}/${body.data.id}`, { token: key });
    }
    await register(account, app.uuid, back);
    const { body } = await get();
    expect(body.data).toEqual([
      expect.objectContaining({ new_subscribers: 2, unsubscribes: 2, sent: 0 }),
    ]);
  });

  test("list days newest first, today and yesterday even before the nightly run", async () => {
    await sentNotification(app, { started_at: june(18), sent_count: 1 });
    await nightAt(june(19, 2));
    await sentNotification(app, { started_at: june(19), sent_count: 2 });
    await sentNotification(app, { started_at: june(20, 1), sent_count: 3 });
    const shown = await shownAt(NOON);
    expect(shown.map(({ date, sent }) => [date, sent])).toEqual([
      ["2025-06-20", 3],
      ["2025-06-19", 2],
      ["2025-06-18", 1],
    ]);
    await nightAt(NIGHT);
    expect(await shownAt(NOON)).toEqual(shown);
  });

  test("cover the last 30 days, or the dates given with both ends included", async () => {
    await rows(
      `INSERT INTO daily_stats SELECT ?, value, 1, 0, 0, 0, 0, 0 FROM json_each(?)`,
      app.id,
      JSON.stringify(["2025-05-21", "2025-05-22", "2025-06-10", "2025-06-15"]),
    );
    const dates = async (query: object) => (await shownAt(NOON, query)).map(({ date }) => date);
    expect(await dates({})).toEqual(["2025-06-15", "2025-06-10", "2025-05-22"]);
    expect(await dates({ start_date: "2025-05-21", end_date: "2025-06-10" })).toEqual([
      "2025-06-10",
      "2025-05-22",
      "2025-05-21",
    ]);
    expect(await dates({ end_date: "2025-06-19" })).toContain("2025-05-21");
    expect(await dates({ start_date: "2025-06-15" })).toEqual(["2025-06-15"]);
  });

  test.each([
    ["start_date=yesterday", "start_date"],
    ["start_date=2025-02-30", "start_date"],
    ["start_date=2025-06-01T00:00:00Z", "start_date"],
    ["end_date=", "end_date"],
    ["start_date=2025-06-02&end_date=2025-06-01", "start_date"],
    ["start_date=2024-01-01&end_date=2025-06-01", "start_date"],
    ["start_date=2999-01-01", "start_date"],
  ])("answer 422 for ?%s, naming %s", async (query, field) => {
    const refused = await get(`?${query}`);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.details)).toEqual([field]);
  });

  test("can cover a whole leap year", async () => {
    expect((await get("?start_date=2024-01-01&end_date=2024-12-31")).status).toBe(200);
  });

  test("answer 404 to another account, before the dates are checked, and 403 to a key for other apps", async () => {
    const { key: stranger } = await newAccount();
    expect((await get("?start_date=x", stranger)).status).toBe(404);
    const limited = await newKey(accountId, { app_ids: [(await newApp(key)).id] });
    expect((await get("", limited)).status).toBe(403);
  });
});

describe("POST /notifications/{id}/track", () => {
  const track = async (id: string, json?: unknown, token = key) =>
    api("POST", `/api/v1/push/notifications/${id}/track`, {
      token,
      ...(json === undefined ? {} : { json }),
    });

  test("counts a click for every call without a subscriber", async () => {
    const notification = await sentNotification(app);
    expect((await track(notification.uuid)).body).toEqual({ ok: true });
    expect((await track(notification.uuid, {})).status).toBe(200);
    expect(await engagementOf(notification)).toEqual([0, 2]);
    expect((await get()).body.data[0]).toMatchObject({ clicked: 2 });
    // what is counted is kept as one row, however many calls there are
    const kept = "SELECT 1 FROM engagements WHERE notification_id = ?";
    expect(await rows(kept, notification.id)).toHaveLength(1);
  });

  test("counts once when an Idempotency-Key is repeated", async () => {
    const notification = await sentNotification(app);
    const path = `/api/v1/push/notifications/${notification.uuid}/track`;
    const once = { token: key, json: {}, headers: { "idempotency-key": "once" } };
    for (let times = 0; times < 2; times += 1) {
      expect((await api("POST", path, once)).body).toEqual({ ok: true });
    }
    expect(await engagementOf(notification)).toEqual([0, 1]);
  });

  test("counts a subscriber once", async () => {
    const notification = await sentNotification(app);
    const [id] = await addSubscribers(app, [{}]);
    const [{ uuid }] = await rows("SELECT uuid FROM subscribers WHERE id = ?", id);
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => track(notification.uuid, { subscriber_id: uuid })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await engagementOf(notification)).toEqual([0, 1]);
  });

  test.each([
    [{ subscriber_id: "x" }, "subscriber_id"],
    [{ subscriber_id: "00000000-0000-4000-8000-000000000000" }, "subscriber_id"],
    [{ who: "me" }, "who"],
  ])("refuses %j and counts nothing", async (json, field) => {
    const notification = await sentNotification(app);
    const refused = await track(notification.uuid, json);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.details)).toEqual([field]);
    expect(await engagementOf(notification)).toEqual([0, 0]);
  });

  test("refuses a subscriber of another app", async () => {
    const notification = await sentNotification(app);
    const other = { ...(await newApp(key)), accountId };
    const [id] = await addSubscribers(other, [{}]);
    const [{ uuid }] = await rows("SELECT uuid FROM subscribers WHERE id = ?", id);
    expect((await track(notification.uuid, { subscriber_id: uuid })).status).toBe(422);
  });

  test("answers 404 to another account and 403 to a key for other apps or without push:write", async () => {
    const notification = await sentNotification(app);
    const { key: stranger } = await newAccount();
    expect((await track(notification.uuid, { who: 1 }, stranger)).status).toBe(404);
    expect((await track("nonsense")).status).toBe(404);
    const limited = await newKey(accountId, { app_ids: [(await newApp(key)).id] });
    expect((await track(notification.uuid, { who: 1 }, limited)).status).toBe(403);
    const reader = await newKey(accountId, { scopes: ["push:read"] });
    expect((await track(notification.uuid, {}, reader)).status).toBe(403);
    expect(await engagementOf(notification)).toEqual([0, 0]);
  });
});
