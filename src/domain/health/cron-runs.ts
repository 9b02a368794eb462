// When the schedules of the Worker ran: a row a schedule, written when it begins and when its jobs are through. Two writes a
// minute cost 9 cents a month; a row a job would be fourteen times that.
import { eq, sql } from "drizzle-orm";
import { cronRuns } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** The schedules as `crons` of wrangler.toml has them. */
export const EACH_MINUTE = "* * * * *";
/** Counters of the days before. */
export const COUNTING = "0 2 * * *";
/** What is old enough to go. */
export const EXPIRING = "0 3 * * *";

/** A schedule and how its jobs last went. */
export type CronRun = typeof cronRuns.$inferSelect;
/** How a job of a schedule last went. */
export type CronPart = CronRun["parts"][string];

/** Longest error that is kept of a job, characters. */
const MAX_ERROR = 200;

/** Notes that `schedule` began, and returns how its jobs went before. */
export async function noteBegun(ctx: Ctx, schedule: string): Promise<CronRun["parts"]> {
  const begunAt = ctx.now();
  const [row] = await ctx.db
    .insert(cronRuns)
    .values({ schedule, begunAt, parts: {} })
    .onConflictDoUpdate({ target: cronRuns.schedule, set: { begunAt: sql`excluded.begun_at` } })
    .returning({ parts: cronRuns.parts });
  return row?.parts ?? {};
}

/** Notes that the jobs of `schedule` are through, and how each went. */
export async function noteEnded(
  ctx: Ctx,
  schedule: string,
  parts: CronRun["parts"],
): Promise<void> {
  await ctx.db
    .update(cronRuns)
    .set({ endedAt: ctx.now(), parts })
    .where(eq(cronRuns.schedule, schedule));
}

/** How a job went that began at `begunAt`, ms, after it went as `before` the last time; `error`: why it failed, if it did. */
export function partOf(
  before: CronPart | undefined,
  { begunAt, now, error }: { begunAt: number; now: number; error?: Error },
): CronPart {
  const tookMs = now - begunAt;
  const { error: last = null, failedAt = null, failures = 0 } = before ?? {};
  if (error === undefined) return { tookMs, failures: 0, error: last, failedAt };
  // Only the first line: what follows may be a query's values.
  const [line = ""] = error.message.split("\n");
  return { tookMs, failures: failures + 1, error: line.slice(0, MAX_ERROR), failedAt: now };
}
