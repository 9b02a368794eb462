// Which notifications that wait name a saved segment: shown before it is changed or deleted, and kept in step with them.
import { asc, count, eq, sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { refusedWith } from "../../db/refused-with.ts";
import { notifications, segments, segmentUses as uses } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { segmentOfApp, type Segment } from "./find-segment.ts";
import { conditionsIn, segmentsIn, type Audience } from "./targeting.ts";

/** Most notifications that are named of those that wait: an app can have a thousand. */
export const MAX_SHOWN = 100;

/** A notification that names a segment and has not begun to be sent. */
export interface SegmentUse {
  /** Its UUID. */
  id: string;
  title: string;
  /** A draft, scheduled, or about to begin. */
  status: "draft" | "scheduled" | "sending";
  /** When it is due, ms; null if it is not scheduled. */
  scheduledAt: number | null;
}

export interface SegmentUses {
  /** Those that wait, MAX_SHOWN at most: what is due first comes first, and drafts last. */
  waiting: SegmentUse[];
  /** How many wait in all. */
  total: number;
  /** How many with it began to be sent, and when the last one did, ms. */
  used: number;
  lastUsedAt: number | null;
}

/** Returns who uses the app's segment: what waits, and of what was sent the number. */
export async function segmentUses(
  ctx: AccountCtx,
  app: App,
  segment: Pick<Segment, "id">,
): Promise<SegmentUses> {
  const isIt = segmentOfApp(ctx, app, segment.id);
  const [kept, totals, rows] = await ctx.db.batch([
    ctx.db
      .select({ used: segments.used, lastUsedAt: segments.lastUsedAt })
      .from(segments)
      .where(isIt),
    ctx.db
      .select({ total: count() })
      .from(segments)
      .innerJoin(uses, eq(uses.segmentId, segments.id))
      .where(isIt),
    ctx.db
      .select({
        id: notifications.uuid,
        title: sql<string>`${notifications.content} ->> '$.title'`,
        status: sql<SegmentUse["status"]>`${notifications.status}`,
        scheduledAt: notifications.scheduledAt,
      })
      .from(segments)
      .innerJoin(uses, eq(uses.segmentId, segments.id))
      .innerJoin(notifications, eq(notifications.id, uses.notificationId))
      .where(isIt)
      .orderBy(
        asc(sql`${notifications.status} = 'draft'`),
        asc(notifications.scheduledAt),
        asc(notifications.id),
      )
      .limit(MAX_SHOWN),
  ]);
  const { used, lastUsedAt } = kept[0] ?? { used: 0, lastUsedAt: null };
  return { waiting: rows, total: totals[0]?.total ?? 0, used, lastUsedAt };
}

/** What SQLite says of a use of a segment that is not there. */
const NO_SEGMENT = "NOT NULL constraint failed: segment_uses.segment_id";

/**
 * The statement that notes which segments the targeting of a notification names, where `isIt` holds for its row. A segment
 * that is gone ends the whole batch: `orNoSegment` makes a refusal of that.
 */
export function noteUses(ctx: Ctx, appId: number, targeting: Audience, isIt: SQL | undefined) {
  const named = segmentsIn(targeting);
  const times = Object.entries(Object.groupBy(named, (id) => id));
  const rows = times.map(([id, all]) => [id, all?.length ?? 0]);
  return insertFrom(
    ctx.db,
    uses,
    {
      notificationId: sql`${notifications.id}`,
      segmentId: sql`(SELECT one.id FROM ${segments} AS one
        WHERE one.uuid = named.value ->> 0 AND one.app_id = ${appId})`,
      times: sql`named.value ->> 1`,
      besides: conditionsIn(targeting) - named.length,
    },
    sql`FROM ${notifications} JOIN json_each(${JSON.stringify(rows)}) AS named WHERE ${isIt}`,
  );
}

/** The statement that forgets which segments notifications name, where `isIt` holds for their rows. */
export function forgetUses(ctx: Ctx, isIt: SQL | undefined) {
  return ctx.db
    .delete(uses)
    .where(
      sql`${uses.notificationId} IN (SELECT ${notifications.id} FROM ${notifications} WHERE ${isIt})`,
    );
}

/** Returns the result of `writing`. Refuses `invalid` when it failed since a segment was deleted meanwhile. */
export async function orNoSegment<Result>(writing: PromiseLike<Result>): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    if (!refusedWith(error, NO_SEGMENT)) throw error;
    return refuse(invalidField(["targeting"], "must not name a segment that was deleted"));
  }
}

/** Notes that a notification begins to be sent with what its segments are now. May be repeated. */
export async function noteBegun(ctx: Ctx, notificationId: number): Promise<void> {
  const own = eq(uses.notificationId, notificationId);
  await ctx.db.batch([
    ctx.db
      .update(segments)
      .set({ used: sql`${segments.used} + 1`, lastUsedAt: ctx.now() })
      .where(sql`${segments.id} IN (SELECT ${uses.segmentId} FROM ${uses} WHERE ${own})`),
    ctx.db.delete(uses).where(own),
  ]);
}
