// Visits: an operator looks at an account that they are no member of, as a viewer, for a reason that its audit log shows
// (docs/decisions/0058). A session has one visit at a time. Nothing is changed in it: pages refuse their forms.
import { and, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { excluded, insertFrom } from "../../db/insert-from.ts";
import {
  accounts,
  memberships,
  operators,
  operatorVisits,
  sessions,
} from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import { requireAccount } from "../accounts/operate-accounts.ts";
import { asOperator, auditEntry } from "../audit/entry.ts";
import type { PersonCtx, Visit } from "../context.ts";
import type { Role } from "./roles.ts";

/** How long a visit lasts, ms: to look into one question; a browser that is left open shows the account no longer. */
export const VISIT_MS = 30 * MINUTE_MS;

/** Longest reason, characters: a few sentences. */
export const MAX_VISIT_REASON = 500;

export const BeginVisit = z.strictObject({
  /** For the account's owners. */
  reason: label(MAX_VISIT_REASON),
});

/**
 * Begins a visit of the account by the session that asks, in place of one that it has, and notes it in the account's audit
 * log. Refuses `not_found`, `invalid`, and `forbidden` for a member, who has a role of their own. The caller must be an operator.
 */
export async function beginVisit(ctx: PersonCtx, accountId: number, input: unknown): Promise<void> {
  await requireAccount(ctx, accountId);
  const { reason } = parse(BeginVisit, input);
  const { id: userId, sessionId } = ctx.person;
  const isMember = sql`EXISTS (SELECT 1 FROM ${memberships}
    WHERE ${memberships.accountId} = ${accountId} AND ${memberships.userId} = ${userId})`;
  const row = { sessionId, userId, accountId, endsAt: ctx.now() + VISIT_MS };
  const from = sql`FROM ${sessions}
    INNER JOIN ${operators} ON ${operators.userId} = ${sessions.userId}
    INNER JOIN ${accounts} ON ${accounts.id} = ${accountId} AND ${accounts.deletedAt} IS NULL
    WHERE ${sessions.id} = ${sessionId} AND NOT ${isMember}`;
  const [begun] = await ctx.db.batch([
    insertFrom(ctx.db, operatorVisits, row, from)
      .onConflictDoUpdate({
        target: operatorVisits.sessionId,
        set: excluded(operatorVisits, ["userId", "accountId", "endsAt"]),
      })
      .returning({ endsAt: operatorVisits.endsAt }),
    auditEntry(asOperator(ctx, accountId), {
      did: "account.visit",
      id: accountId,
      name: sql`(SELECT ${accounts.name} FROM ${accounts} WHERE ${accounts.id} = ${accountId})`,
      facts: { reason, minutes: VISIT_MS / MINUTE_MS },
    }),
  ]);
  if (begun.length > 0) return;
  refuse({
    code: "forbidden",
    message: "You are a member of this account, and look at it in your own role.",
  });
}

/** Ends the visit of the account by the session that asks, if it has one: not another's, which a second tab began meanwhile. */
export async function endVisit(ctx: PersonCtx, accountId: number): Promise<void> {
  const { sessionId } = ctx.person;
  await ctx.db
    .delete(operatorVisits)
    .where(and(eq(operatorVisits.sessionId, sessionId), eq(operatorVisits.accountId, accountId)));
}

/** How the person can see the account's pages: in their role as a member, by a visit that goes on, or not at all. */
export type Standing = { role: Role } | { visit: Visit } | null;

/** Returns how the person who asks can see the account's pages. */
export async function standingIn(ctx: PersonCtx, accountId: number): Promise<Standing> {
  const { id, sessionId } = ctx.person;
  const [[member], [visit]] = await ctx.db.batch([
    ctx.db
      .select({ role: memberships.role })
      .from(memberships)
      .where(and(eq(memberships.accountId, accountId), eq(memberships.userId, id))),
    ctx.db
      .select({ endsAt: operatorVisits.endsAt })
      .from(operatorVisits)
      .where(
        and(
          eq(operatorVisits.sessionId, sessionId),
          eq(operatorVisits.accountId, accountId),
          gt(operatorVisits.endsAt, ctx.now()),
        ),
      ),
  ]);
  return member ?? (visit ? { visit } : null);
}
