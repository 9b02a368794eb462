// Hands sends that took the direct path over to runs.
import { and, eq, inArray, or, sql } from "drizzle-orm";
import { notifications } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import { enqueueNow, handedOver, SCHEDULED } from "../start-runs.ts";
import { IS_UNDER_WAY, leaveToRuns } from "./left-to-runs.ts";

/**
 * Notes that a run has taken the notification over. Returns false where there is nothing to take: it has ended, by another run
 * while its tail was held up, or was deleted. One that was cancelled meanwhile still gets its counters. May be repeated.
 */
export async function noteTakenOver(ctx: Ctx, id: number): Promise<boolean> {
  const isOpen = or(
    inArray(notifications.status, ["sending", "finalizing"]),
    and(eq(notifications.status, "cancelled"), eq(notifications.completedBatches, 0)),
  );
  const taken = await ctx.db
    .update(notifications)
    .set({ hasRun: true, updatedAt: ctx.now() })
    .where(and(eq(notifications.id, id), isOpen))
    .returning({ id: notifications.id });
  return taken.length > 0;
}

/**
 * Has a run send those of the notifications `ids` that took the direct path and have not ended, to all whom their targeting
 * names: nobody knows who got the message, and a device shows a repeated one once. Those of suspended accounts are cancelled. If
 * the messages are lost, the cron finds these runs to be stalled. May be repeated.
 */
export async function handOver(ctx: Ctx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const isNamed = sql`${notifications.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const handed = handedOver(ctx.now());
  const [cancel, leave] = leaveToRuns(ctx, and(isNamed, IS_UNDER_WAY), handed);
  const [, left] = await ctx.db.batch([cancel, leave.returning(SCHEDULED)]);
  await enqueueNow(ctx, left);
}
