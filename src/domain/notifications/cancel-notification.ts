// Cancels a notification: one that waits is not sent, one in mid-send reaches nobody it has not reached yet.
import { and, inArray } from "drizzle-orm";
import { notifications } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { syncRun } from "./send-notification.ts";
import { findNotification, visibleNotification, type Notification } from "./find-notification.ts";

/** Refuses `already_sent` once nothing is left to stop. */
export async function cancelNotification(ctx: AccountCtx, id: number): Promise<Notification> {
  const [cancelled] = await ctx.db
    .update(notifications)
    .set({ status: "cancelled", updatedAt: ctx.now() })
    .where(
      and(
        visibleNotification(ctx.principal, id),
        inArray(notifications.status, ["draft", "scheduled", "sending"]),
      ),
    )
    .returning();
  if (!cancelled) {
    const { status } = await findNotification(ctx, id);
    return refuse({ code: "already_sent", status });
  }
  // a run this does not reach hears of it when it next writes its progress
  await syncRun(ctx, cancelled);
  return cancelled;
}
