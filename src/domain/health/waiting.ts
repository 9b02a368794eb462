// What waits at present, as the database has it, and since when: the truth that is there whatever the platform tells of its
// queues. All counts are bounded.
import { and, eq, gt, inArray, isNull, lte, sql, type SQL } from "drizzle-orm";
import { NEEDS_RUN } from "../../db/notification-indexes.ts";
import { builds, notifications, webhookDeliveries } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Most of each kind that are counted: there are that many or more. */
export const MOST_WAITING = 1000;

/** How many wait, no more than MOST_WAITING, and since when the first does, ms; null for nobody. */
export interface Waiting {
  count: number;
  oldestAt: number | null;
}

export const WAITING = [
  /** Builds that no builder has taken; since they were triggered. */
  "builds_pending",
  /** Builds that are made; since they were begun. */
  "builds_building",
  /** Notifications that runs send, as what takes the direct path waits for nothing; since sending began. */
  "sends",
  /** Notifications that are due and not begun; since they were due. */
  "sends_due",
  /** Webhook deliveries that are due and in no lane; since they were due. */
  "deliveries",
  /** Those that wait in the lane of their account, many of them for a later attempt; since they were due. */
  "lane_deliveries",
] as const;
export type WaitingKind = (typeof WAITING)[number];

/** The statements whose rows `waitingOf` reads, in the order of WAITING, and last the batches that are open. */
export function waitingStatements(ctx: Ctx) {
  const now = ctx.now();
  const { status, lane, nextAttemptAt } = webhookDeliveries;
  const isPending = eq(status, "pending");
  const isDue = and(
    NEEDS_RUN,
    eq(notifications.status, "scheduled"),
    lte(notifications.scheduledAt, now),
  );
  const isOn = and(NEEDS_RUN, inArray(notifications.status, ["sending", "finalizing"]));
  const batches = sql`max(${notifications.totalBatches} - ${notifications.completedBatches}, 0)`;
  return [
    counted(ctx, sql`${builds.createdAt}`, sql`${builds} WHERE ${eq(builds.status, "pending")}`),
    counted(ctx, sql`${builds.startedAt}`, sql`${builds} WHERE ${eq(builds.status, "building")}`),
    counted(ctx, sql`${notifications.startedAt}`, sql`${notifications} WHERE ${isOn}`, batches),
    counted(ctx, sql`${notifications.scheduledAt}`, sql`${notifications} WHERE ${isDue}`),
    counted(
      ctx,
      sql`${nextAttemptAt}`,
      sql`${webhookDeliveries} WHERE ${and(isPending, isNull(lane), lte(nextAttemptAt, now))}`,
    ),
    counted(
      ctx,
      sql`iif(${nextAttemptAt} <= ${now}, ${nextAttemptAt}, NULL)`,
      sql`${webhookDeliveries} WHERE ${and(isPending, gt(lane, 0))}`,
    ),
  ] as const;
}

function counted(ctx: Ctx, since: SQL, from: SQL, batches = sql`0`) {
  const few = sql`SELECT ${since} AS since, ${batches} AS batches FROM ${from} LIMIT ${sql.raw(String(MOST_WAITING))}`;
  return ctx.db
    .select({
      count: sql<number>`count(*)`,
      oldestAt: sql<number | null>`min(since)`,
      batches: sql<number>`coalesce(sum(batches), 0)`,
    })
    .from(sql`(${few})`);
}

type Row = Waiting & { batches: number };

/** What the statements found: what waits, by kind, and how many batches of sends are not done. */
export function waitingOf(rows: readonly (readonly Row[])[]): {
  waiting: Record<WaitingKind, Waiting>;
  openBatches: number;
} {
  const found = WAITING.map((kind, at): [WaitingKind, Waiting] => {
    const { count = 0, oldestAt = null } = rows[at]?.[0] ?? {};
    return [kind, { count, oldestAt }];
  });
  return {
    waiting: Object.fromEntries(found) as Record<WaitingKind, Waiting>,
    openBatches: rows[WAITING.indexOf("sends")]?.[0]?.batches ?? 0,
  };
}
