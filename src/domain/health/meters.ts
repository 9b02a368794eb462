// Meters: how often things happened in the installation, in stretches of ten minutes. What counts something does so in the
// batch of statements that makes it so, a row for all of it: so the counts are exact, and cost next to nothing. After a day
// (`keptMs`) a stretch is added to the row of all before, so that sums never fall and few rows are read for them.
import { and, eq, gt, gte, lt, notInArray, sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { meters } from "../../db/schema/index.ts";
import { DAY_MS, MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** Length of a stretch, ms. */
export const BUCKET_MS = 10 * MINUTE_MS;
/** Most keys of a row: a guard against names from outside. Ours are about 150, so that no sum loses one. The rarest go. */
const MOST_KEYS = 300;
/** The same where the keys are from outside, and only the first few are ever looked at: all of a day are read for that. */
const MOST_FROM_OUTSIDE = 40;

/** The meters, and how long each keeps its stretches, ms. `isTotal`: what is older is added up, and not forgotten. */
const METERS = {
  /** `<provider>:<sent or reason>` of recipients, `<provider>:retry`, a histogram each; `end:<status>` with one of sends. */
  sends: { keptMs: DAY_MS, isTotal: true },
  /** `completed`, `cancelled`, `failed:<code>`; histograms of `wait:` and `took:`. */
  builds: { keptMs: DAY_MS, isTotal: true },
  /** By queue. */
  dead_letters: { keptMs: 7 * DAY_MS, isTotal: true },
  /** By host: batches that it kept waiting. */
  slow_hosts: { keptMs: DAY_MS, isTotal: false },
} as const;

/** Before the host in counts of a batch: of those a run makes the meter `slow_hosts`. */
export const SLOW_PREFIX = "slow:";

export type MeterName = keyof typeof METERS;
export type Counts = Record<string, number>;
const NAMES = Object.keys(METERS) as MeterName[];
/** Those whose keys are from outside. They are asked for by themselves. */
const OF_OUTSIDE = NAMES.filter((name) => !METERS[name].isTotal);

/** When the stretch began that `at` is in, ms. */
export const bucketOf = (at: number) => at - (at % BUCKET_MS);

/**
 * The statement that adds counts to a meter, to be run in the batch of what is counted. `pairs` is a query with the columns
 * `key` and `value`; what is not above zero is left out, and where nothing is left no row is written.
 */
export function addCounts(ctx: Ctx, name: MeterName, pairs: SQL) {
  const most = METERS[name].isTotal ? MOST_KEYS : MOST_FROM_OUTSIDE;
  const summed = sql`SELECT json_group_object(key, value) AS added FROM (
    SELECT key, sum(value) AS value FROM (${pairs}) GROUP BY key HAVING sum(value) > 0
    ORDER BY sum(value) DESC LIMIT ${sql.raw(String(most))})`;
  return ctx.db
    .insert(meters)
    .select(sql`SELECT ${bucketOf(ctx.now())}, ${name}, added FROM (${summed}) WHERE added <> '{}'`)
    .onConflictDoUpdate({ target: [meters.bucket, meters.name], set: { counts: added(most) } });
}

/** The counts of a row and of the one that it refused, added up. */
function added(most: number): SQL {
  const both = sql`SELECT key, value FROM json_each(${meters}.counts)
    UNION ALL SELECT key, value FROM json_each(excluded.counts)`;
  return sql`(SELECT json_group_object(key, total) FROM (SELECT key, sum(value) AS total FROM (${both})
    GROUP BY key ORDER BY total DESC LIMIT ${sql.raw(String(most))}))`;
}

/** The query of `key` and `value` that counts these. */
export function pairsOf(counts: Readonly<Counts>): SQL {
  return sql`SELECT key, value FROM json_each(${JSON.stringify(counts)})`;
}

/** Adds stretches that were kept for long enough to the row of all before, or forgets them. May be repeated. */
export async function foldMeters(ctx: Ctx): Promise<void> {
  const [first, ...others] = NAMES.flatMap((name) => foldingOf(ctx, name));
  if (first) await ctx.db.batch([first, ...others]);
}

function foldingOf(ctx: Ctx, name: MeterName): BatchItem<"sqlite">[] {
  const { keptMs, isTotal } = METERS[name];
  const isOld = and(
    eq(meters.name, name),
    gt(meters.bucket, 0),
    lt(meters.bucket, bucketOf(ctx.now() - keptMs)),
  );
  const pairs = sql`SELECT pair.key, sum(pair.value) AS value FROM ${meters}, json_each(${meters.counts}) AS pair
    WHERE ${isOld} GROUP BY pair.key`;
  const folded = ctx.db
    .insert(meters)
    .select(
      sql`SELECT 0, ${name}, added FROM (SELECT json_group_object(key, value) AS added FROM (${pairs})) WHERE added <> '{}'`,
    )
    .onConflictDoUpdate({
      target: [meters.bucket, meters.name],
      set: { counts: added(MOST_KEYS) },
    });
  const gone = ctx.db.delete(meters).where(isOld);
  return isTotal ? [folded, gone] : [gone];
}

/** Those of our own keys: what is read whole. */
const isOurs = notInArray(meters.name, OF_OUTSIDE);

/** A row of a meter. */
export type Stretch = typeof meters.$inferSelect;

/**
 * The query of all that was ever counted by keys of our own, some 300 rows. They are added up here and not in SQL, where D1
 * bills each key as a row that was read: 76,000 of them.
 */
export function everCounted(ctx: Ctx) {
  return ctx.db.select().from(meters).where(isOurs);
}

/** The query of the same since `at`, ms: from the beginning of its stretch. */
export function countedSince(ctx: Ctx, at: number, name?: MeterName) {
  const which = name === undefined ? isOurs : eq(meters.name, name);
  return ctx.db
    .select()
    .from(meters)
    .where(and(gte(meters.bucket, bucketOf(at)), which));
}

/** Rows of such a query, added up by meter. */
export function byMeter(rows: readonly Stretch[]): Record<MeterName, Counts> {
  const of = (name: MeterName): Counts => {
    const sums: Counts = {};
    for (const { counts } of rows.filter((row) => row.name === name)) {
      for (const [key, value] of Object.entries(counts)) sums[key] = (sums[key] ?? 0) + value;
    }
    return sums;
  };
  return Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Record<MeterName, Counts>;
}
