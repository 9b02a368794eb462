// Ends a notification whose batches are all done, for its run. May be repeated.
import { and, eq, inArray } from "drizzle-orm";
import { notifications } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import { logUnreached, notificationFinished } from "../events.ts";
import type { Counts } from "../../health/meters.ts";
import { meteredNow, meterSend, noteSlowHosts } from "./meter-send.ts";
import { counterColumns, ON, type RunCounters } from "./save-progress.ts";

/** How a run ends, and what its owner is told of recipients that were not reached because of a provider. */
export interface RunEnd {
  status: "sent" | "failed" | "cancelled";
  failureReason: string | null;
}

/**
 * Changes the status from `sending` to `finalizing`, and then to that of the end, with the last counters; only the
 * first call that gets so far decides. A notification that was cancelled while it was sent stays cancelled and gets
 * its counters alone. Webhooks are notified before the status is final, so that an end which is repeated after a
 * crash notifies them too.
 */
export async function finishNotification(
  ctx: Ctx,
  id: number,
  { status, failureReason }: RunEnd,
  counters: RunCounters,
  attempts: Counts = {},
): Promise<void> {
  const now = ctx.now();
  const { results } = counters;
  const columns = counterColumns(counters);
  const isOpen = inArray(notifications.status, [...ON]);
  const [, [finalizing]] = await ctx.db.batch([
    meterSend(ctx, id, [...ON, "cancelled"], { results, attempts }, { status }),
    ctx.db
      .update(notifications)
      .set({ ...columns, metered: meteredNow(results), status: "finalizing", updatedAt: now })
      .where(and(eq(notifications.id, id), isOpen))
      .returning(),
    ctx.db
      .update(notifications)
      .set({ ...columns, metered: meteredNow(results, true), updatedAt: now })
      .where(and(eq(notifications.id, id), eq(notifications.status, "cancelled"))),
  ]);
  await noteSlowHosts(ctx, attempts);
  if (!finalizing) return;
  const final = { status, failureReason, sentAt: status === "cancelled" ? null : now };
  await notificationFinished(ctx, { ...finalizing, ...final });
  const [ended] = await ctx.db
    .update(notifications)
    .set({ ...final, metered: null, updatedAt: now })
    .where(and(eq(notifications.id, id), eq(notifications.status, "finalizing")))
    .returning();
  if (ended) logUnreached(ctx, ended);
}
