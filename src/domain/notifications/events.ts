// What happens when the sending of a notification ends: a log event is written, and webhooks are notified.
import { eq } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { wholeSeconds } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { emitOnce } from "../webhooks/emit-once.ts";
import type { Notification } from "./find-notification.ts";
import { whyNot } from "./result-totals.ts";

/**
 * Reports the end of `notification`, a row as it will be: this is called before its status is final. It may be called
 * again for the same notification after a crash; webhooks are sent the event once.
 */
export async function notificationFinished(ctx: Ctx, notification: Notification): Promise<void> {
  const { status, isTest } = notification;
  logEnd(ctx, notification);
  if (!isTest && (status === "sent" || status === "failed"))
    await emitEnd(ctx, notification, status);
}

/** Logs the end of a notification, a row as it is or will be. */
export function logEnd(ctx: Ctx, notification: Notification): void {
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

/** Logs, once, that a send reached nobody, or not all whom it might have reached. */
export function logUnreached(
  ctx: Ctx,
  { id, accountId, appId, status, ...row }: Notification,
): void {
  const reasons = whyNot(row.resultTotals);
  if (status === "cancelled" || (status === "sent" && reasons.length === 0)) return;
  ctx.log.warn("send_failed", {
    account: accountId,
    app: appId,
    notification: id,
    status,
    recipients: row.totalCount,
    unreached: row.failedCount,
    reasons: reasons.map(({ reason, count }) => `${reason}:${count}`).join(" "),
  });
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
  const { uuid } = notification;
  await emitOnce(ctx, app, `notification.${status}`, uuid, endEvent(notification));
}

/** The data of the event that a webhook is sent at the end of a notification. */
export function endEvent(
  ended: Pick<
    Notification,
    | "uuid"
    | "status"
    | "failureReason"
    | "sentAt"
    | "totalCount"
    | "totalBatches"
    | "completedBatches"
    | "sentCount"
    | "failedCount"
  >,
) {
  const { uuid, status, failureReason, sentAt } = ended;
  return {
    notification_id: uuid,
    status,
    failure_reason: failureReason,
    sent_at: sentAt === null ? null : wholeSeconds(sentAt),
    stats: {
      total_count: ended.totalCount,
      total_batches: ended.totalBatches,
      completed_batches: ended.completedBatches,
      sent_count: ended.sentCount,
      failed_count: ended.failedCount,
    },
  };
}
