// What one subscriber was sent and did. Results are packed by batch and engagements are kept by notification, so nothing leads
// from a subscriber to them: the newest notifications of the app are gone through, and in each the one batch is found that
// can have the subscriber, by halving, since a run cuts batches in the order of ids. Of what is being sent, the database has
// only rows whose batches are all done, so that the run is asked for the rest.
import { and, desc, gte, inArray, sql, type SQL } from "drizzle-orm";
import { batchResults, engagements, notifications } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";
import { ON } from "./run/save-progress.ts";
import { RESULTS_MS } from "./expire-results.ts";
import { RESULTS_A_NOTIFICATION, unpackResults, type RecipientResult } from "./results.ts";
import type { Subscriber } from "../subscribers/find-subscriber.ts";

/**
 * The newest notifications of the app that are gone through. Direct ones are not among them: what a channel sends to somebody
 * is between the two, and has no report.
 */
export const STORY_NOTIFICATIONS = 50;
/**
 * Newest notifications among which those are, of what was made last and of what began later than it was made, so that an
 * app whose channels send all day is not read whole.
 */
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
  /** null where it is not known, and only the device told of it. */
  result: Pick<RecipientResult, "status" | "reason"> | null;
  /** When its device said so, ms; null for never. */
  deliveredAt: number | null;
  clickedAt: number | null;
}

/** A subscriber, as far as it is looked for. */
type Recipient = Pick<Subscriber, "id" | "appId" | "createdAt">;

/** Returns what the subscriber was sent, newest first, among the newest STORY_NOTIFICATIONS of its app within RESULTS_MS. */
export async function subscriberStory(
  ctx: AccountCtx,
  subscriber: Recipient,
): Promise<StoryEntry[]> {
  const stories = await subscriberStories(ctx, [subscriber]);
  return stories.get(subscriber.id) ?? [];
}

/** Returns the same of each of some subscribers of one app, by their ids: of a person's devices. */
export async function subscriberStories(
  ctx: AccountCtx,
  subscribers: readonly Recipient[],
): Promise<Map<number, StoryEntry[]>> {
  const [first] = subscribers;
  const since = Math.min(...subscribers.map(({ createdAt }) => createdAt));
  const sent = first ? await newestSent(ctx, first.appId, since) : [];
  if (sent.length === 0) return new Map();
  const subscriberIds = subscribers.map(({ id }) => id);
  // Before the database is, which has everything of a run that ends meanwhile.
  const underWay = await fromRuns(ctx, sent, subscriberIds);
  const ids = JSON.stringify(subscriberIds);
  const zoned = sent.filter(({ isZoned }) => isZoned);
  const [halved, read, engaged] = await ctx.db.batch([
    byHalving(ctx, listOf(sent.filter(({ isZoned }) => !isZoned)), ids),
    byReading(ctx, listOf(firstWithin(zoned, MOST_READ)), ids),
    ctx.db
      .select()
      .from(engagements)
      .where(
        and(
          inArray(engagements.notificationId, sql`(SELECT value FROM json_each(${listOf(sent)}))`),
          inArray(engagements.subscriberId, sql`(SELECT value FROM json_each(${ids}))`),
        ),
      ),
  ]);
  const results = resultsIn([...underWay, ...halved, ...read]);
  return new Map(
    subscribers.map((each) => {
      const own = engaged.filter(({ subscriberId }) => subscriberId === each.id);
      return [each.id, storyOf(each.id, sent, results, own)];
    }),
  );
}

/** What the runs that are on know of the subscribers. Of one that can't be reached, the story has what the database knows. */
async function fromRuns(
  ctx: AccountCtx,
  sent: readonly Sent[],
  subscriberIds: number[],
): Promise<Packed[]> {
  const asked = sent.filter(({ isOn }) => isOn);
  const known = await Promise.all(
    asked.map(async ({ id }) => {
      try {
        return await ctx.notificationRun(id).resultsOf(subscriberIds);
      } catch (error) {
        ctx.log.error("run_not_reached", error, { notification: id });
        return null;
      }
    }),
  );
  return asked.flatMap(({ id }, at) => {
    const results = known[at] ?? null;
    return results === null ? [] : { notification: id, results };
  });
}

/** Packed results of a notification. */
interface Packed {
  notification: number;
  results: string;
}

/** The results in packed batches, by notification and recipient; the last ones count. */
function resultsIn(packed: readonly Packed[]) {
  return new Map(
    packed.flatMap(({ notification, results }) =>
      unpackResults(results).map((each) => [`${notification} ${each.id}`, each] as const),
    ),
  );
}

