// Starts the sending of a notification, on request and when it is due (start-runs.ts does for many). Whatever changes a row's
// status to `sending` then syncs its run. The row is what counts, so syncing a run twice does no harm.
import { and, eq, inArray, isNull, lt, lte, sql } from "drizzle-orm";
import { notifications } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import type { NotificationContent } from "./content-fields.ts";
import { firstLocalDue, nextCheckAt } from "./schedule.ts";
import { checkSendable } from "./sendable.ts";
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
 * How long after one notification the next begins that an account has scheduled for the same moment, ms: 20 a second, as
 * many as a campaign's (start-runs.ts). The last begin together, since none waits longer than MAX_TURN_MS.
 */
const TURN_MS = SECOND_MS / 20;
const MAX_TURN_MS = MINUTE_MS;

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

/** Makes the run do what the row says. If the run can't be reached now, the cron does this again. */
export async function syncRun(
  ctx: Ctx,
  notification: Pick<
    Notification,
    "id" | "accountId" | "status" | "scheduledAt" | "scheduledLocal"
  >,
): Promise<void> {
  const { id, status, scheduledAt, scheduledLocal } = notification;
  const run = ctx.notificationRun(id);
  try {
    if (status === "sending" || status === "finalizing") await run.start(id);
    else if (status === "scheduled" && scheduledAt !== null) {
      const checkAt = nextCheckAt({ id, scheduledAt, scheduledLocal }, ctx.now());
      const turn =
        scheduledLocal === null ? await turnOf(ctx, { ...notification, scheduledAt }) : 0;
      await run.schedule(id, checkAt + turn);
    } else await run.cancel(id);
  } catch (error) {
    ctx.log.error("run_not_synced", error, { notification: id, status });
  }
}

/**
 * Returns how long a notification waits for those that its account has scheduled for the same moment before it, ms: not
 * at all where there are none. The runs of many apps would otherwise begin at once, and all other requests wait.
 */
async function turnOf(
  ctx: Ctx,
  { id, accountId, scheduledAt }: { id: number; accountId: number; scheduledAt: number },
): Promise<number> {
  const before = ctx.db
    .select({ id: notifications.id })
    .from(notifications)
    .where(
      and(
        eq(notifications.accountId, accountId),
        eq(notifications.scheduledAt, scheduledAt),
        // In the words of the index, which a bound value could not match.
        sql`status = 'scheduled'`,
        isNull(notifications.scheduledLocal),
        lt(notifications.id, id),
      ),
    )
    .limit(MAX_TURN_MS / TURN_MS);
  return TURN_MS * (await ctx.db.$count(before.as("before")));
}

/** The condition on `notifications` that holds for those that are scheduled and due. */
export function isDue(now: number) {
  return and(eq(notifications.status, "scheduled"), lte(notifications.scheduledAt, now));
}
