// What the counting Worker (index.ts) counted since somebody last took it: in memory, which the Worker and its objects
// share on the local stack.

/** What is counted: what the platform bills, and, last, what its limits are about. */
export const LINES = [
  "Worker requests",
  "queue operations",
  "rows read",
  "rows written",
  "object requests",
  "object milliseconds",
  "object rows read",
  "object rows written",
  "R2 writes",
  "R2 reads",
  "log lines",
  "database calls",
  "statements",
  "outside fetches",
] as const;

export type Line = (typeof LINES)[number];

export interface Count {
  line: Line;
  /** Who caused it: `request`, `builder`, `queue`, `cron`, or the class of an object. */
  by: string;
  /** What it was done to: a statement and its table, a method of a class, a queue. */
  of: string;
  amount: number;
}

/** Where the counts are taken. */
export const COUNTS_PATH = "/bench/counts";
/** Where a schedule is run at once: `?cron=0 3 * * *`. */
export const CRON_PATH = "/bench/cron";

const counted = new Map<string, Count>();

/** Adds to what is counted. */
export function count(line: Line, by: string, of: string, amount = 1): void {
  const key = JSON.stringify([line, by, of]);
  const known = counted.get(key);
  if (known) known.amount += amount;
  else counted.set(key, { line, by, of, amount });
}

/** Returns what was counted since the last call. */
export function takeCounts(): Count[] {
  const taken = [...counted.values()];
  counted.clear();
  return taken;
}