function storyOf(
  subscriberId: number,
  sent: readonly Sent[],
  results: ReadonlyMap<string, RecipientResult>,
  engaged: readonly (typeof engagements.$inferSelect)[],
): StoryEntry[] {
  return sent.flatMap(({ id, uuid, title, startedAt }) => {
    const at = (kind: "delivered" | "clicked") =>
      engaged.find((each) => each.notificationId === id && each.kind === kind)?.at ?? null;
    const found = results.get(`${id} ${subscriberId}`);
    const entry = {
      result: found ? { status: found.status, reason: found.reason } : null,
      deliveredAt: at("delivered"),
      clickedAt: at("clicked"),
    };
    const isKnown = Object.values(entry).some((each) => each !== null);
    return isKnown ? [{ uuid, title, startedAt, ...entry }] : [];
  });
}

interface Sent {
  id: number;
  uuid: string;
  title: string;
  startedAt: number;
  batches: number;
  isZoned: boolean;
  /** Whether a run sends it at present. */
  isOn: boolean;
}

/** The newest notifications that a subscriber may have been sent which is there since `since`, ms. */
async function newestSent(ctx: AccountCtx, appId: number, since: number): Promise<Sent[]> {
  const from = Math.max(since, ctx.now() - RESULTS_MS);
  const made = sql`SELECT id FROM notifications INDEXED BY notifications_app
    WHERE app_id = ${appId} AND created_at >= ${from} ORDER BY created_at DESC LIMIT ${MOST_LOOKED_AT}`;
  const later = sql`SELECT id FROM notifications INDEXED BY notifications_later
    WHERE app_id = ${appId} AND started_at <> created_at AND started_at >= ${from}
    ORDER BY started_at DESC LIMIT ${MOST_LOOKED_AT}`;
  const rows = await ctx.db
    .select({
      id: notifications.id,
      uuid: notifications.uuid,
      title: sql<string>`${notifications.content} ->> '$.title'`,
      startedAt: sql<number>`${notifications.startedAt}`,
      batches: notifications.totalBatches,
      scheduledLocal: notifications.scheduledLocal,
      isOn: sql<boolean>`${and(notifications.hasRun, inArray(notifications.status, [...ON]))}`.mapWith(
        Boolean,
      ),
    })
    .from(notifications)
    .where(
      and(
        sql`${notifications.id} IN (SELECT id FROM (${made}) UNION SELECT id FROM (${later}))`,
        gte(notifications.startedAt, from),
        sql`${notifications.targeting} ->> 'type' IS NOT 'subscribers'`,
      ),
    )
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

/** Whether a batch has one of the subscribers `ids`, a list as JSON. */
const hasAny = (ids: SQL) =>
  sql`EXISTS (SELECT 1 FROM json_each(${batchResults.results}, '$.ids') AS has WHERE has.value IN ${ids})`;

/**
 * The batch of each notification, cut in the order of ids, that has a subscriber: the last one that begins with its id or a
 * lower one. Rows may be missing between others while a notification is being sent, so the next one that is there is looked at.
 */
function byHalving(ctx: AccountCtx, notificationIds: string, ids: string) {
  const middle = sql`low + (high - low + 1) / 2`;
  const next = sql`(SELECT there.id FROM ${batchResults} AS there WHERE there.id >= ${middle} AND there.id <= high ORDER BY there.id LIMIT 1)`;
  const isBelow = sql`${batchResults.results} ->> '$.ids[0]' <= subscriber`;
  const last = sql`(SELECT max(there.id) FROM ${batchResults} AS there
    WHERE there.id >= sent.value * ${EACH} AND there.id < (sent.value + 1) * ${EACH})`;
  return foundIn(
    ctx,
    sql`
    WITH RECURSIVE search (notification, subscriber, low, high) AS (
      SELECT sent.value, named.value, sent.value * ${EACH}, ${last}
        FROM json_each(${notificationIds}) AS sent CROSS JOIN json_each(${ids}) AS named
      UNION ALL
      SELECT notification, subscriber, iif(${isBelow}, ${batchResults.id}, low), iif(${isBelow}, high, ${middle} - 1)
        FROM search LEFT JOIN ${batchResults} ON ${batchResults.id} = ${next} WHERE low < high)
    SELECT notification, ${batchResults.results} AS results FROM search
      JOIN ${batchResults} ON ${batchResults.id} = low WHERE low = high AND ${hasAny(sql`(subscriber)`)}`,
  );
}

/** The batches of each notification that have any of the subscribers, of all that there are. */
function byReading(ctx: AccountCtx, notificationIds: string, ids: string) {
  return foundIn(
    ctx,
    sql`
    SELECT sent.value AS notification, ${batchResults.results} AS results FROM json_each(${notificationIds}) AS sent
      CROSS JOIN ${batchResults} ON ${batchResults.id} >= sent.value * ${EACH} AND ${batchResults.id} < (sent.value + 1) * ${EACH}
      WHERE ${hasAny(sql`(SELECT value FROM json_each(${ids}))`)}`,
  );
}
