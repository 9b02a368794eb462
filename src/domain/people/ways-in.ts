// How the members of an account sign in, and when they were last here: what owners want to know of who has their account.
import { and, eq, sql } from "drizzle-orm";
import { logins, memberships, passkeys, sessions, users } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";

export interface WaysIn {
  hasPassword: boolean;
  hasGithub: boolean;
  hasGoogle: boolean;
  hasPasskey: boolean;
  hasSecondFactor: boolean;
  /** When a session of theirs was last used, to the day, ms; null where none is left: they signed out, or were away too long. */
  seenAt: number | null;
}

/** Returns the ways in of each member of the account, by the person's id. The caller must be an owner. */
export async function waysIn(ctx: AccountCtx): Promise<ReadonlyMap<string, WaysIn>> {
  const login = (provider: string) =>
    sql<number>`EXISTS (SELECT 1 FROM ${logins} WHERE ${and(
      eq(logins.userId, memberships.userId),
      eq(logins.providerId, provider),
    )})`;
  const theirs = eq(sessions.userId, memberships.userId);
  const rows = await ctx.db
    .select({
      id: memberships.userId,
      password: login("credential"),
      github: login("github"),
      google: login("google"),
      passkey: sql<number>`EXISTS (SELECT 1 FROM ${passkeys} WHERE ${eq(passkeys.userId, memberships.userId)})`,
      second: users.twoFactorEnabled,
      // Its number as it is stored, in ms.
      seenAt: sql<
        number | null
      >`(SELECT max(${sessions.updatedAt}) FROM ${sessions} WHERE ${theirs})`,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.accountId, ctx.principal.accountId));
  return new Map(
    rows.map(({ id, password, github, google, passkey, second, seenAt }) => [
      id,
      {
        hasPassword: password === 1,
        hasGithub: github === 1,
        hasGoogle: google === 1,
        hasPasskey: passkey === 1,
        hasSecondFactor: second === true,
        seenAt,
      },
    ]),
  );
}
