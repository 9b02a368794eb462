// How long things took, counted by the bounds that they stayed within: a few numbers for however many there were. A
// histogram is a part of a meter's counts, with the keys `le:<bound>`, `le:inf` and `ms`, the sum.
import { sql, type SQL } from "drizzle-orm";

/** Upper bounds, ms, of what a provider's answer takes: 10 s is the longest that one is waited for. */
export const ANSWER_BOUNDS = [25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000] as const;
/** Of a send, from when it began to its last batch: seconds, and for local times a day. */
export const SEND_BOUNDS = [
  1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000,
] as const;
/** Of a build's wait and of its making: seconds, and an hour where no builder is there. */
export const BUILD_BOUNDS = [
  1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
] as const;

/** Most that a single wait adds to a sum, ms: a clock that was set forward must not spoil it. */
const LONGEST_MS = 7 * 86_400_000;

/** A histogram: how many were within each bound and above the one before, the last beyond all; and their sum, ms. */
export interface Histogram {
  bounds: readonly number[];
  within: number[];
  sumMs: number;
}

/** Counts one thing that took `ms` in `counts`, below the keys that begin with `prefix`. */
export function observe(
  counts: Record<string, number>,
  prefix: string,
  bounds: readonly number[],
  ms: number,
): void {
  const took = Math.min(Math.max(Math.round(ms), 0), LONGEST_MS);
  const key = `${prefix}le:${bounds.find((bound) => took <= bound) ?? "inf"}`;
  counts[key] = (counts[key] ?? 0) + 1;
  counts[`${prefix}ms`] = (counts[`${prefix}ms`] ?? 0) + took;
}

/** The same in SQL: a query of `key` and `value`, for one thing that took `ms`; `from` is where that comes from. */
export function observed(prefix: string, bounds: readonly number[], ms: SQL, from: SQL): SQL {
  const took = sql`min(max(${ms}, 0), ${sql.raw(String(LONGEST_MS))})`;
  const list = sql.raw(`'[${bounds.join()}]'`);
  const bound = sql`coalesce((SELECT min(b.value) FROM json_each(${list}) AS b WHERE b.value >= ${took}), 'inf')`;
  const label = sql.raw(`'${prefix}`);
  return sql`SELECT ${label}le:' || ${bound} AS key, 1 AS value ${from}
    UNION ALL SELECT ${label}ms', ${took} ${from}`;
}

/** Reads the histogram below the keys that begin with `prefix`. */
export function histogramOf(
  counts: Readonly<Record<string, number>>,
  prefix: string,
  bounds: readonly number[],
): Histogram {
  const within = [...bounds, "inf"].map((bound) => counts[`${prefix}le:${bound}`] ?? 0);
  return { bounds, within, sumMs: counts[`${prefix}ms`] ?? 0 };
}

/**
 * Below which time this part of all was, ms, as exactly as the bounds allow: within one it is taken to be spread evenly.
 * null for nothing counted; the last bound for whatever lies beyond it.
 */
export function quantile({ bounds, within }: Histogram, part: number): number | null {
  const total = within.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = part * total;
  for (const [at, count] of within.entries()) {
    const from = bounds[at - 1] ?? 0;
    const to = bounds[at];
    if (to === undefined) break;
    if (left <= count) return Math.round(from + ((to - from) * left) / count);
    left -= count;
  }
  return bounds.at(-1) ?? null;
}
