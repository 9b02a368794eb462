// Cancels a notification. A scheduled one is not sent; one that is being sent goes to no further recipients.
import { and, inArray, sql } from "drizzle-orm";
import { notifications } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { auditEntry, type DoerCtx } from "../audit/entry.ts";
import { syncRun } from "./sync-run.ts";
import {
  findNotification,
  visibleNotification,
  type Notification,
  type Seer,
} from "./find-notification.ts";

/** Whoever acts in an account: a key, a member, or who runs the installation. */
type CancelCtx = DoerCtx & { principal: Seer };

/**
 * Cancels the notification and returns it. Refuses `not_found`, and `already_sent` when it is sent, failed or
 * cancelled.
 */
export async function cancelNotification(ctx: CancelCtx, id: number): Promise<Notification> {
  const isIt = visibleNotification(ctx.principal, id);
  const [[cancelled]] = await ctx.db.batch([
    ctx.db
      .update(notifications)
      .set({ status: "cancelled", updatedAt: ctx.now() })
      .where(and(isIt, inArray(notifications.status, ["draft", "scheduled", "sending"])))
      .returning(),
    auditEntry(
      ctx,
      {
        did: "notification.cancel",
        id,
        name: sql`json_extract(${notifications.content}, '$.title')`,
        facts: sql`json_object('app', ${notifications.appId})`,
      },
      sql`FROM ${notifications} WHERE ${isIt} AND changes() > 0`,
    ),
  ]);
  if (!cancelled) {
    const { status } = await findNotification(ctx, id);
    return refuse({ code: "already_sent", status });
  }
  // If the run can't be reached now, it learns of it when it next writes its progress.
  await syncRun(ctx, cancelled);
  return cancelled;
}
