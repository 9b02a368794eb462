// How many notifications an app may have. Drafts and scheduled ones are bounded by what an owner can look after; those
// that ended make room for new ones, the oldest first, long after anybody could miss them.
import { sql, type SQL } from "drizzle-orm";
import { refusedWith } from "../../db/refused-with.ts";
import { appCounts, notifications } from "../../db/schema/index.ts";
import { invalidField, refuse, type Refusal } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** Most drafts and scheduled notifications of an app, campaigns' included: three for each day of the coming year. */
export const MAX_UNSENT = 1000;
/**
 * Most notifications of an app, whatever their status. One to a single person is a row like any other: an app that sends
 * 10,000 of these a day keeps them for 100 days, longer than their results and links.
 */
export const MAX_NOTIFICATIONS = 1_000_000;
/** How long ago a notification must have ended to make room, ms: its day has been counted by then (daily-stats.ts). */
const SETTLED_MS = 3 * DAY_MS;
/**
 * How many of an app's oldest notifications are looked at for one that may go. Only drafts and scheduled ones, or what
 * lately were any, stay in front of those that ended; where an app made all its rows within days, none of a million is
 * found, and every request would walk them.
 */
const LOOKED_AT = 2 * MAX_UNSENT;

/** What SQLite says of a row without the UUID that `uuidIfRoom` withholds. */
const NO_UUID = "NOT NULL constraint failed: notifications.uuid";

/**
 * `uuid` for a new notification of `appId` (both SQL expressions) if the app has room for it; else NULL, which ends the
 * whole batch without a trace: `orNoRoom` makes a refusal of that.
 */
export function uuidIfRoom(uuid: SQL, appId: SQL, status: "draft" | "scheduled" | "sending"): SQL {
  const hasRoom = sql`room.notifications < ${MAX_NOTIFICATIONS}`;
  const isFew = status === "sending" ? sql`1` : sql`room.unsent < ${MAX_UNSENT}`;
  return sql`iif((SELECT ${hasRoom} AND ${isFew} FROM ${appCounts} AS room WHERE room.app_id = ${appId}), ${uuid}, NULL)`;
}

/** The statement that deletes, in each of these apps that is full, the oldest that ended long enough ago. */
export function makeRoom(ctx: Ctx, appIds: readonly number[]) {
  const oldest = sql`SELECT early.id, early.status, early.created_at, early.updated_at FROM ${notifications} AS early
    WHERE early.app_id = full.app_id ORDER BY early.created_at, early.id LIMIT ${LOOKED_AT}`;
  const settled = sql`SELECT spare.id FROM (${oldest}) AS spare
    WHERE spare.status IN ('sent', 'failed', 'cancelled') AND spare.updated_at < ${ctx.now() - SETTLED_MS}
    ORDER BY spare.created_at, spare.id LIMIT 1`;
  return ctx.db.delete(notifications).where(
    sql`${notifications.id} IN (SELECT (${settled}) FROM ${appCounts} AS full
      WHERE full.app_id IN (SELECT value FROM json_each(${JSON.stringify(appIds)}))
        AND full.notifications >= ${MAX_NOTIFICATIONS})`,
  );
}

/** Returns the result of `writing`. Refuses `invalid` or `not_found` when it failed for want of room in these apps. */
export async function orNoRoom<Result>(
  ctx: Ctx,
  appIds: readonly number[],
  writing: PromiseLike<Result>,
): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    if (refusedWith(error, NO_UUID)) return refuse(await noRoom(ctx, appIds));
    throw error;
  }
}

/** Why no notification was made: one of the apps was deleted, or has no room for more. */
async function noRoom(ctx: Ctx, appIds: readonly number[]): Promise<Refusal> {
  const counts = await ctx.db
    .select({ total: appCounts.notifications })
    .from(appCounts)
    .where(sql`${appCounts.appId} IN (SELECT value FROM json_each(${JSON.stringify(appIds)}))`);
  if (counts.length < appIds.length) return { code: "not_found", what: "app" };
  return counts.some(({ total }) => total >= MAX_NOTIFICATIONS)
    ? invalidField(["notifications"], `must not be more than ${MAX_NOTIFICATIONS} an app`)
    : invalidField(
        ["notifications"],
        `must not be more than ${MAX_UNSENT} an app that are drafts or scheduled`,
      );
}
