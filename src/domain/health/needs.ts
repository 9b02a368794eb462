// What of the installation's health needs somebody to do something. Pure.
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../kit/time.ts";
import { CRON_LATE_MS } from "./check-deep.ts";
import { DATABASE_LIMIT_BYTES } from "./read-gauges.ts";
import type { Health } from "./read-health.ts";
import { COUNTING, EACH_MINUTE, EXPIRING } from "./cron-runs.ts";

/** From which part of its limit on the database counts as nearly full: there is time to delete something then. */
const NEARLY_FULL = 0.8;
/** A message that waits for longer than this is not merely behind others, ms. */
const QUEUE_OLD_MS = 5 * MINUTE_MS;
/** A build that waits for longer than this has nobody who makes it soon, ms. */
const BUILD_OLD_MS = 15 * MINUTE_MS;
/** A job that failed so often in a row fails for a reason. */
const JOB_FAILURES = 3;
/** Most of them that are named: where all fail, one reason is behind it. */
const MOST_JOBS = 5;
/** When each schedule is late, ms after its jobs were last through. */
const LATE_MS: Readonly<Record<string, number>> = {
  [EACH_MINUTE]: CRON_LATE_MS,
  [COUNTING]: DAY_MS + HOUR_MS,
  [EXPIRING]: DAY_MS + HOUR_MS,
};

export type Need =
  | { kind: "credential"; complaint: Health["complaints"][number] }
  /** More than are named. */
  | { kind: "credentials"; more: number }
  /** `registered`: how many there should be. */
  | { kind: "no_builder"; registered: number }
  | { kind: "builds_wait"; count: number; forMs: number }
  /** `endedAt`, ms; null: it never ran. */
  | { kind: "cron_late"; schedule: string; endedAt: number | null }
  | { kind: "job_fails"; job: string; failures: number; error: string | null }
  /** More than are named. */
  | { kind: "jobs_fail"; more: number }
  | { kind: "queue_old"; queue: string; forMs: number }
  | { kind: "database_full"; part: number }
  | { kind: "dead_letters"; count: number };

/** Returns what is to be done, the gravest first. */
export function needsOf(health: Health): Need[] {
  return [
    ...cronNeeds(health),
    ...databaseNeeds(health),
    ...builderNeeds(health),
    ...queueNeeds(health),
    ...credentialNeeds(health),
  ];
}

function cronNeeds({ at, crons }: Health): Need[] {
  const known = crons.some(({ schedule }) => schedule === EACH_MINUTE);
  const never: Need[] = known ? [] : [{ kind: "cron_late", schedule: EACH_MINUTE, endedAt: null }];
  const late = crons.flatMap(({ schedule, begunAt, endedAt }): Need[] => {
    const since = endedAt ?? begunAt;
    const isLate = since < at - (LATE_MS[schedule] ?? Infinity);
    return isLate ? [{ kind: "cron_late", schedule, endedAt }] : [];
  });
  const failing = crons.flatMap(({ parts }) =>
    Object.entries(parts).flatMap(([job, { failures, error }]): Need[] =>
      failures >= JOB_FAILURES ? [{ kind: "job_fails", job, failures, error }] : [],
    ),
  );
  const more = failing.length - MOST_JOBS;
  const others: Need[] = more > 0 ? [{ kind: "jobs_fail", more }] : [];
  return [...never, ...late, ...failing.slice(0, MOST_JOBS), ...others];
}

function databaseNeeds({ databaseBytes }: Health): Need[] {
  const part = databaseBytes / DATABASE_LIMIT_BYTES;
  return part >= NEARLY_FULL ? [{ kind: "database_full", part }] : [];
}

function builderNeeds({ at, builders, waiting }: Health): Need[] {
  const { registered, heard } = builders;
  if (heard === 0) return [{ kind: "no_builder", registered }];
  const { count, oldestAt } = waiting.builds_pending;
  const forMs = oldestAt === null ? 0 : at - oldestAt;
  return forMs > BUILD_OLD_MS ? [{ kind: "builds_wait", count, forMs }] : [];
}

function queueNeeds({ at, queues, waiting, deadLetters }: Health): Need[] {
  // What is for slow hosts may wait for long.
  const old = queues
    .filter(({ queue }) => queue !== "slow_batches")
    .map(({ queue, oldestAt }) => ({ queue: queue as string, oldestAt }));
  const inDatabase = (["sends_due", "deliveries"] as const).map((queue) => {
    return { queue, oldestAt: waiting[queue].oldestAt };
  });
  const due = [...old, ...inDatabase].flatMap((each): Need[] => {
    const forMs = each.oldestAt === null ? 0 : at - each.oldestAt;
    return forMs > QUEUE_OLD_MS ? [{ kind: "queue_old", queue: each.queue, forMs }] : [];
  });
  const letters: Need[] = deadLetters > 0 ? [{ kind: "dead_letters", count: deadLetters }] : [];
  return [...due, ...letters];
}

function credentialNeeds({ complaints, complained }: Health): Need[] {
  const named = complaints.map((complaint): Need => ({ kind: "credential", complaint }));
  const more = complained - named.length;
  return more > 0 ? [...named, { kind: "credentials", more }] : named;
}
