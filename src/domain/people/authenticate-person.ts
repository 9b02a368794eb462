// Finds who has a session and, if they are a member of the account, the principal they are there, in one query.
import { and, eq, gt, isNull, lt } from "drizzle-orm";
import {
  accounts,
  memberships,
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
    .select({ user: users, session: sessions })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(isAlive(ctx, token));
  if (!row) return null;
  extend(ctx, row.session);
  return { ...shown(row.user), sessionId: row.session.id };
}

/**
 * Returns the principal that the person with this session is in the account: null without a session, and `stranger` for
 * who is no member, which must look like an account that does not exist.
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
      membership: memberships,
      account: accounts,
      plan: plans,
      subscription: planSubscriptions,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(
      memberships,
      and(eq(memberships.userId, users.id), eq(memberships.accountId, accountId)),
    )
    .leftJoin(accounts, and(eq(accounts.id, memberships.accountId), isNull(accounts.deletedAt)))
    .leftJoin(plans, eq(plans.id, accounts.planId))
    .leftJoin(
      planSubscriptions,
      and(eq(planSubscriptions.accountId, accounts.id), eq(planSubscriptions.status, "active")),
    )
    .where(isAlive(ctx, token));
  if (!row) return null;
  const { user, session, membership, account, plan, subscription } = row;
  extend(ctx, session);
  if (!membership || !account || !plan) return "stranger";
  return {
    accountId: account.id,
    by: {
      kind: "person",
      person: { ...shown(user), sessionId: session.id },
      role: membership.role,
    },
    scopes: scopesOf(membership.role),
    appIds: null,
    expiresAt: null,
    account,
    plan,
    subscription,
  };
}

const shown = ({ id, name, email }: typeof users.$inferSelect) => ({ id, name, email });

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
