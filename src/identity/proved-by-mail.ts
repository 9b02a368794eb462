// What follows when somebody opened a link that was mailed to a user's address.
import { eq } from "drizzle-orm";
import { passkeys, twoFactors, users } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";

/**
 * Notes that the user's address is proved, after a reset of the password. Where until then only an invitation had vouched
 * for it, whoever made the user is not known to be who has the address: what they set up to come in by ends.
 */
export async function provedByMail(ctx: Ctx, userId: string): Promise<void> {
  const [user] = await ctx.db
    .select({ isVouched: users.isVouched })
    .from(users)
    .where(eq(users.id, userId));
  const proved = ctx.db
    .update(users)
    .set({ emailVerified: true, isVouched: false })
    .where(eq(users.id, userId));
  if (!user?.isVouched) {
    await proved;
    return;
  }
  await ctx.db.batch([
    ctx.db.delete(passkeys).where(eq(passkeys.userId, userId)),
    ctx.db.delete(twoFactors).where(eq(twoFactors.userId, userId)),
    ctx.db
      .update(users)
      .set({ emailVerified: true, isVouched: false, twoFactorEnabled: false })
      .where(eq(users.id, userId)),
  ]);
}
