// What did not work lately, over all accounts: the newest of each kind, each found by an index, so that nothing is walked.
import { and, desc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { RESTING } from "../../db/notification-indexes.ts";
import {
  accounts,
  apps,
  builds,
  notifications,
  pushCredentials,
  webhooks,
} from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";

/** Most of each kind that are shown. */
export const MOST_SHOWN = 5;
/** Most complaints that are looked at, the newest. */
export const MOST_COMPLAINTS = 100;

const ACCOUNT = {
  accountId: sql<number>`${accounts.id}`.as("owner_id"),
  accountName: sql<string>`${accounts.name}`.as("owner_name"),
};
/** Whose it was. Each has a name of its own, since the rows of a batch come as objects. */
const OWNER = {
  appName: sql<string>`${apps.name}`.as("app_name"),
  ...ACCOUNT,
};

/** The queries of what failed lately. */
export function failedStatements(ctx: Ctx) {
  return [
    ctx.db
      .select({ id: builds.id, at: builds.completedAt, code: builds.errorCode, ...OWNER })
      .from(builds)
      .innerJoin(apps, eq(apps.id, builds.appId))
      .innerJoin(accounts, eq(accounts.id, builds.accountId))
      .where(eq(builds.status, "failed"))
      .orderBy(desc(builds.createdAt))
      .limit(MOST_SHOWN),
    ctx.db
      .select({
        id: notifications.id,
        at: notifications.updatedAt,
        reason: notifications.failureReason,
        ...OWNER,
      })
      .from(notifications)
      .innerJoin(apps, eq(apps.id, notifications.appId))
      .innerJoin(accounts, eq(accounts.id, notifications.accountId))
      .where(and(RESTING, eq(notifications.status, "failed")))
      .orderBy(desc(notifications.updatedAt))
      .limit(MOST_SHOWN),
    ctx.db
      .select({
        at: webhooks.disabledAt,
        url: webhooks.url,
        reason: webhooks.disabledReason,
        ...ACCOUNT,
      })
      .from(webhooks)
      .innerJoin(accounts, eq(accounts.id, webhooks.accountId))
      .where(sql`${webhooks.disabledReason} IS NOT NULL`)
      .orderBy(desc(webhooks.disabledAt))
      .limit(MOST_SHOWN),
  ] as const;
}

/**
 * The query of credentials that providers complained of, the newest first, and that of how many there are. Those of suspended
 * accounts need nobody: nothing is sent with them.
 */
export function complaintStatements(ctx: Ctx) {
  const newest = ctx.db
    .select({ id: pushCredentials.id })
    .from(pushCredentials)
    .where(sql`${pushCredentials.flag} IS NOT NULL`)
    .orderBy(desc(pushCredentials.id))
    .limit(MOST_COMPLAINTS);
  const isComplaint = and(inArray(pushCredentials.id, newest), isNull(accounts.suspendedAt));
  return [
    ctx.db
      .select({ provider: pushCredentials.provider, flag: pushCredentials.flag, ...OWNER })
      .from(pushCredentials)
      .innerJoin(apps, eq(apps.id, pushCredentials.appId))
      .innerJoin(accounts, eq(accounts.id, pushCredentials.accountId))
      .where(isComplaint)
      .orderBy(desc(pushCredentials.id))
      .limit(MOST_SHOWN),
    ctx.db
      .select({ count: sql<number>`count(*)` })
      .from(pushCredentials)
      .innerJoin(accounts, eq(accounts.id, pushCredentials.accountId))
      .where(isComplaint),
  ] as const;
}

/** The query of webhooks whose receivers are slow at present. */
export function slowReceivers(ctx: Ctx) {
  return ctx.db
    .select({ url: webhooks.url, until: webhooks.slowUntil })
    .from(webhooks)
    .where(gt(webhooks.slowUntil, ctx.now()))
    .orderBy(desc(webhooks.slowUntil))
    .limit(MOST_SHOWN);
}
