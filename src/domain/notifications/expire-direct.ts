// Deletes direct notifications a year after they were sent: there are as many of them as messages, and each has its
// content.
import { and, lt, sql } from "drizzle-orm";
import { inParts } from "../../db/delete-in-parts.ts";
import { batchResults, engagements, notifications } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { RESULTS_A_NOTIFICATION } from "./results.ts";

/** How long a direct notification is kept, ms: a year. */
const DIRECT_KEPT_MS = 365 * DAY_MS;
/** Notifications deleted by one batch: keeps each statement short. */
const ROWS_AT_ONCE = 500;
/** Most parts of one run: 10,000 notifications a minute, more than are made in a busy one. */
const MOST_PARTS = 20;

/** Deletes direct notifications that are older than DIRECT_KEPT_MS. */
export async function expireDirectNotifications(ctx: Ctx): Promise<void> {
  await inParts(MOST_PARTS, async () => {
    const old = await ctx.db
      .select({ id: notifications.id })
      .from(notifications)
      .where(
        and(
          // Written as in the index, so that it is used.
          sql`targeting ->> 'type' = 'subscribers'`,
          lt(notifications.createdAt, ctx.now() - DIRECT_KEPT_MS),
        ),
      )
      .limit(ROWS_AT_ONCE);
    if (old.length > 0) await deleteWithResults(ctx, JSON.stringify(old.map(({ id }) => id)));
    return old.length === ROWS_AT_ONCE;
  });
}

/** Deletes the notifications of `ids`, a list as JSON, with their results and engagements. */
async function deleteWithResults(ctx: Ctx, ids: string): Promise<void> {
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
