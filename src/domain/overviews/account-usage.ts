// What an account uses of what it may: builds and sends by day over all apps, and how near it is to each limit.
import { and, asc, desc, eq, gte, sql } from "drizzle-orm";
import {
  accountCounts,
  accountDays,
  apiKeys,
  appCounts,
  apps,
  channels,
  dailyStats,
  invitations,
  keystores,
  memberships,
  webhooks,
} from "../../db/schema/index.ts";
import { DAY_MS, utcDay } from "../../kit/time.ts";
import { MAX_KEYS } from "../accounts/api-keys.ts";
import { MAX_ANSWERS_KIB } from "../accounts/idempotency.ts";
import { MAX_APPS } from "../apps/create-app.ts";
import { visibleApps } from "../apps/find-app.ts";
import { MAX_AUDIT_ENTRIES } from "../audit/list-audit.ts";
import { MAX_CODES } from "../channels/codes.ts";
import { MAX_CHANNELS } from "../channels/create-channel.ts";
import type { AccountCtx } from "../context.ts";
import { MAX_KEYSTORES } from "../keystores/create-keystore.ts";
import { isOpen } from "../people/invitations.ts";
import { MAX_MEMBERS } from "../people/members.ts";
import { MAX_WEBHOOKS } from "../webhooks/create-webhook.ts";

/** Days that are shown. */
export const DAYS = 30;
/** Keys of which it is told how many requests they made: those that were used last. */
export const BUSY_KEYS = 10;

/** What ended, and what was sent, on a UTC day. */
export interface UsageDay {
  /** YYYY-MM-DD. */
  date: string;
  completed: number;
  failed: number;
  cancelled: number;
  /** Recipients of notifications that began that day, and those that were not reached; counted at night. */
  sent: number;
  unsent: number;
}

/** How much there is of something that has a most. */
export interface UsedLimit {
  what:
    | "apps"
    | "subscribers"
    | "members"
    | "keys"
    | "keystores"
    | "webhooks"
    | "channels"
    | "codes"
    | "audit"
    | "answers";
  used: number;
  most: number;
  /** The app that it is about. */
  app?: { id: number; name: string };
}

export interface AccountUsage {
  builds: { total: number; completed: number; failed: number };
  /** The last DAYS days, the oldest first. */
  days: UsageDay[];
  limits: UsedLimit[];
  /** The keys that were used last, with what counts their requests. */
  keys: { id: number; name: string; hash: string }[];
}

