// A second factor that nobody can use any more: better-auth sealed its secret by a key that was changed since (SIGN_IN_KEY).
// Whoever has one is told so when they sign in, and a new password by a mail's link ends it: mail proves who they are, and
// no code ever could.
import { symmetricDecrypt } from "better-auth/crypto";
import { eq } from "drizzle-orm";
import { twoFactors } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";

/** Whether the second factor of this user, who has one, can't be read. */
export async function isFactorLost(ctx: Ctx, userId: string): Promise<boolean> {
  const [factor] = await ctx.db
    .select({ data: twoFactors.secret })
    .from(twoFactors)
    .where(eq(twoFactors.userId, userId));
  if (!factor) return true;
  try {
    await symmetricDecrypt({ key: ctx.signIn.secret, data: factor.data });
    return false;
  } catch {
    return true;
  }
}
