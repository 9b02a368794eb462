// What happens when the sending of a notification ends: a log event is written, and webhooks are notified.
import { eq } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { wholeSeconds } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { emitOnce } from "../webhooks/emit-once.ts";
import type { Notification } from "./find-notification.ts";

/**
 * Reports the end of `notification`, a row as it will be: this is called before its status is final. It may be called
 * again for the same notification after a crash; webhooks are sent the event once.
 */
export async function notificationFinished(ctx: Ctx, notification: Notification): Promise<void> {
  const { id, status, totalCount, sentCount, failedCount, failureReason, isTest } = notification;
  ctx.log.info("notification_finished", {
    notification: id,
    status,
    total: totalCount,
    sent: sentCount,
    failed: failedCount,
    reason: failureReason,
  });
  if (!isTest && (status === "sent" || status === "failed"))
    await emitEnd(ctx, notification, status);
}

async function emitEnd(
  ctx: Ctx,
  notification: Notification,
  status: "sent" | "failed",
): Promise<void> {
  const [app] = await ctx.db
    .select({ id: apps.id, uuid: apps.uuid })
    .from(apps)
    .where(eq(apps.id, notification.appId));
  if (!app) return;
  const { uuid, sentAt, failureReason } = notification;
  await emitOnce(ctx, app, `notification.${status}`, uuid, {
    notification_id: uuid,
    status,
    failure_reason: failureReason,
    sent_at: sentAt === null ? null : wholeSeconds(sentAt),
    stats: {
      total_count: notification.totalCount,
      total_batches: notification.totalBatches,
      completed_batches: notification.completedBatches,
      sent_count: notification.sentCount,
      failed_count: notification.failedCount,
    },
  });
}
