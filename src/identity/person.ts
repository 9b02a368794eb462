// A person's own things: their name, the logins they come in by, and the end of it all.
import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { accounts, logins, memberships, users } from "../db/schema/index.ts";
import type { PersonCtx } from "../domain/context.ts";
import { auditEntry } from "../domain/audit/entry.ts";
import { parse } from "../kit/parse.ts";
import { invalidField, refuse } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { endedCookies } from "./cookie.ts";
import { Email, Name } from "./input.ts";
import { countOwnTry } from "./limits.ts";
import { isLive } from "./provider-logins.ts";
import { requireFresh } from "./sessions.ts";

const Rename = z.strictObject({ name: Name });
const Confirm = z.strictObject({ email: Email });

/** Most accounts that a refusal names. */
const MAX_NAMED = 10;

/** Gives the person another `name`. Refuses `invalid`. */
export async function rename(ctx: PersonCtx, _at: At, input: unknown): Promise<void> {
  const { name } = parse(Rename, input);
  await ctx.db
    .update(users)
    .set({ name, updatedAt: new Date(ctx.now()) })
    .where(eq(users.id, ctx.person.id));
}

export interface LoginView {
  /** "credential" is a password. */
  provider: string;
  /** ms */
  createdAt: number;
}

/** Returns how the person can come in besides passkeys: a password, GitHub, Google. */
export async function listLogins(ctx: PersonCtx): Promise<LoginView[]> {
  const found = await ctx.db
    .select({ provider: logins.providerId, createdAt: logins.createdAt })
    .from(logins)
    .where(and(eq(logins.userId, ctx.person.id), isLive()))
    .orderBy(asc(logins.createdAt));
  return found.map(({ provider, createdAt }) => ({ provider, createdAt: createdAt.getTime() }));
}

/**
 * Deletes the person with their sessions, logins, passkeys and memberships, once they typed their own `email`. Returns the
 * cookies that end the session in the browser. Refuses `invalid`, `last_owner` while an account would be left without an owner,
 * `forbidden` for who signed in more than a day ago, `rate_limited`.
 */
export async function deletePerson(
  ctx: PersonCtx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[] }> {
  const { email } = parse(Confirm, input);
  const { id } = ctx.person;
  await countOwnTry(ctx, at, id);
  await requireFresh(ctx);
  if (email !== ctx.person.email) refuse(invalidField(["email"], "must be your own address"));
  const left = ctx.db
    .select({ name: accounts.name })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.accountId))
    .where(isLastOwner(id))
    .limit(MAX_NAMED);
  const isNoLastOwner = sql`NOT EXISTS (SELECT 1 FROM ${memberships} WHERE ${isLastOwner(id)})`;
  const doer = {
    accountId: sql`membership.account_id`,
    by: { kind: "person" as const, person: ctx.person },
  };
  const [names, , deleted] = await ctx.db.batch([
    left,
    // In the audit log of each of their accounts, since the memberships go with the user.
    auditEntry(
      { ...ctx, principal: doer },
      {
        did: "member.leave",
        id,
        name: ctx.person.name,
        facts: sql`json_object('role', membership.role)`,
      },
      sql`FROM ${memberships} AS membership WHERE membership.user_id = ${id} AND ${isNoLastOwner}`,
    ),
    ctx.db
      .delete(users)
      .where(and(eq(users.id, id), isNoLastOwner))
      .returning({ id: users.id }),
  ]);
  if (deleted.length === 0 && names.length > 0) {
    refuse({ code: "last_owner", accounts: names.map(({ name }) => name) });
  }
  return { cookies: endedCookies(at.origin) };
}

/** Holds for memberships of a user who is the account's only owner. */
const isLastOwner = (userId: string) =>
  and(
    eq(memberships.userId, userId),
    eq(memberships.role, "owner"),
    sql`NOT EXISTS (SELECT 1 FROM ${memberships} AS others
      WHERE others.account_id = ${memberships.accountId} AND others.role = 'owner'
        AND others.user_id <> ${userId})`,
  );
