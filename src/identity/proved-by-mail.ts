// What follows when somebody opened a link that was mailed to a user's address.
import { eq } from "drizzle-orm";
import { passkeys, twoFactors, users, verifications } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";
import { isFactorLost } from "./lost-factor.ts";

/**
 * Notes that the user's address is proved, after a reset of the password, and ends sign-ins and links to reset it that still
 * wait. Where until then only an invitation had vouched for the address, whoever made the user is not known to be who has it:
 * what they set up to come in by ends. So does a second factor that can't be read any more.
 */
export async function provedByMail(ctx: Ctx, userId: string): Promise<void> {
  const [user] = await ctx.db
    .select({ isVouched: users.isVouched, hasSecond: users.twoFactorEnabled })
    .from(users)
    .where(eq(users.id, userId));
  const isVouched = user?.isVouched === true;
  const isLost = user?.hasSecond === true && (await isFactorLost(ctx, userId));
  const ofUser = eq(users.id, userId);
  await ctx.db.batch([
    ctx.db.update(users).set({ emailVerified: true, isVouched: false }).where(ofUser),
    endWaiting(ctx, userId),
    ...(isVouched ? [ctx.db.delete(passkeys).where(eq(passkeys.userId, userId))] : []),
    ...(isVouched || isLost
      ? [
          ctx.db.delete(twoFactors).where(eq(twoFactors.userId, userId)),
          ctx.db.update(users).set({ twoFactorEnabled: false }).where(ofUser),
        ]
      : []),
  ]);
}

/**
 * The statement that ends what waits for the user: links to set a new password, and sign-ins by the former one that still want
 * a second factor. Few rows are ever there, each for an hour at most.
 */
export function endWaiting(ctx: Ctx, userId: string) {
  return ctx.db.delete(verifications).where(eq(verifications.value, userId));
}
