// The indexes of `notifications`: each query has one, and a direct notification touches few of them.
import { beforeAll, expect, test, vi } from "vitest";
import type { erasures, subscribers } from "../../../../src/db/schema/index.ts";
import { failedStatements } from "../../../../src/domain/health/lately.ts";
import { waitingStatements } from "../../../../src/domain/health/waiting.ts";
import { analytics } from "../../../../src/domain/notifications/analytics.ts";
import { countDays } from "../../../../src/domain/notifications/daily-stats.ts";
import { deleteNotifications } from "../../../../src/domain/notifications/delete-notifications.ts";
import { followUpDirect } from "../../../../src/domain/notifications/direct/follow-up.ts";
import { expireNotifications } from "../../../../src/domain/notifications/expire-notifications.ts";
import { lastToAll } from "../../../../src/domain/notifications/last-to-all.ts";
import {
  listByUuid,
  listNotifications,
  NotificationStatus,
} from "../../../../src/domain/notifications/list-notifications.ts";
import { makeRoom } from "../../../../src/domain/notifications/room.ts";
import { recoverRuns, sendDue } from "../../../../src/domain/notifications/start-runs.ts";
import { subscriberStory } from "../../../../src/domain/notifications/subscriber-story.ts";
import { eraseFromNotifications } from "../../../../src/domain/one-person/erase-from-notifications.ts";
import { accountActivity } from "../../../../src/domain/operators/account-activity.ts";
import { listAllSends, SEND_STATES } from "../../../../src/domain/operators/list-sends.ts";
import { stopSuspended } from "../../../../src/domain/operators/suspend-account.ts";
import { appSummaries } from "../../../../src/domain/overviews/app-summaries.ts";
import { channelWorld, newDevice, subscribe } from "../../../support/channels.ts";
import { notificationWorld, type NotificationWorld } from "../../../support/notifications.ts";
import { recordQueries } from "../../../support/trips.ts";
import { bindings, rows } from "../../../support/worker.ts";

const YEAR_MS = 366 * 86_400_000;
const subscriber = { id: 1, createdAt: 1 } as typeof subscribers.$inferSelect;
const erasure = {
  userId: "ann",
  alias: "erased-ann",
  devices: [[1, "u"]],
  subscriptions: [["s", "c", "ann"]],
  createdAt: Number.MAX_SAFE_INTEGER,
} as unknown as typeof erasures.$inferSelect;

let appId: number;
beforeAll(async () => {
  ({
    app: { id: appId },
  } = await notificationWorld());
  // So that walks have ways to go.
  for (const type of ["subscribers", "user_ids"]) await insertSending(type, true);
  await insertSending("subscribers", false);
});

