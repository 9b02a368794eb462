// Opens an account for somebody who came in without an invitation.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { accounts, creditLedger, memberships } from "../../db/schema/index.ts";
import { nextMonthly } from "../../kit/time.ts";
import { auditEntry } from "../audit/entry.ts";
import type { Ctx } from "../context.ts";
import { planNamed } from "./operate-accounts.ts";
import { FREE_PLAN } from "./plans.ts";

/**
 * Opens an account on Free that the user owns, with the credits that the plan begins with, unless they are a member of an
 * account already: one transaction decides, so that two at once open one.
 */
export async function openOwnAccount(
  ctx: Ctx,
  user: { id: string; name: string; email: string },
): Promise<void> {
  const plan = await planNamed(ctx, FREE_PLAN);
  const now = ctx.now();
  const isNobody = sql`WHERE NOT EXISTS
    (SELECT 1 FROM ${memberships} WHERE ${memberships.userId} = ${user.id})`;
  // Ids only grow, so the newest account is the one that the first statement opened, if it did.
  const opened = sql`(SELECT max(${accounts.id}) FROM ${accounts})`;
  const row = {
    name: user.name,
    email: user.email,
    planId: plan.id,
    renewalAnchor: now,
    renewalAt: nextMonthly(now, now),
    createdAt: now,
  };
  const credits = {
    accountId: opened,
    delta: plan.monthlyCredits ?? 0,
    reference: sql`'opening:' || ${opened}`,
    createdAt: now,
  };
  const membership = { accountId: opened, userId: user.id, role: "owner" as const, createdAt: now };
  const doer = { accountId: opened, by: { kind: "person" as const, person: user } };
  await ctx.db.batch([
    insertFrom(ctx.db, accounts, row, isNobody),
    auditEntry(
      { ...ctx, principal: doer },
      { did: "account.create", id: opened, name: user.name, facts: { plan: plan.name } },
    ),
    insertFrom(ctx.db, creditLedger, credits, isNobody),
    insertFrom(ctx.db, memberships, membership, isNobody),
  ]);
}
