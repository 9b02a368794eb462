// Deletes an app's notifications: clears their runs, then deletes their rows. In bounded statements; may be repeated
// after an interruption.
import { and, eq, inArray } from "drizzle-orm";
import { inParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import { dailyStats, notifications } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { deleteResults } from "./delete-results.ts";

/** Notifications deleted by one batch. */
const NOTIFICATIONS_AT_ONCE = 50;
/** Statuses of notifications that may have a run. */
const WITH_RUN: readonly string[] = ["scheduled", "sending", "finalizing", "cancelled"];

/** Deletes all notifications of an app, with their results, engagements and daily counters. */
export async function deleteNotifications(ctx: Ctx, appId: number): Promise<void> {
  await ctx.db.delete(dailyStats).where(eq(dailyStats.appId, appId));
  await inParts(UNTIL_NOTHING_IS_LEFT, async () => {
    const found = await ctx.db
      .select({
        id: notifications.id,
        status: notifications.status,
        hasRun: notifications.hasRun,
      })
      .from(notifications)
      .where(eq(notifications.appId, appId))
      .limit(NOTIFICATIONS_AT_ONCE);
    if (found.length === 0) return false;
    for (const { id, status, hasRun } of found) {
      if (hasRun && WITH_RUN.includes(status)) await ctx.notificationRun(id).clear();
    }
    const ids = found.map(({ id }) => id);
    await deleteResults(ctx, ids);
    await ctx.db
      .delete(notifications)
      .where(and(eq(notifications.appId, appId), inArray(notifications.id, ids)));
    return true;
  });
}
