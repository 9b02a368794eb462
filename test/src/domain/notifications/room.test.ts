// How many notifications an app may have: drafts and scheduled ones, all together, and for how long.
import { describe, expect, test } from "vitest";
import { everyMinute } from "../../../../src/cron/every-minute.ts";
import { MAX_NOTIFICATIONS, MAX_UNSENT } from "../../../../src/domain/notifications/room.ts";
import { channelWorld, newDevice, sendTo, subscribe } from "../../../support/channels.ts";
import { testContext } from "../../../support/context.ts";
import { instantWorld, PUSH as TEMPLATE } from "../../../support/instant.ts";
import { WORDS } from "../../../support/push-example.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newNotifier, type Notifier } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

// pushes reach no real provider
useInternet();

const DAY_MS = 86_400_000;
const FEW = `must not be more than ${MAX_UNSENT} an app that are drafts or scheduled`;
const ALL = `must not be more than ${MAX_NOTIFICATIONS} an app`;

const counts = async (appId: number) =>
  (await rows("SELECT notifications, unsent FROM app_counts WHERE app_id = ?", appId))[0];

/** Gives the app as many drafts as it has room for, but for `left`. */
async function fillDrafts(appId: number, left = 0): Promise<void> {
  await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, created_at, updated_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
     SELECT 'draft-' || app.id || '-' || i, app.account_id, app.id, 'draft', '{}', 1, ?2 FROM n, apps AS app
     JOIN app_counts AS counts ON counts.app_id = app.id
     WHERE app.id = ?1 AND i <= ${MAX_UNSENT} - counts.unsent - ?3`,
    appId,
    Date.now(),
    left,
  );
}

/** Has the app count as one with the most notifications, so that no million has to be made. */
const pretendFull = async (appId: number) =>
  rows("UPDATE app_counts SET notifications = ? WHERE app_id = ?", MAX_NOTIFICATIONS, appId);

describe("drafts and scheduled notifications", () => {
  test("are at most 1,000 an app: one more is refused with the number, by either API, and sending goes on", async () => {
    const { account, app, call } = await newNotifier();
    await fillDrafts(app.v1_id);
    const soon = new Date(Date.now() + DAY_MS).toISOString();
    for (const fields of [{}, { scheduled_at: soon }]) {
      const refused = await call("POST", "", { ...WORDS, ...fields });
      expect(refused.status).toBe(422);
      expect(refused.body.details).toEqual({ notifications: [FEW] });
    }
    const path = `/api/v1/apps/${app.v1_id}/notifications`;
    const json = { title: "A", body: "B", scheduled_at: soon };
    const v1 = await api("POST", path, { token: account.key, json });
    expect([v1.status, v1.body.message]).toEqual([422, `The notifications field ${FEW}.`]);
    expect(await counts(app.v1_id)).toEqual({ notifications: 1000, unsent: 1000 });
    expect((await call("POST", "", { ...WORDS, send: true })).status).toBe(201);
  });

  test("leave no room for two where there is room for one", async () => {
    const { app, call } = await newNotifier();
    await fillDrafts(app.v1_id, 1);
    const answers = await Promise.all([call("POST", "", WORDS), call("POST", "", WORDS)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 422]);
    expect(await counts(app.v1_id)).toEqual({ notifications: 1000, unsent: 1000 });
  });

  test("make room once they are sent or cancelled", async () => {
    const { app, call, make } = await newNotifier();
    const [one, two] = [await make(), await make()];
    await fillDrafts(app.v1_id);
    for (const [{ id }, action] of [
      [one, "cancel"],
      [two, "send"],
    ] as const) {
      expect((await call("POST", "", WORDS)).status).toBe(422);
      expect((await call("POST", `/${id}/${action}`)).status).toBe(200);
      expect((await call("POST", "", WORDS)).status).toBe(201);
    }
  });

  test("are counted for campaigns too, which make nothing at all where one app has no room", async () => {
    const world = await instantWorld(2);
    await fillDrafts(world.apps[1] ?? 0);
    const before = await counts(world.apps[0] ?? 0);
    const sent = await world.send();
    expect([sent.status, sent.body.error]).toEqual([400, `validation error: notifications ${FEW}`]);
    const { body: push } = await world.call("POST", "/pushes", TEMPLATE);
    const moment = { date: "2027-01-01", time: "10:00", timezone: "+00:00" };
    const { body: sched } = await world.call("POST", "/sched/onesend", {
      name: "Later",
      filters: {},
      ...moment,
    });
    const bound = await world.call("PUT", `/sched/onesend/${sched.id}/pushes`, {
      push_ids: [push.id],
    });
    expect([bound.status, bound.body.error]).toEqual([400, sent.body.error]);
    expect(await counts(world.apps[0] ?? 0)).toEqual(before);
    const made = await rows(
      "SELECT template_ids FROM campaigns WHERE account_id = ?",
      world.account.id,
    );
    expect(made).toEqual([{ template_ids: "[]" }]);
    expect(
      await rows("SELECT 1 FROM templates WHERE account_id = ?", world.account.id),
    ).toHaveLength(1);
  });

  test("of another app don't count", async () => {
    const { app } = await newNotifier();
    await fillDrafts(app.v1_id);
    const { call } = await newNotifier();
    expect((await call("POST", "", WORDS)).status).toBe(201);
  });
});

describe("an app with as many notifications as it may have", () => {
  const endedAgo = async ({ make, call }: Notifier, days: number): Promise<string> => {
    const { id } = await make();
    await call("POST", `/${id}/cancel`);
    await rows(
      "UPDATE notifications SET updated_at = ? WHERE uuid = ?",
      Date.now() - days * DAY_MS,
      id,
    );
    return id;
  };

  test("loses the oldest that ended over three days ago when another is made", async () => {
    const notifier = await newNotifier();
    const draft = await notifier.make();
    const [old, newer, recent] = [
      await endedAgo(notifier, 4),
      await endedAgo(notifier, 10),
      await endedAgo(notifier, 2),
    ];
    const left = async () =>
      (await rows("SELECT uuid FROM notifications WHERE app_id = ?", notifier.app.v1_id)).map(
        ({ uuid }) => uuid,
      );
    await rows("UPDATE notifications SET updated_at = 1 WHERE uuid = ?", draft.id);
    await pretendFull(notifier.app.v1_id);
    const made = await notifier.make({ send: true });
    expect(await left()).toEqual([draft.id, newer, recent, made.id]);
    expect(await left()).not.toContain(old);
    await notifier.make();
    const refused = await notifier.call("POST", "", { ...WORDS, send: true });
    expect([refused.status, refused.body.details]).toEqual([422, { notifications: [ALL] }]);
    expect(await left()).not.toContain(newer);
    expect(await left()).toContain(recent);
  });

  test("has its 2,000 oldest looked at and no more, so that a full one costs no walk of a million rows", async () => {
    const notifier = await newNotifier();
    const { app, call } = notifier;
    const insert = async (count: number, mark: string, updatedAt: number) =>
      rows(
        `INSERT INTO notifications (uuid, account_id, app_id, status, content, created_at, updated_at)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
         SELECT ?4 || id || '-' || i, account_id, id, 'sent', '{}', 1, ?2 FROM n, apps WHERE id = ?1`,
        app.v1_id,
        updatedAt,
        count,
        mark,
      );
    await insert(1999, "recent", Date.now());
    await insert(2, "old", 1);
    await pretendFull(app.v1_id);
    expect((await call("POST", "", WORDS)).status).toBe(201);
    await rows("UPDATE notifications SET updated_at = ? WHERE uuid LIKE 'recent%'", Date.now());
    await rows("UPDATE notifications SET id = -id WHERE uuid LIKE 'recent%'");
    await insert(1, "recent-too", Date.now());
    await rows("UPDATE notifications SET id = -1000000 WHERE uuid LIKE 'recent-too%'");
    await pretendFull(app.v1_id);
    expect((await call("POST", "", WORDS)).status).toBe(422);
    expect(await rows("SELECT 1 FROM notifications WHERE uuid LIKE 'old%'")).toHaveLength(1);
  });

  test("refuses a channel's message in the channel's form, and stores none of it", async () => {
    const world = await channelWorld();
    await subscribe(world, await newDevice(world), "ann");
    await pretendFull(world.appId);
    const refused = await sendTo(world, "ann");
    expect([refused.status, refused.body]).toEqual([
      400,
      { statusCode: 400, message: [`notifications ${ALL}`], error: "Bad Request" },
    ]);
    expect(
      await rows(
        `SELECT 1 FROM channel_messages AS message JOIN channel_subscriptions AS kept
         ON kept.id = message.subscription_id WHERE kept.channel_id = ?`,
        world.channel.id,
      ),
    ).toEqual([]);
  });
});

describe("each minute deletes", () => {
  const sweepAfter = async (days: number) =>
    everyMinute(testContext(() => Date.now() + days * DAY_MS).ctx);

  test("drafts that nobody changed for 90 days, and what ended two years ago", async () => {
    const { app, call, make } = await newNotifier();
    const draft = await make();
    const cancelled = await make();
    await call("POST", `/${cancelled.id}/cancel`);
    const left = async () =>
      (await rows("SELECT uuid FROM notifications WHERE app_id = ? ORDER BY id", app.v1_id)).map(
        ({ uuid }) => uuid,
      );
    await sweepAfter(89);
    expect(await left()).toEqual([draft.id, cancelled.id]);
    await sweepAfter(91);
    expect(await left()).toEqual([cancelled.id]);
    await sweepAfter(729);
    expect(await left()).toEqual([cancelled.id]);
    await sweepAfter(731);
    expect(await left()).toEqual([]);
    expect(await counts(app.v1_id)).toEqual({ notifications: 0, unsent: 0 });
  });
});

test("the content of a notification is at most 131,072 bytes of JSON", async () => {
  const { call, make } = await newNotifier();
  const { id } = await make();
  const languages = ["de", "en", "fr", "es", "pt", "it", "nl", "pl", "sv", "da"].flatMap(
    (language) =>
      ["DE", "AT", "CH", "US", "GB", "FR", "ES", "BR", "NL", "PL"].map(
        (region) => `${language}-${region}`,
      ),
  );
  const body = "x".repeat(1400);
  const translations = Object.fromEntries(languages.map((name) => [name, { title: "T", body }]));
  const detail = { content: ["must not be greater than 131072 bytes of JSON"] };
  const created = await call("POST", "", { ...WORDS, translations });
  expect([created.status, created.body.details]).toEqual([422, detail]);
  const changed = await call("PATCH", `/${id}`, { translations });
  expect([changed.status, changed.body.details]).toEqual([422, detail]);
  const few = Object.fromEntries(
    languages.slice(0, 80).map((name) => [name, { title: "T", body }]),
  );
  expect((await call("PATCH", `/${id}`, { translations: few })).status).toBe(200);
});
