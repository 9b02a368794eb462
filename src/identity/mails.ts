// What is mailed to people, as plain text. Links lead to pages of ours, which call better-auth: none of its own addresses is
// given out. A mail repeats nothing that a stranger typed, such as the name at a sign-up, since anybody can have one sent.
import type { Ctx } from "../domain/context.ts";
import type { Mail } from "../domain/ports/people.ts";
import { refuse } from "../kit/refusal.ts";

/** How long a link in a mail works, s. */
export const LINK_S = 3600;

interface Sent {
  user: { email: string };
  token: string;
}

/** Refuses `mail_not_configured` where nothing can send mail. */
export function requireMail(ctx: Ctx): void {
  if (!ctx.mail) refuse({ code: "mail_not_configured" });
}

/** What sends each mail, with links to this origin. Where no mail is set up, none is sent. */
export function mailsOf(ctx: Ctx, origin: string) {
  const host = new URL(origin).host;
  // Logged here, since better-auth says nothing of work in the background that failed.
  const send = async (mail: Mail) =>
    ctx.mail?.(mail).catch((error: unknown) => ctx.log.error("mail_failed", error));
  const sign = `\n\n-- \nSlipway at ${host}\n`;
  return {
    confirm: async ({ user, token }: Sent) =>
      send({
        to: user.email,
        subject: "Confirm your e-mail address",
        text:
          `Somebody, you we hope, signed up at ${host} with this address. Confirm that it is yours:\n\n` +
          `${origin}/dashboard/verify?token=${token}\n\n` +
          "The link works for an hour. If it wasn't you, do nothing: without it nobody can sign in with your address." +
          sign,
      }),
    reset: async ({ user, token }: Sent) =>
      send({
        to: user.email,
        subject: "Set a new password",
        text:
          `Somebody, you we hope, asked to set a new password for this address at ${host}. Choose one here:\n\n` +
          `${origin}/dashboard/reset?token=${token}\n\n` +
          "The link works once, and for an hour. A new password signs you out everywhere. If it wasn't you, do nothing: " +
          "your password stays as it is." +
          sign,
      }),
    known: async ({ user }: Pick<Sent, "user">) =>
      send({
        to: user.email,
        subject: "You are signed up already",
        text:
          `Somebody, you perhaps, tried to sign up at ${host} with this address, which is signed up already. Nothing ` +
          `was changed. Sign in here:\n\n${origin}/dashboard/sign-in\n\n` +
          `If you don't know your password, or never set one, choose a new one:\n\n${origin}/dashboard/forgot` +
          sign,
      }),
    /** `what` is a sentence of ours. */
    changed: async (user: { email: string }, what: string) =>
      send({
        to: user.email,
        subject: "Your way to sign in was changed",
        text:
          `${what} This was done at ${host} by somebody who could come in as you. If it wasn't you, set a new password ` +
          `now, which signs everybody out:\n\n${origin}/dashboard/forgot` +
          sign,
      }),
  };
}
