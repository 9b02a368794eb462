// How the installation stands at present: what waits and since when, who builds, when the schedules ran, and how large the
// database is. For the page of operators and for monitoring alike. One round trip, with a call to the pool beside it.
import { sql } from "drizzle-orm";
import { builders, cronRuns } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { HEARD_MS, type BuilderState } from "../ports/builds.ts";
import type { QueueBacklog } from "../ports/queues.ts";
import type { CronRun } from "./cron-runs.ts";
import { byMeter, everCounted, type Counts, type MeterName } from "./meters.ts";
import { waitingOf, waitingStatements, type Waiting, type WaitingKind } from "./waiting.ts";

/**
 * Largest database, bytes: 10 GB on the paid plan, which can't be raised
 * (https://developers.cloudflare.com/d1/platform/limits/).
 */
export const DATABASE_LIMIT_BYTES = 10_000_000_000;

export interface Gauges {
  /** When they were read, ms. */
  at: number;
  /** How long the database took to answer, ms. */
  readMs: number;
  databaseBytes: number;
  waiting: Record<WaitingKind, Waiting>;
  /** Batches of sends that are not done. */
  openBatches: number;
  queues: QueueBacklog[];
  builders: { registered: number; heard: number };
  crons: CronRun[];
}

/** Reads all of it. */
export async function readGauges(ctx: Ctx): Promise<Gauges> {
  const at = ctx.now();
  const [queues, states, { rows, readMs }] = await Promise.all([
    ctx.queueBacklogs(),
    statesOf(ctx),
    readRows(ctx),
  ]);
  const [size, crons, registered, ...waiting] = rows;
  return {
    at,
    readMs,
    databaseBytes: size.meta.size_after,
    ...waitingOf(waiting),
    queues,
    builders: {
      registered: registered[0]?.count ?? 0,
      heard: states.filter(({ lastSeenAt }) => lastSeenAt > at - HEARD_MS).length,
    },
    crons,
  };
}

/** What the pool knows of builders; of one that can't be asked, none is heard of, and all else is told. */
async function statesOf(ctx: Ctx): Promise<BuilderState[]> {
  try {
    return await ctx.builderPool().states();
  } catch (error) {
    ctx.log.error("pool_not_asked", error);
    return [];
  }
}

async function readRows(ctx: Ctx) {
  const begunAt = ctx.now();
  const rows = await ctx.db.batch([
    // The answer to any statement tells the database's size.
    ctx.db.run(sql`SELECT 1`),
    ctx.db.select().from(cronRuns),
    ctx.db.select({ count: sql<number>`count(*)` }).from(builders),
    ...waitingStatements(ctx),
  ]);
  return { rows, readMs: ctx.now() - begunAt };
}

/** Reads what monitoring is told, side by side: the gauges, and all that was ever counted. */
export async function readMetrics(
  ctx: Ctx,
): Promise<{ gauges: Gauges; counts: Record<MeterName, Counts> }> {
  const [gauges, rows] = await Promise.all([readGauges(ctx), everCounted(ctx)]);
  return { gauges, counts: byMeter(rows) };
}
