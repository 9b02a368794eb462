// What is mailed to people. Links lead to pages of ours, which call better-auth: none of its own addresses is given out.
import type { Ctx } from "../domain/context.ts";

interface Sent {
  user: { email: string };
  token: string;
}

/** What sends each mail, with links to this origin. */
export function mailsOf(ctx: Ctx, origin: string) {
  return {
    confirm: async ({ user, token }: Sent) =>
      ctx.mail({
        to: user.email,
        subject: "Confirm your e-mail address",
        text: `${origin}/verify-email?token=${token}`,
      }),
    reset: async ({ user, token }: Sent) =>
      ctx.mail({
        to: user.email,
        subject: "Reset your password",
        text: `${origin}/reset-password?token=${token}`,
      }),
    known: async ({ user }: Pick<Sent, "user">) =>
      ctx.mail({
        to: user.email,
        subject: "You have an account already",
        text: `${origin}/sign-in`,
      }),
  };
}
