// Finds the principal behind an API key, with its account, plan and subscription, in one query.
import { and, eq, isNull, lt, or } from "drizzle-orm";
import { accounts, apiKeys, plans, planSubscriptions } from "../../db/schema/index.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { Ctx, Principal } from "../context.ts";
import type { Scope } from "../scopes.ts";

/**
 * `last_used_at` is written at most this often, ms: a write for each request would cost more than the exact time is
 * worth.
 */
const LAST_USED_GRAIN_MS = MINUTE_MS;

/** Returns the principal whose key has this SHA-256, or when it expired, ms; null when there is no such key. */
export async function authenticateKey(
  ctx: Ctx,
  keyHash: string,
): Promise<Principal | { expiredAt: number } | null> {
  const now = ctx.now();
  const [row] = await ctx.db
    .select({ key: apiKeys, account: accounts, plan: plans, subscription: planSubscriptions })
    .from(apiKeys)
    .innerJoin(accounts, eq(accounts.id, apiKeys.accountId))
    .innerJoin(plans, eq(plans.id, accounts.planId))
    .leftJoin(
      planSubscriptions,
      and(eq(planSubscriptions.accountId, accounts.id), eq(planSubscriptions.status, "active")),
    )
    .where(and(eq(apiKeys.keyHash, keyHash), isNull(accounts.deletedAt)));
  if (!row) return null;
  const { expiresAt } = row.key;
  if (expiresAt !== null && expiresAt <= now) return { expiredAt: expiresAt };
  if ((row.key.lastUsedAt ?? 0) < now - LAST_USED_GRAIN_MS) {
    ctx.defer(
      ctx.db
        .update(apiKeys)
        .set({ lastUsedAt: now })
        .where(
          and(
            eq(apiKeys.id, row.key.id),
            or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, now - LAST_USED_GRAIN_MS)),
          ),
        )
        .run(),
    );
  }
  return {
    accountId: row.account.id,
    by: { kind: "key", keyId: row.key.id, name: row.key.name },
    scopes: row.key.scopes as Scope[],
    appIds: row.key.appIds,
    expiresAt,
    account: row.account,
    plan: row.plan,
    subscription: row.subscription,
  };
}
