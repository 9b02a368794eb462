// Starts the sending of notifications: on request, when one is due, and again when a start was lost. Whatever
// changes a row's status to `sending` then syncs its run. The row is what counts, so syncing a run twice does no harm.
import { and, asc, eq, inArray, lt, lte } from "drizzle-orm";
import { notifications } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import type { NotificationContent } from "./content.ts";
import { firstLocalDue, nextCheckAt } from "./schedule.ts";
import { checkSendable } from "./sendable.ts";
import { EVERYBODY, type Audience } from "./targeting.ts";
import {
  findNotification,
  visibleNotification,
  type Notification,
  type OfApp,
} from "./find-notification.ts";

/** Notifications claimed by one statement. */
const DUE_AT_ONCE = 50;
/** Statements of one run of the cron; the next minute's run takes the rest. */
const MAX_PAGES = 20;
/** A run writes its progress far more often than this, ms. A run that has not is started again. */
const STALLED_AFTER_MS = 5 * MINUTE_MS;

/**
 * Sends a draft or a scheduled notification now, and returns it. Refuses `notifications_not_configured`, `invalid`
 * when its payload has become too large, `not_editable` once sending has begun.
 */
export async function sendNotification(ctx: AccountCtx, found: OfApp): Promise<Notification> {
  const { id, status, content } = found.notification;
  if (status !== "draft" && status !== "scheduled") refuse({ code: "not_editable", status });
  await checkSendable(ctx, found.app, content as NotificationContent, true);
  const now = ctx.now();
  const [claimed] = await ctx.db
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
 * notification is not to be sent any more.
 */
export async function sendScheduled(ctx: Ctx, id: number): Promise<"sending" | number | null> {
  const now = ctx.now();
  await ctx.db
    .update(notifications)
    .set({ status: "sending", startedAt: now, updatedAt: now })
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
  const audience = (targeting as Audience | null) ?? EVERYBODY;
  const dueAt = await firstLocalDue(ctx, appId, audience, scheduledLocal);
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
  return nextCheckAt({ scheduledAt: dueAt, scheduledLocal }, ctx.now());
}

/**
 * Sends all notifications that are due: a safety net in case the alarms of their runs fail. May run twice at once.
 */
export async function sendDue(ctx: Ctx): Promise<void> {
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const now = ctx.now();
    const due = ctx.db
      .select({ id: notifications.id })
      .from(notifications)
      .where(isDue(now))
      .orderBy(asc(notifications.scheduledAt))
      .limit(DUE_AT_ONCE);
    const claimed = await ctx.db
      .update(notifications)
      .set({ status: "sending", startedAt: now, updatedAt: now })
      .where(and(inArray(notifications.id, due), isDue(now)))
      .returning();
    await Promise.all(claimed.map(async (notification) => syncRun(ctx, notification)));
    if (claimed.length < DUE_AT_ONCE) return;
  }
}

/** Starts runs again that have not written their progress for too long. May run twice at once. */
export async function recoverRuns(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const isStalled = and(
    inArray(notifications.status, ["sending", "finalizing"]),
    lt(notifications.updatedAt, now - STALLED_AFTER_MS),
  );
  const stalled = ctx.db
    .select({ id: notifications.id })
    .from(notifications)
    .where(isStalled)
    .limit(DUE_AT_ONCE);
  const claimed = await ctx.db
    .update(notifications)
    .set({ updatedAt: now })
    .where(and(inArray(notifications.id, stalled), isStalled))
    .returning();
  await Promise.all(claimed.map(async (notification) => syncRun(ctx, notification)));
}

/** Makes the run do what the row says. If the run can't be reached now, the cron does this again. */
export async function syncRun(
  ctx: Ctx,
  notification: Pick<Notification, "id" | "status" | "scheduledAt" | "scheduledLocal">,
): Promise<void> {
  const { id, status, scheduledAt, scheduledLocal } = notification;
  const run = ctx.notificationRun(id);
  try {
    if (status === "sending" || status === "finalizing") await run.start(id);
    else if (status === "scheduled" && scheduledAt !== null) {
      await run.schedule(id, nextCheckAt({ scheduledAt, scheduledLocal }, ctx.now()));
    } else await run.cancel(id);
  } catch (error) {
    ctx.log.error("run_not_synced", error, { notification: id, status });
  }
}

function isDue(now: number) {
  return and(eq(notifications.status, "scheduled"), lte(notifications.scheduledAt, now));
}
