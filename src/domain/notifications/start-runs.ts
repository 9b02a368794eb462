// Starts the runs of many notifications: those that a campaign made, those whose own alarm failed, and those that have
// stalled or were handed over. They go through a queue of their own, whose consumer begins a few at a time and waits for these. So however
// many are due at once, the database has time for everything else. What one request or alarm starts does not wait behind
// them, since it starts its run itself (send-notification.ts).
//
// The rows are what counts: a message only names notifications to look at. If it is lost, the cron finds them.
import { and, asc, eq, exists, inArray, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import { NEEDS_RUN } from "../../db/notification-indexes.ts";
import { campaignNotifications, notifications } from "../../db/schema/index.ts";
import { chunks } from "../../kit/chunks.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { RunsMessage } from "../ports/notifications.ts";
import type { Notification } from "./find-notification.ts";
import { isCutOff, leaveToRuns, SETTLED_MS } from "./direct/left-to-runs.ts";
import { isDue, whenDue } from "./send-notification.ts";
import { syncRun } from "./sync-run.ts";

/**
 * Notifications in a message: a run takes a call, and the free plan allows 50 in an invocation. A message of an account
 * for the same time is delivered each second: as fast as the local stack sends to an app each, and so that messages of
 * other accounts find their turn between them.
 */
const RUNS_A_MESSAGE = 20;
/** Runs that a consumer begins at once. */
const BEGUN_AT_ONCE = 2;
/** Notifications that one run of the cron enqueues; the next minute's run takes the rest. */
const ENQUEUED_AT_ONCE = 10_000;
/** Runs that one request stops: 20 messages, each of which is a call, of the 50 that the free plan allows an invocation. */
const STOPPED_AT_ONCE = 400;
/** Longest until what is put into the queue is due, ms: a queue delays for 12 hours, and the last of many come later. */
const MAX_DELAY_MS = 11 * HOUR_MS;
/** How far the cron looks ahead, ms: further than to its next run, even if that is late. */
const AHEAD_MS = 1.5 * MINUTE_MS;
/** A queue's delay may end earlier by this, ms. */
const EARLY_MS = 2 * SECOND_MS;
/** A run writes its progress far more often than this, ms. A run that has not is started again. */
const STALLED_AFTER_MS = 5 * MINUTE_MS;
/** What is under way and settled within this, ms, is looked at again together. */
const TOGETHER_MS = 10 * SECOND_MS;
/** How long what was handed over has its own message alone before the cron enqueues it as well, ms. */
const HANDED_MS = 30 * SECOND_MS;

/** A scheduled notification. */
export type Scheduled = Pick<
  Notification,
  "id" | "accountId" | "hasRun" | "scheduledAt" | "scheduledLocal"
>;

/** The columns of Scheduled. */
export const SCHEDULED = {
  id: notifications.id,
  accountId: notifications.accountId,
  hasRun: notifications.hasRun,
  scheduledAt: notifications.scheduledAt,
  scheduledLocal: notifications.scheduledLocal,
};

/**
 * Has the runs of scheduled notifications that a campaign made start when they are due. Those that are due later than a
 * queue can wait are found by the cron. One that is due by local time has an alarm of its own, which the consumer sets.
 */
export async function scheduleRuns(ctx: Ctx, made: readonly Scheduled[]): Promise<void> {
  const now = ctx.now();
  const wanted = made.map((each) =>
    each.scheduledLocal === null ? each : { ...each, scheduledAt: now },
  );
  await enqueue(
    ctx,
    wanted.filter(({ scheduledAt }) => scheduledAt !== null && scheduledAt <= now + MAX_DELAY_MS),
  );
}

/**
 * Enqueues all notifications that are due: a safety net in case the alarms of their runs, or messages, were lost. Also
 * those of campaigns that will be due before the cron comes again, if a queue could not wait for them.
 */
export async function sendDue(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const isOfCampaign = exists(
    ctx.db
      .select({ one: sql`1` })
      .from(campaignNotifications)
      .where(eq(campaignNotifications.notificationId, notifications.id)),
  );
  const due = await ctx.db
    .select(SCHEDULED)
    .from(notifications)
    .where(
      and(
        isDue(now + AHEAD_MS),
        or(
          lte(notifications.scheduledAt, now),
          and(
            isNull(notifications.scheduledLocal),
            sql`${notifications.scheduledAt} > ${notifications.createdAt} + ${MAX_DELAY_MS}`,
            isOfCampaign,
          ),
        ),
      ),
    )
    .orderBy(asc(notifications.scheduledAt))
    .limit(ENQUEUED_AT_ONCE);
  await enqueue(ctx, due);
}

/**
 * Has runs look that are on and whose notifications were cancelled together, as many as one request can enqueue. Those that
 * are left out, or whose messages are lost, stop when they next write their progress.
 */
export async function stopRuns(ctx: Ctx, begun: readonly Scheduled[]): Promise<void> {
  await enqueueNow(ctx, begun.slice(0, STOPPED_AT_ONCE));
}

/** What a row says that a run is to send from now on: it may be begun, and counts as stalled if it is not soon. */
export function handedOver(now: number) {
  return { hasRun: true, updatedAt: now - STALLED_AFTER_MS + HANDED_MS - 1 };
}

/** Enqueues notifications whose runs have not written their progress for too long. */
export async function recoverRuns(ctx: Ctx): Promise<void> {
  const stalled = await ctx.db
    .select(SCHEDULED)
    .from(notifications)
    .where(isSilent(ctx.now() - STALLED_AFTER_MS))
    .limit(ENQUEUED_AT_ONCE);
  await enqueueNow(ctx, stalled);
}

/**
 * Looks at the notifications of a message: begins the runs of those that are due, have stalled, or were cut off on the direct
 * path, BEGUN_AT_ONCE at a time, sets the alarms of those that are due by local time, and stops the runs of those that were
 * cancelled. May run twice at once.
 */
export async function startRuns(ctx: Ctx, notificationIds: readonly number[]): Promise<void> {
  for (const ids of chunks(notificationIds, BEGUN_AT_ONCE)) await startSome(ctx, ids);
}

async function startSome(ctx: Ctx, ids: readonly number[]): Promise<void> {
  const now = ctx.now();
  const isNamed = inArray(notifications.id, [...ids]);
  const left = leaveToRuns(ctx, and(isNamed, isCutOff(now)), handedOver(now));
  const [, , due, stalled, others] = await ctx.db.batch([
    // Before those that have stalled, of which they are from then on.
    ...left,
    ctx.db
      .update(notifications)
      .set(whenDue(now))
      .where(and(isNamed, isDue(now)))
      .returning({ id: notifications.id, status: notifications.status }),
    ctx.db
      .update(notifications)
      .set({ updatedAt: now })
      .where(and(isNamed, isSilent(now - STALLED_AFTER_MS + HANDED_MS)))
      .returning({ id: notifications.id }),
    ctx.db
      .select({ ...SCHEDULED, status: notifications.status })
      .from(notifications)
      .where(
        and(
          isNamed,
          or(
            eq(notifications.status, "scheduled"),
            // Those that nobody had begun to send have no run.
            and(eq(notifications.status, "cancelled"), isNotNull(notifications.startedAt)),
          ),
        ),
      ),
  ]);
  const waiting = others.filter(({ status }) => status === "scheduled");
  const cancelled = others.filter(({ status }) => status === "cancelled");
  const local = waiting.filter(({ scheduledLocal }) => scheduledLocal !== null);
  await Promise.all([
    ...[...due.filter(({ status }) => status === "sending"), ...stalled].map(async ({ id }) =>
      begin(ctx, id),
    ),
    ...[...local, ...cancelled].map(async (each) => syncRun(ctx, each)),
  ]);
  const isEarly = ({ scheduledAt, scheduledLocal }: Scheduled) =>
    scheduledLocal === null && scheduledAt !== null && scheduledAt <= now + EARLY_MS;
  await enqueue(ctx, waiting.filter(isEarly));
}

/** Begins a run. If it can't be reached now, the cron finds it to be stalled. */
async function begin(ctx: Ctx, id: number): Promise<void> {
  try {
    await ctx.notificationRun(id).begin(id);
  } catch (error) {
    ctx.log.error("run_not_synced", error, { notification: id });
  }
}

/** Enqueues notifications, to be looked at as soon as possible. */
export async function enqueueNow(ctx: Ctx, wanted: readonly Scheduled[]): Promise<void> {
  await enqueue(
    ctx,
    wanted.map((each) => ({ ...each, scheduledAt: null })),
  );
}

/**
 * Enqueues notifications that take the direct path, to be looked at once whatever sends them has ended or was cut off: those of
 * an account that are then due within TOGETHER_MS in the same messages.
 */
export async function enqueueSettled(
  ctx: Ctx,
  wanted: readonly (Scheduled & Pick<Notification, "createdAt">)[],
): Promise<void> {
  const dueAt = (createdAt: number) =>
    Math.ceil((createdAt + SETTLED_MS + EARLY_MS) / TOGETHER_MS) * TOGETHER_MS;
  await enqueue(
    ctx,
    wanted.map((each) => ({ ...each, scheduledAt: dueAt(each.createdAt) })),
  );
}

/**
 * Enqueues notifications, to be looked at when each is due, or after others of the same account. If that fails, the cron
 * does it again.
 */
async function enqueue(ctx: Ctx, wanted: readonly Scheduled[]): Promise<void> {
  const now = ctx.now();
  const delayOf = ({ scheduledAt }: Scheduled) =>
    Math.max(0, Math.ceil(((scheduledAt ?? now) - now) / SECOND_MS));
  const messages = new Map<number, RunsMessage[]>();
  for (const some of Map.groupBy(wanted, (each) => `${each.accountId} ${delayOf(each)}`).values()) {
    for (const [place, each] of chunks(some, RUNS_A_MESSAGE).entries()) {
      const delay = Math.max(...each.map(delayOf)) + place;
      const message = { notificationIds: each.map(({ id }) => id) };
      messages.set(delay, [...(messages.get(delay) ?? []), message]);
    }
  }
  try {
    for (const [delay, some] of messages) await ctx.enqueueRuns(some, delay);
  } catch (error) {
    ctx.log.error("runs_not_enqueued", error);
  }
}

/** The condition that nothing was heard of a run since `since`, ms. */
function isSilent(since: number) {
  return and(
    NEEDS_RUN,
    inArray(notifications.status, ["sending", "finalizing"]),
    lt(notifications.updatedAt, since),
  );
}
