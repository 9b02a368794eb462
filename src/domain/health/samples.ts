// How many batches waited in the last day, most of each ten minutes: the cron looks each minute.
import { gte, lt, sql } from "drizzle-orm";
import { queueSamples } from "../../db/schema/index.ts";
import { DAY_MS, MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { QueueBacklog } from "../ports/queues.ts";
import { bucketOf } from "./meters.ts";
import { waitingOf, waitingStatements } from "./waiting.ts";

/** Batches that wait: in their queues, or where these don't tell, those of sends that are not done. */
export function batchesWaiting(queues: readonly QueueBacklog[], openBatches: number): number {
  const told = queues.filter(({ queue }) => queue === "batches" || queue === "slow_batches");
  const known = told.flatMap(({ messages }) => (messages === null ? [] : [messages]));
  return known.length === 0 ? openBatches : known.reduce((sum, count) => sum + count, 0);
}

/** Notes how many batches wait, and forgets what is older than a day. */
export async function sampleQueues(ctx: Ctx): Promise<void> {
  const [queues, rows] = await Promise.all([
    ctx.queueBacklogs(),
    ctx.db.batch(waitingStatements(ctx)),
  ]);
  const batches = batchesWaiting(queues, waitingOf(rows).openBatches);
  const now = ctx.now();
  await ctx.db.batch([
    ctx.db
      .insert(queueSamples)
      .values({ bucket: bucketOf(now), batches })
      .onConflictDoUpdate({
        target: queueSamples.bucket,
        set: { batches: sql`max(${queueSamples.batches}, excluded.batches)` },
      }),
    ctx.db.delete(queueSamples).where(lt(queueSamples.bucket, now - DAY_MS - MINUTE_MS)),
  ]);
}

/** The query of what waited since `at`, ms, the earliest first. */
export function samplesSince(ctx: Ctx, at: number) {
  return ctx.db
    .select()
    .from(queueSamples)
    .where(gte(queueSamples.bucket, bucketOf(at)))
    .orderBy(queueSamples.bucket);
}
