// Finds who has a session and, if they are a member of the account or visit it as an operator, the principal they are there, in
// one query.
import { and, eq, gt, isNotNull, isNull, lt, or } from "drizzle-orm";
import {
  accounts,
  memberships,
  operators,
  operatorVisits,
  plans,
  planSubscriptions,
  sessions,
  users,
} from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx, Person, Principal } from "../context.ts";
import { scopesOf } from "./roles.ts";

/** How long a session lasts that nobody uses, ms, and how often one in use is extended. */
export const SESSION_MS = 14 * DAY_MS;
const EXTENDED_EACH_MS = DAY_MS;

/** Returns the person whose session has this token; null for none, and for one that has ended. */
export async function authenticatePerson(ctx: Ctx, token: string): Promise<Person | null> {
  const [row] = await ctx.db
    .select({ user: users, session: sessions, operator: operators })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(operators, eq(operators.userId, users.id))
    .where(isAlive(ctx, token));
  if (!row) return null;
  extend(ctx, row.session);
  return shown(row);
}

/**
 * Returns the principal that the person with this session is in the account: null without a session, and `stranger` for
 * who is no member, which must look like an account that does not exist. Operators who visit it are viewers; who is a member
 * has their own role in any case.
 */
export async function authenticateMember(
  ctx: Ctx,
  token: string,
  accountId: number,
): Promise<Principal | "stranger" | null> {
  const [row] = await ctx.db
    .select({
      user: users,
      session: sessions,
      operator: operators,
      membership: memberships,
      visit: operatorVisits,
      account: accounts,
      plan: plans,
      subscription: planSubscriptions,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(operators, eq(operators.userId, users.id))
    .leftJoin(
      memberships,
      and(eq(memberships.userId, users.id), eq(memberships.accountId, accountId)),
    )
    .leftJoin(
      operatorVisits,
      and(
        eq(operatorVisits.sessionId, sessions.id),
        eq(operatorVisits.userId, operators.userId),
        eq(operatorVisits.accountId, accountId),
        gt(operatorVisits.endsAt, ctx.now()),
      ),
    )
    .leftJoin(
      accounts,
      and(
        eq(accounts.id, accountId),
        or(isNotNull(memberships.role), isNotNull(operatorVisits.endsAt)),
        isNull(accounts.deletedAt),
      ),
    )
    .leftJoin(plans, eq(plans.id, accounts.planId))
    .leftJoin(
      planSubscriptions,
      and(eq(planSubscriptions.accountId, accounts.id), eq(planSubscriptions.status, "active")),
    )
    .where(isAlive(ctx, token));
  if (!row) return null;
  const { session, membership, visit, account, plan, subscription } = row;
  extend(ctx, session);
  if (!account || !plan) return "stranger";
  const role = membership?.role ?? "viewer";
  return {
    accountId: account.id,
    by: {
      kind: "person",
      person: shown(row),
      role,
      ...(membership === null && visit !== null ? { visit: { endsAt: visit.endsAt } } : {}),
    },
    scopes: scopesOf(role),
    appIds: null,
    expiresAt: null,
    account,
    plan,
    subscription,
  };
}

/** Somebody as contexts name them. */
function shown(row: {
  user: typeof users.$inferSelect;
  session: typeof sessions.$inferSelect;
  operator: typeof operators.$inferSelect | null;
}): Person {
  const { id, name, email } = row.user;
  return { id, name, email, sessionId: row.session.id, isOperator: row.operator !== null };
}

/**
 * Has a session that is in use last longer, at most once a day. One that the browser was not to remember ends after a day, and
 * so never gets here.
 */
function extend(ctx: Ctx, { id, updatedAt }: typeof sessions.$inferSelect): void {
  const now = ctx.now();
  const isDue = now - EXTENDED_EACH_MS;
  if (updatedAt.getTime() > isDue) return;
  ctx.defer(
    ctx.db
      .update(sessions)
      .set({ expiresAt: new Date(now + SESSION_MS), updatedAt: new Date(now) })
      .where(
        and(
          eq(sessions.id, id),
          lt(sessions.updatedAt, new Date(isDue)),
          gt(sessions.expiresAt, new Date(now)),
        ),
      )
      .run(),
  );
}

/**
 * The session with this token, while it lasts. A login at GitHub may begin one for an address that nobody confirmed:
 * it counts once that is done.
 */
const isAlive = (ctx: Ctx, token: string) =>
  and(
    eq(sessions.token, token),
    gt(sessions.expiresAt, new Date(ctx.now())),
    eq(users.emailVerified, true),
  );
