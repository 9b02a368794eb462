// Users whose address is vouched for by what they were given: the first person of a deployment by a set-up token, and who is
// invited. Both are signed in at once, and choose a password by that.
import { eq, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../db/insert-from.ts";
import { refusedWith } from "../db/refused-with.ts";
import { logins, operators, setupTokens, users } from "../db/schema/index.ts";
import { openOwnAccount } from "../domain/accounts/open-own-account.ts";
import type { Ctx } from "../domain/context.ts";
import { isUsable, requireSetupToken } from "../domain/people/setup-tokens.ts";
import { parse } from "../kit/parse.ts";
import { invalidField, refuse } from "../kit/refusal.ts";
import { hashSecret } from "../kit/secret.ts";
import type { At } from "./at.ts";
import { beginSession, newId } from "./begin-session.ts";
import { Email, Name, NewPassword } from "./input.ts";
import { countTry } from "./limits.ts";

const SetUp = z.strictObject({
  token: z.string().max(100),
  name: Name,
  email: Email,
  password: NewPassword,
});

/**
 * Makes the holder of a set-up `token` a user (`name`, `email`, `password`) and operator, who owns an account on the smallest
 * plan, and signs them in. Returns the session's cookies. Refuses `invalid` for a token that has ended and for an address that has
 * a user: whoever signed up by it, with a password of their own, must not become operator; `rate_limited`.
 */
export async function setUp(ctx: Ctx, at: At, input: unknown): Promise<{ cookies: string[] }> {
  const { token, ...given } = parse(SetUp, input);
  await countTry(ctx, at);
  await requireSetupToken(ctx, token);
  const hash = await hashSecret(token);
  const usable = sql`WHERE EXISTS (SELECT 1 FROM ${setupTokens} WHERE ${isUsable(ctx, hash)})`;
  const { user, statements } = await newUser(ctx, given, usable);
  const now = ctx.now();
  const operator = insertFrom(ctx.db, operators, { userId: user.id, createdAt: now }, usable);
  const spend = ctx.db.update(setupTokens).set({ usedAt: now }).where(isUsable(ctx, hash));
  const [made] = await unlessKnown(async () => ctx.db.batch([...statements, operator, spend]));
  // Somebody else used the token meanwhile.
  if (made.length === 0) await requireSetupToken(ctx, token);
  await openOwnAccount(ctx, user);
  return { cookies: await beginSession(ctx, at, user.id, true) };
}

export interface NewUser {
  name: string;
  email: string;
  password: string;
}

/**
 * A new user with a password, and the statements that write both where `condition` holds (WHERE ...). The first returns the
 * user's row if it did.
 */
export async function newUser(ctx: Ctx, { name, email, password }: NewUser, condition: SQL) {
  const hash = await ctx.passwords().hash(password);
  const now = new Date(ctx.now());
  const user = { id: newId(), name, email };
  const row = { ...user, emailVerified: true, isVouched: true, createdAt: now, updatedAt: now };
  const login = {
    id: newId(),
    userId: user.id,
    providerId: "credential",
    accountId: user.id,
    password: hash,
    createdAt: now,
    updatedAt: now,
  };
  const isMade = sql`FROM ${users} WHERE ${eq(users.id, user.id)}`;
  const statements = [
    insertFrom(ctx.db, users, row, condition).returning({ id: users.id }),
    insertFrom(ctx.db, logins, login, isMade),
  ] as const;
  return { user, statements };
}

/** Runs what makes a user; refuses `invalid` for an address that has one. */
export async function unlessKnown<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!refusedWith(error, "users.email")) throw error;
    return refuse(invalidField(["email"], "must be one that nobody signed up by yet"));
  }
}