async function insertSending(
  type: string,
  hasRun: boolean,
): Promise<{ id: number; written: number }> {
  const { results, meta } = await bindings.DB.prepare(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, has_run, started_at, created_at, updated_at)
     SELECT ?, account_id, id, 'sending', '{"title":"t"}', ?, ?, 1000, 1000, 1000 FROM apps WHERE id = ? RETURNING id`,
  )
    .bind(
      crypto.randomUUID(),
      `{"type":"${type}","ids":[1],"user_ids":["ann"]}`,
      hasRun ? 1 : 0,
      appId,
    )
    .run<{ id: number }>();
  return { id: results[0]?.id ?? 0, written: meta.rows_written };
}

async function written(query: string, ...values: unknown[]): Promise<number> {
  const { meta } = await bindings.DB.prepare(query)
    .bind(...values)
    .run();
  return meta.rows_written;
}

/** A step of a plan that walks a table: not what few rows other steps have found, by these names among others. */
const WALK = /^SCAN (?!CONSTANT|\(|own\b|spare\b|ended\b)(?!.* VIRTUAL TABLE)/;

type Work = (world: NotificationWorld) => Promise<unknown>;
const list =
  (query: object): Work =>
  async ({ ctx, app }) =>
    listByUuid(ctx, app.uuid, query);

test.each<[string, Work]>([
  ["the list of API v1", async ({ ctx, app }) => listNotifications(ctx, app.id, {})],
  ["the list of the push API", list({})],
  ...NotificationStatus.options.map((status): [string, Work] => [
    `the list of those that are ${status}`,
    list({ status }),
  ]),
  ["what everybody was sent last", async ({ ctx, app }) => lastToAll(ctx, app)],
  [
    "a subscriber's story",
    async ({ ctx, app }) => subscriberStory(ctx, { ...subscriber, appId: app.id }),
  ],
  ["the counters of an app", async ({ ctx, app }) => analytics(ctx, app, {})],
  ["the summaries of apps", async ({ ctx, app }) => appSummaries(ctx, [app.id])],
  ["room for another", async ({ ctx, app }) => makeRoom(ctx, [app.id])],
  ...SEND_STATES.map((state): [string, Work] => [
    `the ${state} of operators' list`,
    async ({ ctx }) => {
      await listAllSends(ctx, { state });
      await listAllSends(ctx, { state, account: ctx.principal.accountId, before: 9 });
    },
  ]),
  ["what an account does", async ({ ctx }) => accountActivity(ctx, ctx.principal.accountId)],
  ["what failed lately", async ({ ctx }) => ctx.db.batch(failedStatements(ctx))],
  ["what waits", async ({ ctx }) => ctx.db.batch(waitingStatements(ctx))],
  ["what is due", async ({ ctx }) => sendDue(ctx)],
  ["what has stalled", async ({ ctx }) => recoverRuns(ctx)],
  ["what suspended accounts send", async ({ ctx }) => stopSuspended(ctx)],
  ["the follow-up", async ({ ctx }) => followUpDirect(ctx)],
  ["expiry", async ({ ctx }) => expireNotifications({ ...ctx, now: () => YEAR_MS })],
  [
    "an erasure",
    async ({ ctx, app }) => eraseFromNotifications(ctx, { ...erasure, appId: app.id }, 0),
  ],
  ["the end of an app", async ({ ctx, app }) => deleteNotifications(ctx, app.id)],
])("%s walks no table", async (_, work) => {
  const asked = recordQueries();
  const world = await notificationWorld();
  asked.length = 0;
  await work(world);
  vi.restoreAllMocks();
  const about = asked.filter(({ text }) => text.includes("notifications"));
  expect(about.length).toBeGreaterThan(0);
  for (const { text, values } of about) {
    const plan = await rows(`EXPLAIN QUERY PLAN ${text}`, ...values);
    const walked = plan.map(({ detail }): string => detail).filter((step) => WALK.test(step));
    expect(walked, text).toEqual([]);
  }
});

test("the counters of all apps walk the apps, and of each no more than a day", async () => {
  const asked = recordQueries();
  const { ctx } = await notificationWorld();
  asked.length = 0;
  await countDays(ctx);
  vi.restoreAllMocks();
  const [{ text, values } = { text: "", values: [] }] = asked;
  const plan = await rows(`EXPLAIN QUERY PLAN ${text}`, ...values);
  const steps = plan.map(({ detail }): string => detail);
  expect(steps.filter((step) => WALK.test(step))).toEqual([expect.stringMatching(/^SCAN apps\b/)]);
  const days = steps.filter((step) =>
    /_(app|later) \(app_id=\? AND \w+>\? AND \w+<\?\)/.test(step),
  );
  expect(days).toEqual(steps.filter((step) => step.includes(" notifications_")));
  expect(days.length).toBeGreaterThan(0);
});

// As D1 bills them: each entry of an index that is written is a row, and one that is deleted is none.
test("a direct notification that is sent writes seven rows, and a message of a channel two", async () => {
  const { id, written: inserted } = await insertSending("subscribers", false);
  // the row, its id's sequence, its uuid, its place in lists, and the app's count
  expect(inserted).toBe(5);
  // the row, and its status
  expect(
    await written(
      "UPDATE notifications SET status = 'sent', sent_count = 1, sent_at = 2, updated_at = 2 WHERE id = ?",
      id,
    ),
  ).toBe(2);
  const world = await channelWorld();
  const subscription = await subscribe(world, await newDevice(world), "ann");
  // the row, and its key
  expect(
    await written(
      "INSERT INTO channel_messages (id, subscription_id, content, created_at) VALUES ('m', ?, '{}', 1)",
      subscription.id,
    ),
  ).toBe(2);
});
