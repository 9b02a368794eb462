// Starts the sending of a notification, on request and when it is due (start-runs.ts does for many).
import { and, eq, inArray, lte, sql } from "drizzle-orm";
import { NEEDS_RUN } from "../../db/notification-indexes.ts";
import { notifications } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { isSuspended, WHY_CANCELLED } from "../accounts/suspension.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import type { NotificationContent } from "./content-fields.ts";
import { firstLocalDue, nextCheckAt } from "./schedule.ts";
import { checkSendable } from "./sendable.ts";
import { syncRun } from "./sync-run.ts";
import { tryResolve } from "../audiences/resolve.ts";
import { EVERYBODY, type Audience } from "../audiences/targeting.ts";
import {
  findNotification,
  namedInLog,
  visibleNotification,
  type Notification,
  type OfApp,
} from "./find-notification.ts";

/**
 * Sends a draft or a scheduled notification now, and returns it. Refuses `notifications_not_configured`, `invalid`
 * when its payload has become too large, `not_editable` once sending has begun.
 */
export async function sendNotification(ctx: AccountCtx, found: OfApp): Promise<Notification> {
  const { id, status, content } = found.notification;
  if (status !== "draft" && status !== "scheduled") refuse({ code: "not_editable", status });
  await checkSendable(ctx, found.app, content as NotificationContent, true);
  const now = ctx.now();
  const claim = ctx.db
    .update(notifications)
    .set({
      status: "sending",
      scheduledAt: null,
      scheduledLocal: null,
      startedAt: now,
      updatedAt: now,
    })
    .where(
      and(
        visibleNotification(ctx.principal, id),
        inArray(notifications.status, ["draft", "scheduled"]),
      ),
    )
    .returning();
  const [claimed] = await audited(ctx, claim, {
    did: "notification.send",
    ...namedInLog(found.notification),
  });
  if (!claimed) {
    const present = await findNotification(ctx, id);
    return refuse({ code: "not_editable", status: present.status });
  }
  await syncRun(ctx, claimed);
  return claimed;
}

/**
 * Changes the status from scheduled to sending if the notification is due, for the alarm of its run. Returns
 * "sending", also when the status was that before; or the time at which to check again, ms; or null when the
 * notification is not to be sent any more, which is so too if its account is suspended.
 */
export async function sendScheduled(ctx: Ctx, id: number): Promise<"sending" | number | null> {
  const now = ctx.now();
  await ctx.db
    .update(notifications)
    .set(whenDue(now))
    .where(and(eq(notifications.id, id), isDue(now)));
  const [row] = await ctx.db.select().from(notifications).where(eq(notifications.id, id));
  if (row?.status === "sending") return "sending";
  return row?.status === "scheduled" ? planAgain(ctx, row) : null;
}

/**
 * Corrects the due time, since new subscribers may be in a zone where the local time comes earlier. Returns the time
 * at which to check again, ms.
 */
async function planAgain(ctx: Ctx, row: Notification): Promise<number | null> {
  const { id, appId, targeting, scheduledAt, scheduledLocal } = row;
  if (scheduledAt === null || scheduledLocal === null) return scheduledAt;
  const resolved = await tryResolve(ctx, appId, (targeting as Audience | null) ?? EVERYBODY);
  // The time stays where nobody can be looked up; the run says why when it begins.
  const dueAt = resolved.isResolved
    ? await firstLocalDue(ctx, appId, resolved.audience, scheduledLocal)
    : scheduledAt;
  if (dueAt !== scheduledAt) {
    await ctx.db
      .update(notifications)
      .set({ scheduledAt: dueAt })
      .where(
        and(
          eq(notifications.id, id),
          eq(notifications.status, "scheduled"),
          eq(notifications.scheduledAt, scheduledAt),
          eq(notifications.scheduledLocal, scheduledLocal),
        ),
      );
  }
  return nextCheckAt({ id, scheduledAt: dueAt, scheduledLocal }, ctx.now());
}

/**
 * What becomes of a scheduled notification that is due: it is being sent or, if its account is suspended, cancelled. It
 * does not wait until that is over, since a message that is days late is worse than none.
 */
export function whenDue(now: number) {
  const is = isSuspended(notifications.accountId);
  return {
    status: sql`iif(${is}, 'cancelled', 'sending')`,
    failureReason: sql`iif(${is}, ${WHY_CANCELLED}, ${notifications.failureReason})`,
    // One that nobody began to send has no run.
    startedAt: sql`iif(${is}, NULL, ${now})`,
    updatedAt: now,
  };
}

/** The condition on `notifications` that holds for those that are scheduled and due. */
export function isDue(now: number) {
  return and(NEEDS_RUN, eq(notifications.status, "scheduled"), lte(notifications.scheduledAt, now));
}
