// Signs somebody in to an account of the local stack, by no password: `npm start` prints an address that does. A deployment has
// no page that calls this (web/local).
import { eq } from "drizzle-orm";
import { z } from "zod";
import { memberships, operators, users } from "../db/schema/index.ts";
import { requireAccount } from "../domain/accounts/operate-accounts.ts";
import type { Ctx } from "../domain/context.ts";
import { ROLES } from "../domain/people/roles.ts";
import { parse } from "../kit/parse.ts";
import type { At } from "./at.ts";
import { beginSession, newId } from "./begin-session.ts";

const Local = z.strictObject({
  account: z.coerce.number().int().positive(),
  role: z.enum([...ROLES, "operator"]).default("owner"),
});

/** The names of those whom it makes, by their role. */
const NAMES = {
  owner: "Mira Finch",
  developer: "Tom Aldous",
  marketer: "Ines Koval",
  viewer: "Ravi Nair",
  operator: "Noor Haddad",
};

/**
 * Signs in the person who has this `role` (owner by default) in the `account`, and makes them if need be; as `operator` somebody
 * who runs the installation, and is a member of none. Returns the session's cookies. Refuses `not_found`, `invalid`.
 */
export async function signInLocally(
  ctx: Ctx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[]; accountId: number; isOperator: boolean }> {
  const { account: accountId, role } = parse(Local, input);
  await requireAccount(ctx, accountId);
  const email = `${role}@slipway.localhost`;
  const now = new Date(ctx.now());
  const made = { name: NAMES[role], email, emailVerified: true, isVouched: true };
  await ctx.db
    .insert(users)
    .values({ id: newId(), ...made, createdAt: now, updatedAt: now })
    .onConflictDoNothing();
  const [user] = await ctx.db.select({ id: users.id }).from(users).where(eq(users.email, email));
  if (!user) throw new Error(`nobody has ${email}`);
  const since = { userId: user.id, createdAt: ctx.now() };
  await (role === "operator"
    ? ctx.db.insert(operators).values(since).onConflictDoNothing()
    : ctx.db
        .insert(memberships)
        .values({ ...since, accountId, role })
        .onConflictDoNothing());
  const cookies = await beginSession(ctx, at, user.id, true);
  return { cookies, accountId, isOperator: role === "operator" };
}
