// Deletes notifications that have been kept for long enough, each minute and in bounded parts: drafts that nobody touched,
// and those that ended. Direct ones go sooner, since there are as many of them as messages.
import { and, asc, gt, inArray, lt, lte, sql, type SQL } from "drizzle-orm";
import { moveCursor } from "../../db/cursors.ts";
import { deletePart, inParts } from "../../db/delete-in-parts.ts";
import { nextSpan } from "../../db/next-span.ts";
import { RESTING } from "../../db/notification-indexes.ts";
import { batchResults, engagements, notifications } from "../../db/schema/index.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { DEFAULT_TTL_S } from "./content-fields.ts";
import { RESULTS_A_NOTIFICATION } from "./results.ts";

/** How long a direct notification is kept, ms: a year. */
export const DIRECT_KEPT_MS = 365 * DAY_MS;
/** How long a test to oneself is kept, ms: as long as a message of it can come, and a click on it lead somewhere. */
const TESTS_KEPT_MS = DEFAULT_TTL_S * SECOND_MS;
/** How long a draft is kept after its last change, ms. */
export const DRAFTS_KEPT_MS = 90 * DAY_MS;
/** How long any other notification is kept after its end, ms: two years, as campaigns are. */
export const ENDED_KEPT_MS = 2 * 365 * DAY_MS;
/** Notifications deleted by one batch: keeps each statement short. */
const ROWS_AT_ONCE = 500;
/** Most parts of one run: 10,000 notifications a minute, more than are made in a busy one. */
const MOST_PARTS = 20;

const IS_DIRECT = sql`targeting ->> 'type' = 'subscribers'`;

/** Deletes tests to oneself, direct notifications, drafts and ended notifications that are older than what they are kept for. */
export async function expireNotifications(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  await expireDrafts(ctx, now - DRAFTS_KEPT_MS);
  // Written as in the index `notifications_tests`.
  await expireWithResults(
    ctx,
    and(sql`is_test = 1`, lt(notifications.createdAt, now - TESTS_KEPT_MS)),
  );
  await expireDirect(ctx, now - DIRECT_KEPT_MS);
  await expireWithResults(
    ctx,
    and(
      RESTING,
      inArray(notifications.status, ["sent", "failed", "cancelled"]),
      lt(notifications.updatedAt, now - ENDED_KEPT_MS),
    ),
  );
}

/** Deletes drafts last changed before `before`, ms. One statement finds and deletes, since a draft can still be sent. */
async function expireDrafts(ctx: Ctx, before: number): Promise<void> {
  const where = and(RESTING, sql`status = 'draft'`, lt(notifications.updatedAt, before));
  await inParts(MOST_PARTS, async () => {
    const rows = { key: notifications.id, where };
    const gone = await deletePart(ctx.db, notifications, rows, ROWS_AT_ONCE).returning({
      id: notifications.id,
    });
    return gone.length === ROWS_AT_ONCE;
  });
}

/** Deletes direct notifications made before `before`, ms, in the order of their ids, which needs no index. */
async function expireDirect(ctx: Ctx, before: number): Promise<void> {
  const isAhead = sql`${IS_DIRECT} AND created_at >= ${before}`;
  await inParts(MOST_PARTS, async () => {
    const { after, upTo, isLast } = await nextSpan(ctx.db, "direct_expiry", isAhead);
    if (upTo === after) return false;
    const old = await ctx.db
      .select({ id: notifications.id })
      .from(notifications)
      .where(and(gt(notifications.id, after), lte(notifications.id, upTo), IS_DIRECT))
      .orderBy(asc(notifications.id))
      .limit(ROWS_AT_ONCE);
    if (old.length > 0) await deleteWithResults(ctx, JSON.stringify(old.map(({ id }) => id)));
    const last = old[ROWS_AT_ONCE - 1]?.id;
    await moveCursor(ctx.db, "direct_expiry", last ?? upTo);
    return last !== undefined || !isLast;
  });
}

async function expireWithResults(ctx: Ctx, where: SQL | undefined): Promise<void> {
  await inParts(MOST_PARTS, async () => {
    const old = await ctx.db
      .select({ id: notifications.id })
      .from(notifications)
      .where(where)
      .limit(ROWS_AT_ONCE);
    if (old.length > 0) await deleteWithResults(ctx, JSON.stringify(old.map(({ id }) => id)));
    return old.length === ROWS_AT_ONCE;
  });
}

/** Deletes the notifications of `ids`, a list as JSON, with their results and engagements. */
export async function deleteWithResults(ctx: Ctx, ids: string): Promise<void> {
  const each = sql`json_each(${ids})`;
  await ctx.db.batch([
    ctx.db.delete(batchResults).where(
      sql`${batchResults.id} IN (SELECT result.id FROM ${each} AS gone JOIN ${batchResults} AS result
        ON result.id >= gone.value * ${RESULTS_A_NOTIFICATION}
          AND result.id < (gone.value + 1) * ${RESULTS_A_NOTIFICATION})`,
    ),
    ctx.db
      .delete(engagements)
      .where(sql`${engagements.notificationId} IN (SELECT value FROM ${each})`),
    ctx.db.delete(notifications).where(sql`${notifications.id} IN (SELECT value FROM ${each})`),
  ]);
}
