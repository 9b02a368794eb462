// Has the run of a notification do what its row says. Whatever changes the row's status does this afterwards, unless the
// notification takes the direct path. The row is what counts, so that syncing a run twice does no harm.
import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { notifications } from "../../db/schema/index.ts";
import { MINUTE_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Notification } from "./find-notification.ts";
import { nextCheckAt } from "./schedule.ts";

/**
 * How long after one notification the next begins that an account has scheduled for the same moment, ms: 20 a second, as
 * many as a campaign's (start-runs.ts). The last begin together, since none waits longer than MAX_TURN_MS.
 */
const TURN_MS = SECOND_MS / 20;
const MAX_TURN_MS = MINUTE_MS;

/**
 * Makes the run do what the row says; what took the direct path has none. If the run can't be reached now, the cron does this
 * again.
 */
export async function syncRun(
  ctx: Ctx,
  notification: Pick<
    Notification,
    "id" | "accountId" | "status" | "hasRun" | "scheduledAt" | "scheduledLocal"
  >,
): Promise<void> {
  const { id, status, hasRun, scheduledAt, scheduledLocal } = notification;
  if (!hasRun) return;
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
