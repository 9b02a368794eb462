// How many subscribers an app may have, by its account's plan. Anybody can register devices with an app's public key, so
// the number has to end. Subscribers that get nothing any more make room for new ones.
import { eq, sql, type SQL } from "drizzle-orm";
import { accounts, appCounts, apps, plans, subscribers } from "../../db/schema/index.ts";
import { invalidField, type Refusal } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";

/** Subscribers of each app on the plan Free, and on a plan that does not say how many. */
export { DEFAULT_MAX_SUBSCRIBERS } from "../../db/schema/index.ts";

/** One new subscriber. */
const ONE = sql`1`;

/**
 * The condition that the app has room for `added` more subscribers (an SQL expression). It is not true when the app was
 * deleted.
 */
export function hasRoom(appId: number, added: SQL = ONE): SQL {
  return sql`(${added} = 0 OR ${excess(appId, added)} <= 0)`;
}

/**
 * The statement that deletes as many subscribers as are needed to make room for `added` more: those that are inactive,
 * beginning with the oldest, and then those that unsubscribed. It spares those whose address is in `tokens`.
 */
export function makeRoom(ctx: Ctx, appId: number, tokens: readonly string[], added: SQL = ONE) {
  // By the index on (app, status, id): these statuses come after `active` in it.
  return ctx.db.delete(subscribers).where(
    sql`${subscribers.id} IN (SELECT spare.id FROM ${subscribers} AS spare
      WHERE spare.app_id = ${appId} AND spare.status > 'active'
        AND (spare.token IS NULL OR spare.token NOT IN (SELECT value FROM json_each(${JSON.stringify(tokens)})))
      ORDER BY spare.status, spare.id LIMIT max(0, coalesce(${excess(appId, added)}, 0)))`,
  );
}

/** Why no subscriber was written: the app was deleted, or has no room for more. */
export async function noRoom(ctx: Ctx, appId: number): Promise<Refusal> {
  const [plan] = await ctx.db
    .select({ most: plans.maxSubscribers })
    .from(apps)
    .innerJoin(accounts, eq(accounts.id, apps.accountId))
    .innerJoin(plans, eq(plans.id, accounts.planId))
    .where(eq(apps.id, appId));
  return plan
    ? invalidField(["subscribers"], `must not be more than ${plan.most} on this plan`)
    : { code: "not_found", what: "app" };
}

/** The subscribers that the app would have too many of, with `added` more. NULL when the app was deleted. */
function excess(appId: number, added: SQL): SQL {
  return sql`(SELECT counts.subscribers + ${added} - plan.max_subscribers FROM ${appCounts} AS counts
    JOIN ${apps} AS counted ON counted.id = counts.app_id
    JOIN ${accounts} AS owner ON owner.id = counted.account_id
    JOIN ${plans} AS plan ON plan.id = owner.plan_id WHERE counts.app_id = ${appId})`;
}
