// What a suspended account is: one that whoever runs the installation has stopped (src/domain/operators). Nothing is begun
// for it any more. Its flag comes along with the query that finds who is asking, so that no request pays for it; and triggers
// (migrations/0001) refuse its builds and sends in the statement that would make them, so that nothing that began a moment
// earlier slips through.
import { eq, sql, type AnyColumn, type SQL } from "drizzle-orm";
import { refusedWith } from "../../db/refused-with.ts";
import { accounts } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";

/** What the triggers say that keep a suspended account from beginning something. */
const REFUSED = "account_suspended";

/** Why a send or a build of a suspended account was cancelled: as the reason of the one, in the log of the other. */
export const WHY_CANCELLED = "the account was suspended";

/** What is known of an account that may be suspended. */
export interface MaybeSuspended {
  suspendedAt: number | null;
  suspendedReason: string | null;
}

/** The columns that tell it, for queries that join `accounts`. */
export const SUSPENSION = {
  suspendedAt: accounts.suspendedAt,
  suspendedReason: accounts.suspendedReason,
};

/** Refuses `account_suspended` for one that is. */
export function requireActive({ suspendedAt, suspendedReason }: MaybeSuspended): void {
  if (suspendedAt === null) return;
  refuse({ code: "account_suspended", since: suspendedAt, reason: suspendedReason ?? "" });
}

/** The condition that the account with this id, a column of another table, is suspended. */
export function isSuspended(accountId: AnyColumn): SQL {
  return sql`EXISTS (SELECT 1 FROM ${accounts} AS stopped
    WHERE stopped.id = ${accountId} AND stopped.suspended_at IS NOT NULL)`;
}

/** Whether the database refused a write because its account is suspended. */
export function isForSuspension(error: unknown): boolean {
  return refusedWith(error, REFUSED);
}

/** Returns the result of `work`. Refuses `account_suspended` where that failed because the account was suspended meanwhile. */
export async function orSuspended<Result>(
  ctx: Ctx,
  accountId: number,
  work: PromiseLike<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (isForSuspension(error)) await requireActiveNow(ctx, accountId);
    throw error;
  }
}

/** Refuses `account_suspended` if the account is suspended at present, with a query of its own. */
export async function requireActiveNow(ctx: Ctx, accountId: number): Promise<void> {
  const [account] = await ctx.db
    .select(SUSPENSION)
    .from(accounts)
    .where(eq(accounts.id, accountId));
  if (account) requireActive(account);
}
