// What happens when a notification's sending is over. Those who follow it are told here.
import type { Ctx } from "../context.ts";
import type { Notification } from "./visible.ts";

/**
 * Called with the notification as it will be, before its status is final. May be called again for the same
 * one after a crash: what it does has to be harmless twice.
 */
export async function notificationFinished(ctx: Ctx, notification: Notification): Promise<void> {
  const { id, status, totalCount, sentCount, failedCount, failureReason } = notification;
  ctx.log.info("notification_finished", {
    notification: id,
    status,
    total: totalCount,
    sent: sentCount,
    failed: failedCount,
    reason: failureReason,
  });
}
