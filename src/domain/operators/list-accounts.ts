// The accounts of the installation, as those who run it look for them. However many there are, a page reads a bounded part:
// a search finds what begins with its words, by an index, and no page lies behind the first MAX_COUNTED.
import { and, desc, eq, isNotNull, isNull, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { accounts, apps, dailyStats, memberships, plans, users } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { MAX_COUNTED, PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { DAY_MS, utcDay } from "../../kit/time.ts";
import { planNamed } from "../accounts/operate-accounts.ts";
import type { Ctx, Plan } from "../context.ts";

/** Longest search, characters: that of an address. */
export const MAX_SEARCH = 254;
/** Accounts that a search looks at whose name begins with its words, and as many by address: more letters find the rest. */
export const MAX_FOUND = 1000;
/** Days whose sends are added up. */
export const SENT_DAYS = 30;
/** Newest apps of an account whose sends are added up, so that a page of 100 accounts reads at most 600,000 days. */
export const MAX_APPS_ADDED = 200;
/** Sorts after whatever begins with the same words. */
const LAST_CHARACTER = "\u{10FFFF}";

export const ListAccounts = PageQuery.extend({
  q: label(MAX_SEARCH).optional(),
  plan: z.string().min(1).max(50).optional(),
  suspended: z.enum(["true", "false"]).optional(),
});

/** An account with what operators look at first. */
export interface AccountOverview {
  id: number;
  name: string;
  email: string;
  plan: Plan;
  buildCredits: number;
  apps: number;
  members: number;
  /** Who has been an owner for the longest time; null where nobody is. */
  owner: { name: string; email: string } | null;
  /** Messages sent in the last SENT_DAYS days, as the nights have counted them: not today's. */
  sent: number;
  createdAt: number;
  /** ms; null for an account that goes on. */
  suspendedAt: number | null;
  suspendedReason: string | null;
}

/**
 * Returns a page of accounts, newest first: those whose name or address begins with `q`, that are on `plan`, and that are
 * `suspended` or not. Of a search, the first MAX_FOUND by name and by address count; `total` counts to MAX_COUNTED. Refuses
 * `invalid`, also for a plan that there is not.
 */
export async function listAccounts(ctx: Ctx, query: unknown): Promise<Page<AccountOverview>> {
  const wanted = parse(ListAccounts, query);
  const { limit, offset } = slice(wanted);
  if (offset >= MAX_COUNTED) {
    const message = `must lie within the first ${MAX_COUNTED} accounts: search for the others`;
    refuse(invalidField(["page"], message));
  }
  const plan = wanted.plan === undefined ? null : await planNamed(ctx, wanted.plan);
  const where = and(
    isNull(accounts.deletedAt),
    wanted.q === undefined ? undefined : beginsWith(wanted.q),
    // Suspended accounts are few, so theirs is the index to walk: the plus keeps SQLite from that of the plan.
    plan === null
      ? undefined
      : wanted.suspended === "true"
        ? sql`+${accounts.planId} = ${plan.id}`
        : eq(accounts.planId, plan.id),
    wanted.suspended === undefined
      ? undefined
      : wanted.suspended === "true"
        ? isNotNull(accounts.suspendedAt)
        : isNull(accounts.suspendedAt),
  );
  const all = ctx.db.select({ id: accounts.id }).from(accounts).where(where);
  const counted = all.limit(MAX_COUNTED).as("counted");
  const page = ctx.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(where)
    .orderBy(desc(accounts.id))
    .limit(limit)
    .offset(offset);
  // No batch, which would mix up the names and ids of accounts and plans.
  const [[total], rows] = await Promise.all([
    ctx.db.select({ count: sql<number>`count(*)` }).from(counted),
    overviews(ctx, sql`${accounts.id} IN (${page.getSQL()})`),
  ]);
  return { rows: rows.map(view), page: wanted.page, total: total?.count ?? 0 };
}

/** Returns one account. Refuses `not_found`, also for one that is deleted. */
export async function findAccountOverview(ctx: Ctx, accountId: number): Promise<AccountOverview> {
  const [row] = await overviews(
    ctx,
    and(eq(accounts.id, accountId), isNull(accounts.deletedAt)) ?? sql`false`,
  );
  return row ? view(row) : refuse({ code: "not_found", what: "account" });
}

/** The condition on `accounts` for those whose name or address begins with `words`, in whatever case of ASCII letters. */
function beginsWith(words: string): SQL {
  const within = (column: "name" | "email") => {
    const folded = sql.raw(`${column} COLLATE NOCASE`);
    return sql`SELECT id FROM (SELECT id FROM ${accounts}
      WHERE ${folded} >= ${words} AND ${folded} < ${words + LAST_CHARACTER}
      ORDER BY ${folded} LIMIT ${MAX_FOUND})`;
  };
  return sql`${accounts.id} IN (${within("name")} UNION ${within("email")})`;
}

/** The query for the overviews of the accounts that `where` names: few. */
function overviews(ctx: Ctx, where: SQL) {
  const since = utcDay(ctx.now() - SENT_DAYS * DAY_MS);
  const ofAccount = sql`FROM ${memberships} AS member WHERE member.account_id = ${accounts.id}`;
  return ctx.db
    .select({
      account: accounts,
      plan: plans,
      apps: sql<number>`(SELECT count(*) FROM ${apps} AS app WHERE app.account_id = ${accounts.id})`,
      members: sql<number>`(SELECT count(*) ${ofAccount})`,
      owner: sql<string | null>`(SELECT json_object('name', person.name, 'email', person.email)
        FROM ${memberships} AS member JOIN ${users} AS person ON person.id = member.user_id
        WHERE member.account_id = ${accounts.id} AND member.role = 'owner'
        ORDER BY member.created_at LIMIT 1)`,
      sent: sql<number>`(SELECT coalesce(sum(day.sent), 0)
        FROM (SELECT app.id FROM ${apps} AS app WHERE app.account_id = ${accounts.id}
          ORDER BY app.id DESC LIMIT ${MAX_APPS_ADDED}) AS newest
        JOIN ${dailyStats} AS day ON day.app_id = newest.id AND day.date >= ${since})`,
    })
    .from(accounts)
    .innerJoin(plans, eq(plans.id, accounts.planId))
    .where(where)
    .orderBy(desc(accounts.id));
}

type Row = Awaited<ReturnType<typeof overviews>>[number];

function view({ account, plan, owner, ...counts }: Row): AccountOverview {
  const { id, name, email, buildCredits, createdAt, suspendedAt, suspendedReason } = account;
  return {
    id,
    name,
    email,
    plan,
    buildCredits,
    ...counts,
    owner: owner === null ? null : (JSON.parse(owner) as AccountOverview["owner"]),
    createdAt,
    suspendedAt,
    suspendedReason,
  };
}
