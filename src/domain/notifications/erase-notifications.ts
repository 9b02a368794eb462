// Forgets an app's notifications: stops their runs, then deletes what is kept of them. In bounded statements;
// may be repeated after an interruption.
import { and, between, eq, inArray } from "drizzle-orm";
import { batchResults, dailyStats, engagements, notifications } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { resultKey, RESULTS_A_NOTIFICATION } from "./results.ts";

/** Notifications erased at once. */
const NOTIFICATIONS_AT_ONCE = 50;
/** Rows deleted in one statement: keeps each short. */
const ROWS_AT_ONCE = 5000;
/** Statuses of notifications that may have a run. */
const WITH_RUN: readonly string[] = ["scheduled", "sending", "finalizing"];

export async function eraseNotifications(ctx: Ctx, appId: number): Promise<void> {
  await ctx.db.delete(dailyStats).where(eq(dailyStats.appId, appId));
  for (;;) {
    const found = await ctx.db
      .select({ id: notifications.id, status: notifications.status })
      .from(notifications)
      .where(eq(notifications.appId, appId))
      .limit(NOTIFICATIONS_AT_ONCE);
    if (found.length === 0) return;
    for (const { id, status } of found) {
      if (WITH_RUN.includes(status)) await ctx.notificationRun(id).erase();
      await eraseResults(ctx, id);
    }
    const ids = found.map(({ id }) => id);
    await ctx.db
      .delete(notifications)
      .where(and(eq(notifications.appId, appId), inArray(notifications.id, ids)));
  }
}

async function eraseResults(ctx: Ctx, notificationId: number): Promise<void> {
  const results = ctx.db
    .select({ id: batchResults.id })
    .from(batchResults)
    .where(
      between(
        batchResults.id,
        resultKey(notificationId, 0),
        resultKey(notificationId, RESULTS_A_NOTIFICATION - 1),
      ),
    )
    .limit(ROWS_AT_ONCE);
  for (let changes = 1; changes > 0;) {
    const { meta } = await ctx.db
      .delete(batchResults)
      .where(inArray(batchResults.id, results))
      .run();
    ({ changes } = meta);
  }
  await ctx.db.delete(engagements).where(eq(engagements.notificationId, notificationId));
}
