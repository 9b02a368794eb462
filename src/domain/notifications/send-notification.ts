// Begins to send notifications: on request, when one is due, and again when a start was lost. Whoever moves
// the row to 'sending' tells the run; the row is the truth, and telling twice does no harm.
import { and, asc, eq, inArray, lt, lte } from "drizzle-orm";
import { notifications } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import type { NotificationContent } from "./content.ts";
import { firstLocalDue, firstLook } from "./schedule.ts";
import { checkSendable } from "./sendable.ts";
import { EVERYBODY, type Audience } from "./targeting.ts";
import {
  findNotification,
  visibleNotification,
  type Notification,
  type OfApp,
} from "./find-notification.ts";

/** Notifications claimed in one statement. */
const DUE_AT_ONCE = 50;
/** Statements in one run of the cron: the next minute's takes the rest. */
const MAX_PAGES = 20;
/** A run writes its progress far more often than this, ms: one that has not is started again. */
const STALLED_AFTER_MS = 5 * MINUTE_MS;

/**
 * Sends a draft or a scheduled notification now. Refuses `notifications_not_configured`, `invalid` when its
 * payload is too large by now, `not_editable` once sending has begun.
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
 * scheduled -> sending when it is due. For the run's own alarm; answers "sending", also when that was decided
 * before, or when to look again, ms, or null for what is not to be sent after all.
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

/** A local time may come earlier than it was planned: whoever subscribed since may be in an earlier zone. */
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
  return firstLook({ scheduledAt: dueAt, scheduledLocal }, ctx.now());
}

/** Sends everything that is due: the safety net under the runs' own alarms. May run twice at once. */
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

/** Starts runs again that should be at work and have not been heard of. May run twice at once. */
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

/** Tells the run what its row says. A run that can't be reached now is found by the cron. */
export async function syncRun(
  ctx: Ctx,
  notification: Pick<Notification, "id" | "status" | "scheduledAt" | "scheduledLocal">,
): Promise<void> {
  const { id, status, scheduledAt, scheduledLocal } = notification;
  const run = ctx.notificationRun(id);
  try {
    if (status === "sending" || status === "finalizing") await run.start(id);
    else if (status === "scheduled" && scheduledAt !== null) {
      await run.schedule(id, firstLook({ scheduledAt, scheduledLocal }, ctx.now()));
    } else await run.cancel(id);
  } catch (error) {
    ctx.log.error("run_not_told", error, { notification: id, status });
  }
}

function isDue(now: number) {
  return and(eq(notifications.status, "scheduled"), lte(notifications.scheduledAt, now));
}
