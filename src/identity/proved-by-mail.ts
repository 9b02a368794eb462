// What follows when somebody opened a link that was mailed to a user's address.
import { and, eq, ne } from "drizzle-orm";
import { logins, passkeys, twoFactors, users, verifications } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";
import { isFactorLost } from "./lost-factor.ts";

/**
 * Notes that the user's address is proved, after a reset of the password, and ends sign-ins and links to reset it that still
 * wait. Where nobody had proved the address before, and at most an invitation vouched for it, whoever made the user is not known
 * to be who has it: what they set up to come in by ends. So does a second factor that can't be read any more.
 */
export async function provedByMail(ctx: Ctx, userId: string): Promise<void> {
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId));
  if (!user) return;
  const isFirst = user.isVouched || !user.emailVerified;
  const isLost = user.twoFactorEnabled === true && (await isFactorLost(ctx, userId));
  const ofUser = eq(users.id, userId);
  await ctx.db.batch([
    ctx.db.update(users).set({ emailVerified: true, isVouched: false }).where(ofUser),
    endWaiting(ctx, userId),
    ...(isFirst
      ? [
          ctx.db.delete(passkeys).where(eq(passkeys.userId, userId)),
          ctx.db
            .delete(logins)
            .where(and(eq(logins.userId, userId), ne(logins.providerId, "credential"))),
        ]
      : []),
    ...(isFirst || isLost
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