/** Returns what the account uses. One round trip; it reads a row a day for each app, of which there are MAX_APPS. */
export async function accountUsage(ctx: AccountCtx): Promise<AccountUsage> {
  const { accountId, plan } = ctx.principal;
  const from = utcDay(ctx.now() - (DAYS - 1) * DAY_MS);
  const ofAccount = visibleApps(ctx.principal);
  const [[sums], fullest, built, sent, [counts], keys] = await ctx.db.batch([
    ctx.db
      .select({
        apps: sql<number>`count(*)`,
        total: sql<number>`coalesce(sum(${appCounts.builds}), 0)`,
        completed: sql<number>`coalesce(sum(${appCounts.buildsCompleted}), 0)`,
        failed: sql<number>`coalesce(sum(${appCounts.buildsFailed}), 0)`,
      })
      .from(apps)
      .innerJoin(appCounts, eq(appCounts.appId, apps.id))
      .where(ofAccount),
    ctx.db
      .select({ id: apps.id, name: apps.name, subscribers: appCounts.subscribers })
      .from(apps)
      .innerJoin(appCounts, eq(appCounts.appId, apps.id))
      .where(ofAccount)
      .orderBy(desc(appCounts.subscribers), asc(apps.id))
      .limit(1),
    ctx.db
      .select()
      .from(accountDays)
      .where(and(eq(accountDays.accountId, accountId), gte(accountDays.date, from))),
    ctx.db
      .select({
        date: dailyStats.date,
        sent: sql<number>`sum(${dailyStats.sent})`,
        unsent: sql<number>`sum(${dailyStats.failed})`,
      })
      .from(apps)
      .innerJoin(dailyStats, and(eq(dailyStats.appId, apps.id), gte(dailyStats.date, from)))
      .where(ofAccount)
      .groupBy(dailyStats.date),
    countedRows(ctx),
    ctx.db
      .select({ id: apiKeys.id, name: apiKeys.name, hash: apiKeys.keyHash })
      .from(apiKeys)
      .where(eq(apiKeys.accountId, accountId))
      .orderBy(desc(apiKeys.lastUsedAt), desc(apiKeys.id))
      .limit(BUSY_KEYS),
  ]);
  const { apps: hasApps = 0, ...builds } = sums ?? { total: 0, completed: 0, failed: 0 };
  const [full] = fullest;
  const { answers, audit, codes, ...others } = counts ?? NOTHING;
  return {
    builds,
    days: daysFrom(ctx.now(), built, sent),
    keys,
    limits: [
      { what: "apps", used: hasApps, most: MAX_APPS },
      {
        what: "subscribers",
        used: full?.subscribers ?? 0,
        most: plan.maxSubscribers,
        ...(full ? { app: { id: full.id, name: full.name } } : {}),
      },
      { what: "members", used: others.members, most: MAX_MEMBERS },
      { what: "keys", used: others.keys, most: MAX_KEYS },
      { what: "keystores", used: others.keystores, most: MAX_KEYSTORES },
      { what: "webhooks", used: others.webhooks, most: MAX_WEBHOOKS },
      { what: "channels", used: others.channels, most: MAX_CHANNELS },
      { what: "codes", used: codes, most: MAX_CODES },
      { what: "audit", used: audit, most: MAX_AUDIT_ENTRIES },
      { what: "answers", used: answers, most: MAX_ANSWERS_KIB },
    ],
  };
}

const NOTHING = {
  answers: 0,
  audit: 0,
  codes: 0,
  members: 0,
  keys: 0,
  keystores: 0,
  webhooks: 0,
  channels: 0,
};

/** Counts that are kept, and those of rows of which an account has few. */
function countedRows(ctx: AccountCtx) {
  const { accountId } = ctx.principal;
  return ctx.db
    .select({
      answers: accountCounts.answers,
      audit: accountCounts.auditEntries,
      codes: accountCounts.channelCodes,
      members: sql<number>`(SELECT count(*) FROM ${memberships} WHERE account_id = ${accountId})
        + (SELECT count(*) FROM ${invitations} WHERE account_id = ${accountId} AND ${isOpen(ctx)})`,
      keys: sql<number>`(SELECT count(*) FROM ${apiKeys} WHERE account_id = ${accountId})`,
      keystores: sql<number>`(SELECT count(*) FROM ${keystores} WHERE account_id = ${accountId} AND kind = 'own')`,
      webhooks: sql<number>`(SELECT count(*) FROM ${webhooks} WHERE account_id = ${accountId} AND app_id IS NULL)`,
      channels: sql<number>`(SELECT count(*) FROM ${channels} WHERE account_id = ${accountId})`,
    })
    .from(accountCounts)
    .where(eq(accountCounts.accountId, accountId));
}

/** Every day, also those on which nothing happened. */
function daysFrom(
  now: number,
  built: readonly (typeof accountDays.$inferSelect)[],
  sent: readonly { date: string; sent: number; unsent: number }[],
): UsageDay[] {
  return Array.from({ length: DAYS }, (_, at) => {
    const date = utcDay(now - (DAYS - 1 - at) * DAY_MS);
    const ended = built.find((each) => each.date === date);
    const out = sent.find((each) => each.date === date);
    return {
      date,
      completed: ended?.completed ?? 0,
      failed: ended?.failed ?? 0,
      cancelled: ended?.cancelled ?? 0,
      sent: out?.sent ?? 0,
      unsent: out?.unsent ?? 0,
    };
  });
}
