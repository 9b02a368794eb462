// What one subscriber was sent and did. Results are packed by batch and engagements are kept by notification, so nothing leads
// from a subscriber to them: the newest notifications of the app are gone through, and in each the one batch is found that
// can have the subscriber, by halving, since a run cuts batches in the order of ids.
import { and, desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { batchResults, engagements, notifications } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import { IS_SHOWN } from "./find-notification.ts";
import { RESULTS_MS } from "./expire-results.ts";
import { RESULTS_A_NOTIFICATION, unpackResults, type RecipientResult } from "./results.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";

/** The newest notifications of the app that are gone through; what channels sent to others does not count among them. */
export const STORY_NOTIFICATIONS = 50;
/** Newest notifications among which those are, so that an app whose channels send all day is not read whole. */
const MOST_LOOKED_AT = 500;
/**
 * Most batches that are read one after the other. Where a notification was due by the clock of each place, its batches are in
 * the order of ids only within a zone, so that halving finds nobody.
 */
const MOST_READ = 400;
const EACH = sql.raw(`${RESULTS_A_NOTIFICATION}`);

/** What became of one notification for a subscriber. */
export interface StoryEntry {
  uuid: string;
  title: string;
  /** When the notification began to be sent, ms. */
  startedAt: number;
  /** Whether it went to certain devices alone, so that there is no report of it. */
  isDirect: boolean;
  /** null where it is not known, and only the device told of it. */
  result: Pick<RecipientResult, "status" | "reason"> | null;
  /** When its device said so, ms; null for never. */
  deliveredAt: number | null;
  clickedAt: number | null;
}

/** Returns what the subscriber was sent, newest first, among the newest STORY_NOTIFICATIONS of its app within RESULTS_MS. */
export async function subscriberStory(
  ctx: AccountCtx,
  subscriber: Subscriber,
): Promise<StoryEntry[]> {
  const sent = await newestSent(ctx, subscriber);
  if (sent.length === 0) return [];
  const zoned = sent.filter(({ isZoned }) => isZoned);
  const [halved, read, engaged] = await ctx.db.batch([
    byHalving(ctx, listOf(sent.filter(({ isZoned }) => !isZoned)), subscriber.id),
    byReading(ctx, listOf(firstWithin(zoned, MOST_READ)), subscriber.id),
    ctx.db
      .select()
      .from(engagements)
      .where(
        and(
          inArray(engagements.notificationId, sql`(SELECT value FROM json_each(${listOf(sent)}))`),
          eq(engagements.subscriberId, subscriber.id),
        ),
      ),
  ]);
  const results = new Map([...halved, ...read].map((each) => [each.notification, each.results]));
  return sent.flatMap(({ id, uuid, title, startedAt, isDirect }) => {
    const at = (kind: "delivered" | "clicked") =>
      engaged.find((each) => each.notificationId === id && each.kind === kind)?.at ?? null;
    const text = results.get(id);
    const found = text && unpackResults(text).find((each) => each.id === subscriber.id);
    const entry = {
      result: found ? { status: found.status, reason: found.reason } : null,
      deliveredAt: at("delivered"),
      clickedAt: at("clicked"),
    };
    const isKnown = Object.values(entry).some((each) => each !== null);
    return isKnown ? [{ uuid, title, startedAt, isDirect, ...entry }] : [];
  });
}

interface Sent {
  id: number;
  uuid: string;
  title: string;
  startedAt: number;
  isDirect: boolean;
  batches: number;
  isZoned: boolean;
}

/** The newest notifications that the subscriber may have been sent. */
async function newestSent(ctx: AccountCtx, { id, appId, createdAt }: Subscriber): Promise<Sent[]> {
  const from = Math.max(createdAt, ctx.now() - RESULTS_MS);
  const newest = sql`SELECT ${notifications.id} FROM ${notifications}
    WHERE ${notifications.appId} = ${appId} AND ${notifications.startedAt} >= ${from}
    ORDER BY ${notifications.startedAt} DESC LIMIT ${MOST_LOOKED_AT}`;
  const toOthers = sql`${notifications.targeting} ->> 'type' = 'subscribers'
    AND NOT EXISTS (SELECT 1 FROM json_each(${notifications.targeting}, '$.ids') WHERE value = ${id})`;
  const rows = await ctx.db
    .select({
      id: notifications.id,
      uuid: notifications.uuid,
      title: sql<string>`${notifications.content} ->> '$.title'`,
      startedAt: sql<number>`${notifications.startedAt}`,
      isDirect: sql<boolean>`${notifications.targeting} ->> 'type' IS 'subscribers'`.mapWith(
        Boolean,
      ),
      batches: notifications.totalBatches,
      scheduledLocal: notifications.scheduledLocal,
    })
    .from(notifications)
    .where(and(sql`${notifications.id} IN (${newest})`, IS_SHOWN, sql`(${toOthers}) IS NOT TRUE`))
    .orderBy(desc(notifications.startedAt))
    .limit(STORY_NOTIFICATIONS);
  return rows.map(({ scheduledLocal, ...row }) => ({ ...row, isZoned: scheduledLocal !== null }));
}

/** Those of the first notifications that have at most `most` batches together. */
function firstWithin(sent: readonly Sent[], most: number): Sent[] {
  let left = most;
  return sent.filter(({ batches }) => (left -= batches) >= 0);
}

// As JSON, since D1 binds every number as REAL, and keys are computed of these.
const listOf = (sent: readonly Sent[]) => JSON.stringify(sent.map(({ id }) => id));

/** The statement that reads what `query` finds. */
function foundIn(ctx: AccountCtx, query: SQL) {
  return ctx.db
    .select({ notification: sql<number>`notification`, results: sql<string>`results` })
    .from(sql`(${query})`);
}

const hasIt = (id: number) =>
  sql`EXISTS (SELECT 1 FROM json_each(${batchResults.results}, '$.ids') WHERE value = ${id})`;

/**
 * The batch of each notification, cut in the order of ids, that has the subscriber: the last one that begins with its id or a
 * lower one. Rows may be missing between others while a notification is being sent, so the next one that is there is looked at.
 */
function byHalving(ctx: AccountCtx, notificationIds: string, id: number) {
  const middle = sql`low + (high - low + 1) / 2`;
  const next = sql`(SELECT there.id FROM ${batchResults} AS there WHERE there.id >= ${middle} AND there.id <= high ORDER BY there.id LIMIT 1)`;
  const isBelow = sql`${batchResults.results} ->> '$.ids[0]' <= ${id}`;
  const last = sql`(SELECT max(there.id) FROM ${batchResults} AS there
    WHERE there.id >= value * ${EACH} AND there.id < (value + 1) * ${EACH})`;
  return foundIn(
    ctx,
    sql`
    WITH RECURSIVE search (notification, low, high) AS (
      SELECT value, value * ${EACH}, ${last} FROM json_each(${notificationIds})
      UNION ALL
      SELECT notification, iif(${isBelow}, ${batchResults.id}, low), iif(${isBelow}, high, ${middle} - 1)
        FROM search LEFT JOIN ${batchResults} ON ${batchResults.id} = ${next} WHERE low < high)
    SELECT notification, ${batchResults.results} AS results FROM search
      JOIN ${batchResults} ON ${batchResults.id} = low WHERE low = high AND ${hasIt(id)}`,
  );
}

/** The batch of each notification that has the subscriber, of all that there are. */
function byReading(ctx: AccountCtx, notificationIds: string, id: number) {
  return foundIn(
    ctx,
    sql`
    SELECT value AS notification, ${batchResults.results} AS results FROM json_each(${notificationIds}) AS named
      CROSS JOIN ${batchResults} ON ${batchResults.id} >= value * ${EACH} AND ${batchResults.id} < (value + 1) * ${EACH}
      WHERE ${hasIt(id)}`,
  );
}
