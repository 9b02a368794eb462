// Deletes what a marked account owns: apps by the locks of their builds, the rest table by table. May be
// repeated after an interruption, and run twice at once.
import { and, eq, inArray, isNotNull, isNull, lte, sql } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import {
  accountDays,
  accounts,
  apiKeys,
  apps,
  auditEntries,
  builds,
  campaigns,
  creditLedger,
  failedIcons,
  idempotencyKeys,
  invitations,
  keystores,
  memberships,
  planSubscriptions,
  templates,
  webhookDeliveries,
  webhooks,
} from "../../db/schema/index.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { deleteDeliveries } from "../webhooks/delete-webhooks.ts";

/** Apps deleted by one call: each takes a few calls of objects, of which an invocation may make 1,000. */
const APPS_AT_ONCE = 100;
/** Accounts that one run of the cron goes on with. */
const ACCOUNTS_AT_ONCE = 5;
/** Rows deleted by one statement; of tables whose rows have many others below them, fewer. */
const ROWS = 5000;
const ROWS_WITH_MORE = 100;

/**
 * How long a request may go on that had begun before the account was marked, and still make something, ms: it is looked at
 * once more after that.
 */
const LAST_REQUEST_MS = 5 * MINUTE_MS;

/** What an account has itself; its webhooks aside, which have deliveries. */
const TABLES = [
  [campaigns, ROWS_WITH_MORE],
  [templates, ROWS_WITH_MORE],
  [keystores, ROWS_WITH_MORE],
  [failedIcons, ROWS],
  [planSubscriptions, ROWS],
  [creditLedger, ROWS],
  [accountDays, ROWS],
  [idempotencyKeys, ROWS],
  [auditEntries, ROWS],
  [apiKeys, ROWS],
  [memberships, ROWS],
  [invitations, ROWS],
] as const;

/**
 * Goes on with the deletion of accounts that are not gone yet, of more than one run can take any: one whose deletion fails
 * again and again keeps no other waiting.
 */
export async function recoverDeletions(ctx: Ctx): Promise<void> {
  const marked = await ctx.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(isNotNull(accounts.deletedAt), isNull(accounts.emptiedAt)))
    .orderBy(sql`random()`)
    .limit(ACCOUNTS_AT_ONCE);
  for (const { id } of marked) {
    try {
      await deleteOwned(ctx, id);
    } catch (error) {
      ctx.log.error("deletion_fault", error, { account: id });
    }
  }
}

/** Deletes what the account owns, as far as one call can. */
export async function deleteOwned(ctx: Ctx, accountId: number): Promise<void> {
  const owned = await ctx.db
    .select({ id: apps.id })
    .from(apps)
    .where(eq(apps.accountId, accountId))
    .limit(APPS_AT_ONCE);
  let areGone = owned.length < APPS_AT_ONCE;
  for (const { id } of owned) areGone = (await deleteOne(ctx, id)) && areGone;
  if (areGone) await deleteRest(ctx, accountId);
}

/** Deletes an app, whose active build ends with it. Returns false while that build is still ending. */
async function deleteOne(ctx: Ctx, appId: number): Promise<boolean> {
  const active = await ctx.db
    .select({ id: builds.id })
    .from(builds)
    .where(and(eq(builds.appId, appId), inArray(builds.status, ["pending", "building"])));
  const lock = ctx.buildLock(appId);
  for (const { id } of active) await lock.cancel(id);
  const { deleted } = await lock.deleteApp(appId);
  return deleted;
}

/**
 * Deletes what is the account's own. Its row stays, without a name and an address: whatever an account made refers to its
 * row, and no index leads from there to the largest of these tables, which the database would read to see that it may go.
 */
async function deleteRest(ctx: Ctx, accountId: number): Promise<void> {
  const ofAccount = and(eq(webhooks.accountId, accountId), isNull(webhooks.appId));
  const own = ctx.db.select({ id: webhooks.id }).from(webhooks).where(ofAccount);
  await deleteDeliveries(ctx, inArray(webhookDeliveries.webhookId, own));
  await ctx.db.delete(webhooks).where(ofAccount);
  for (const [table, rows] of TABLES) {
    const where = eq(table.accountId, accountId);
    const bounds = { rows, statements: UNTIL_NOTHING_IS_LEFT };
    await deleteInParts(ctx.db, table, { key: sql`rowid`, where }, bounds);
  }
  const now = ctx.now();
  await ctx.db
    .update(accounts)
    .set({ emptiedAt: now })
    .where(
      and(
        eq(accounts.id, accountId),
        lte(accounts.deletedAt, now - LAST_REQUEST_MS),
        isNull(accounts.emptiedAt),
      ),
    );
}
