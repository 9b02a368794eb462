// The ledger of an account's build credits, as its members read it, and how fast credits are used.
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts, apps, builds, creditLedger } from "../../db/schema/index.ts";
import { wholeNumber } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { DAY_MS, nextMonthly } from "../../kit/time.ts";
import type { AccountCtx } from "../context.ts";

/** Entries of a page. */
export const CREDITS_OF_PAGE = 20;
/** Entries by which the pace is told: those of the last ones, where a period has more. */
const PACED_ENTRIES = 1000;
/** Time that a pace takes to be one, ms. */
const SHORTEST_PACE_MS = DAY_MS;
/** A month and some days, ms: the renewal before the next one is no longer ago. */
const MONTH_MS = 32 * DAY_MS;

export const CreditsQuery = z.strictObject({
  /** Only entries that are older than the one with this id, which is how one page follows another. */
  before: wholeNumber(1, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
});

/** Credits that were given or taken. */
export interface CreditEntry {
  id: number;
  /** What for: a build, one that was given back, the monthly grant, what an account begins with, or what an operator set. */
  cause: "build" | "refund" | "renewal" | "opening" | "set";
  delta: number;
  /** What the account had after it. */
  balance: number;
  createdAt: number;
  /** The build, and its app; null for another cause, and for a build that is gone. */
  build: { id: number; appId: number; appName: string } | null;
}

/** What follows the cause in a reference: of builds, their own. */
const OF_REFERENCE = sql`substr(${creditLedger.reference}, instr(${creditLedger.reference}, ':') + 1)`;

/** Returns a page of the ledger, newest first, and the `before` of the next one. Refuses `invalid`. */
export async function listCredits(
  ctx: AccountCtx,
  query: unknown,
): Promise<{ rows: CreditEntry[]; next: number | null }> {
  const { before } = parse(CreditsQuery, query);
  const { accountId } = ctx.principal;
  const found = await ctx.db
    .select({
      id: creditLedger.id,
      reference: creditLedger.reference,
      delta: creditLedger.delta,
      balance: creditLedger.balance,
      createdAt: creditLedger.createdAt,
      buildId: builds.id,
      appId: apps.id,
      appName: apps.name,
    })
    .from(creditLedger)
    .leftJoin(builds, and(eq(builds.reference, OF_REFERENCE), eq(builds.accountId, accountId)))
    .leftJoin(apps, eq(apps.id, builds.appId))
    .where(and(eq(creditLedger.accountId, accountId), lt(creditLedger.id, before)))
    .orderBy(desc(creditLedger.id))
    .limit(CREDITS_OF_PAGE + 1);
  const rows = found
    .slice(0, CREDITS_OF_PAGE)
    .map(({ reference, buildId, appId, appName, ...entry }) => ({
      ...entry,
      cause: reference.slice(0, reference.indexOf(":")) as CreditEntry["cause"],
      build:
        buildId === null || appId === null || appName === null
          ? null
          : { id: buildId, appId, appName },
    }));
  return { rows, next: found.length > CREDITS_OF_PAGE ? (rows.at(-1)?.id ?? null) : null };
}

export interface Pace {
  /** Credits that builds took since the last renewal, without those that were given back. */
  used: number;
  /** How many it will be by the next one, if it goes on so; null while too little time has passed. */
  byRenewal: number | null;
}

/**
 * Returns how fast the account uses its credits. Where a period has more than PACED_ENTRIES entries, `used` is told from the
 * time that the newest ones cover.
 */
export async function creditPace(ctx: AccountCtx): Promise<Pace> {
  const { accountId, account } = ctx.principal;
  const newest = sql`SELECT ${creditLedger.delta} AS delta, ${creditLedger.reference} AS reference,
      ${creditLedger.createdAt} AS at FROM ${creditLedger}
    WHERE ${creditLedger.accountId} = ${accountId} ORDER BY ${creditLedger.id} DESC LIMIT ${PACED_ENTRIES}`;
  const [found] = await ctx.db
    .select({
      anchor: accounts.renewalAnchor,
      entries: sql<string>`(SELECT json_group_array(json_array(at,
        iif(reference LIKE 'build:%' OR reference LIKE 'refund:%', -delta, 0))) FROM (${newest})
      WHERE at >= ${account.renewalAt - MONTH_MS})`,
    })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  if (!found) return { used: 0, byRenewal: null };
  const began = lastRenewal(found.anchor, account.renewalAt);
  const all = JSON.parse(found.entries) as [number, number][];
  const entries = all.filter(([at]) => at >= began);
  return paceOf(entries, {
    began: Math.max(began, account.createdAt),
    now: ctx.now(),
    renewalAt: account.renewalAt,
    isCut: entries.length === PACED_ENTRIES,
  });
}

/** The pace of these entries, each with when it was and the credits that it took. */
export function paceOf(
  entries: readonly (readonly [at: number, taken: number])[],
  period: { began: number; now: number; renewalAt: number; isCut: boolean },
): Pace {
  const taken = entries.reduce((sum, [, each]) => sum + each, 0);
  const from = period.isCut ? Math.min(...entries.map(([at]) => at)) : period.began;
  const covered = Math.max(1, period.now - from);
  const used = period.isCut ? Math.round((taken / covered) * (period.now - period.began)) : taken;
  if (period.now - period.began < SHORTEST_PACE_MS) return { used, byRenewal: null };
  const more = (taken / covered) * Math.max(0, period.renewalAt - period.now);
  // What was given back may have been taken before the period.
  return { used, byRenewal: Math.max(0, Math.round(used + more)) };
}

/** The renewal before the next one, ms. */
function lastRenewal(anchor: number, next: number): number {
  let at = anchor;
  for (let after = next - MONTH_MS; ; after = at) {
    const following = nextMonthly(anchor, after);
    if (following >= next) return at;
    at = following;
  }
}
