// How many subscribers an app may have, by its account's plan. Anybody can register devices with an app's public key, so
// the number has to end. Subscribers that get nothing any more make room for new ones.
import { eq, sql, type SQL } from "drizzle-orm";
import { refusedWith } from "../../db/refused-with.ts";
import { accounts, appCounts, apps, plans, subscribers } from "../../db/schema/index.ts";
import { invalidField, type Refusal } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";

/** Subscribers of each app on the plan Free, and on a plan that does not say how many. */
export { DEFAULT_MAX_SUBSCRIBERS } from "../../db/schema/index.ts";

/** What SQLite says of a row without the UUID that `ifRoom` withholds. */
const NO_UUID = "NOT NULL constraint failed: subscribers.uuid";
/** Most subscribers deleted by one statement beside as many as it makes room for, so that it stays short. */
const MOST_DELETED = 500;
/**
 * Most subscribers of an app without an address. Each costs a row written for each notification that it is sent, and nobody
 * has to show that he has a device.
 */
export const MAX_INBOXES = 100_000;
/**
 * Whether the subscriber `silent` was heard of half a day after it was made, or later: who makes up many devices has to keep
 * them and come back. Written as in the index `subscribers_inbox`.
 */
const CAME_BACK = sql`(silent.last_active_at >= silent.created_at + 43200000)`;
/** One new subscriber. */
export const ONE = sql`1`;

/**
 * The UUID of a new subscriber if the app has room for `added` more (an SQL expression) and `condition` holds; else NULL,
 * which ends the whole batch without a trace: `isUnmade` recognizes that.
 */
export function ifRoom(uuid: SQL, appId: number, added: SQL, condition: SQL = sql`1`): SQL {
  return sql`iif((${added} = 0 OR ${excess(appId, added)} <= 0) AND ${condition}, ${uuid}, NULL)`;
}

/** Whether the batch failed because `ifRoom` withheld a UUID. */
export function isUnmade(error: unknown): boolean {
  return refusedWith(error, NO_UUID);
}

/**
 * The statement that deletes as many inactive subscribers as are needed to make room for `added` more, the oldest first.
 * A device that registers itself (`by`) makes room only among subscribers that the owner has never named. A subscriber
 * `spare` for which `isKept` holds is none of them. Where they are not enough, as many without an address follow as are
 * added, of those that the owner has never named and that never came back: whoever makes such devices up would otherwise close the app to all.
 */
export function makeRoom(
  ctx: Ctx,
  appId: number,
  by: "owner" | "device",
  added: SQL = ONE,
  isKept: SQL = sql`0`,
) {
  // Without INDEXED BY, all that are inactive would be read for those that the owner has never named.
  const spare =
    by === "owner"
      ? { rows: sql`${subscribers} AS spare`, isOne: sql`1` }
      : {
          rows: sql`${subscribers} AS spare INDEXED BY subscribers_spare`,
          isOne: sql`spare.vouched = 0`,
        };
  const needed = sql`min(max(0, coalesce(${excess(appId, added)}, 0)), ${added} + ${MOST_DELETED})`;
  return ctx.db.delete(subscribers).where(
    sql`${subscribers.id} IN (WITH room(needed) AS MATERIALIZED (SELECT iif(${added} = 0, 0, ${needed}))
      SELECT id FROM (SELECT spare.id AS id FROM ${spare.rows}
        WHERE spare.app_id = ${appId} AND spare.status = 'inactive' AND ${spare.isOne} AND NOT ${isKept}
        ORDER BY spare.id LIMIT (SELECT needed FROM room))
      UNION ALL SELECT id FROM (SELECT silent.id AS id FROM ${subscribers} AS silent INDEXED BY subscribers_inbox
        WHERE silent.app_id = ${appId} AND silent.provider = 'inbox' AND silent.vouched = 0 AND ${CAME_BACK} = 0
          AND silent.status <> 'inactive'
        ORDER BY silent.last_active_at LIMIT min(${added}, (SELECT needed FROM room)))
      LIMIT (SELECT needed FROM room))`,
  );
}

/**
 * The statement that deletes as many subscribers of an app without an address as are needed for another one: those first
 * that the owner has never named, of them those that never came back, and of those the ones that were not heard of for the
 * longest time. So devices that somebody makes up push out each other. One that comes back registers anew.
 */
export function makeInboxRoom(ctx: Ctx, appId: number) {
  const excess = sql`(SELECT counts.inboxes + 1 - ${MAX_INBOXES} FROM ${appCounts} AS counts WHERE counts.app_id = ${appId})`;
  // Written as in the index, so that it is used.
  return ctx.db.delete(subscribers).where(
    sql`${subscribers.id} IN (SELECT silent.id FROM ${subscribers} AS silent INDEXED BY subscribers_inbox
      WHERE silent.app_id = ${appId} AND silent.provider = 'inbox'
      ORDER BY silent.vouched, ${CAME_BACK}, silent.last_active_at LIMIT min(max(0, coalesce(${excess}, 0)), ${MOST_DELETED}))`,
  );
}

/** Why no subscriber was made: the app was deleted, or has no room for more. */
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
