// An invitation taken by somebody without a user.
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { users } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";
import { acceptInvitation } from "../domain/people/accept-invitation.ts";
import { findInvitation } from "../domain/people/invitations.ts";
import { parse } from "../kit/parse.ts";
import type { At } from "./at.ts";
import { beginSession } from "./begin-session.ts";
import { Name, NewPassword } from "./input.ts";
import { countTry } from "./limits.ts";
import { newUser, unlessKnown } from "./new-user.ts";

const Accept = z.strictObject({
  token: z.string().max(100),
  name: Name,
  password: NewPassword,
});

/**
 * Makes a user of the invitation's address, with `name` and `password`, and accepts the invitation of `token` for them. Returns the
 * cookies of their session and the account. Refuses `invalid` where the address has a user, who signs in and accepts instead;
 * `rate_limited`; and what findInvitation refuses.
 */
export async function acceptAsNew(
  ctx: Ctx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[]; accountId: number }> {
  const { token, name, password } = parse(Accept, input);
  await countTry(ctx, at);
  const { email } = await findInvitation(ctx, token);
  const { user, statements } = await newUser(ctx, { name, email, password }, sql`WHERE true`);
  await unlessKnown(async () => ctx.db.batch([...statements]));
  const { accountId } = await accepted(ctx, user, token);
  return { cookies: await beginSession(ctx, at, user.id, true), accountId };
}

/** Accepts the invitation for a new user. Where that is refused, as by an account that is full, nothing is left of them. */
async function accepted(
  ctx: Ctx,
  user: { id: string; name: string; email: string },
  token: string,
) {
  try {
    return await acceptInvitation({ ...ctx, person: user }, token);
  } catch (error) {
    await ctx.db.delete(users).where(eq(users.id, user.id));
    throw error;
  }
}
