// Monthly credits: each account whose renewal is due gets the grant of its plan, once for each due date, even if this
// runs often or twice at once.
import { and, eq, isNull, lte } from "drizzle-orm";
import { accounts, plans } from "../../db/schema/index.ts";
import { nextMonthly } from "../../kit/time.ts";
import type { Ctx, Plan } from "../context.ts";
import { moveCredits } from "./credits.ts";

/** Most accounts renewed in one run; the run of the next minute takes the rest. */
const RENEWALS_A_RUN = 100;

/** The statement that grants an account the credits that are due at `renewalAt`, ms. */
function grant(ctx: Ctx, accountId: number, credits: number | null, renewalAt: number) {
  return moveCredits(ctx, accountId, credits ?? 0, `renewal:${accountId}:${renewalAt}`);
}

/**
 * The statements that grant all credits that are due under the account's present plan and have not been granted yet.
 */
export function grantsDue(
  ctx: Ctx,
  account: { id: number; renewalAnchor: number; renewalAt: number; plan: Plan },
) {
  const { id, plan, renewalAnchor } = account;
  const grants = [];
  for (let at = account.renewalAt; at <= ctx.now(); at = nextMonthly(renewalAnchor, at)) {
    grants.push(grant(ctx, id, plan.monthlyCredits, at));
  }
  return grants;
}

/** Grants the credits that are due; returns how many accounts were due. */
export async function grantRenewals(ctx: Ctx): Promise<number> {
  const now = ctx.now();
  const due = await ctx.db
    .select({
      id: accounts.id,
      anchor: accounts.renewalAnchor,
      renewalAt: accounts.renewalAt,
      credits: plans.monthlyCredits,
    })
    .from(accounts)
    .innerJoin(plans, eq(plans.id, accounts.planId))
    .where(and(lte(accounts.renewalAt, now), isNull(accounts.deletedAt)))
    .limit(RENEWALS_A_RUN);
  for (const account of due) {
    await ctx.db.batch([
      grant(ctx, account.id, account.credits, account.renewalAt),
      ctx.db
        .update(accounts)
        .set({ renewalAt: nextMonthly(account.anchor, account.renewalAt) })
        .where(and(eq(accounts.id, account.id), eq(accounts.renewalAt, account.renewalAt))),
    ]);
  }
  return due.length;
}
