// Signing up where anybody may, and confirming the address.
import { eq } from "drizzle-orm";
import { z } from "zod";
import { users } from "../db/schema/index.ts";
import { openOwnAccount } from "../domain/accounts/open-own-account.ts";
import type { Ctx } from "../domain/context.ts";
import { parse } from "../kit/parse.ts";
import { refuse } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { called, codeOf } from "./called.ts";
import { Email, Name, NewPassword, Token } from "./input.ts";
import { countMail, countTry } from "./limits.ts";
import { requireMail } from "./mails.ts";

const SignUp = z.strictObject({ name: Name, email: Email, password: NewPassword });
const Confirm = z.strictObject({ token: Token });
const Again = z.strictObject({ email: Email });

/**
 * Signs somebody up by `name`, `email` and `password`, who then confirms the address by a link in a mail. All of it is done after
 * the answer, so that an address that has a user already shows in nothing; its mail is another. Refuses `forbidden` where only
 * who is invited may, `mail_not_configured`, `invalid`, `rate_limited`.
 */
export async function signUp(ctx: Ctx, at: At, input: unknown): Promise<void> {
  requireOpen(ctx);
  requireMail(ctx);
  const body = parse(SignUp, input);
  await countTry(ctx, at, body.email);
  await countMail(ctx, at, body.email);
  ctx.defer(signUpUnlessFirst(ctx, at, body));
}

/** Signs up, unless another sign-up by this address, a moment ago, came first: it has its mail. */
async function signUpUnlessFirst(ctx: Ctx, at: At, body: z.output<typeof SignUp>): Promise<void> {
  try {
    await called(ctx, at, async (auth) => auth.api.signUpEmail({ body }));
  } catch (error) {
    const isSecond = codeOf(error) === "FAILED_TO_CREATE_USER" && (await userOf(ctx, body.email));
    if (!isSecond) throw error;
  }
}

/**
 * Sends the link that confirms `email` again, after the answer: whether the address has a user, or is confirmed, shows in
 * nothing. Refuses `mail_not_configured`, `invalid`, `rate_limited`.
 */
export async function sendConfirmation(ctx: Ctx, at: At, input: unknown): Promise<void> {
  requireMail(ctx);
  const body = parse(Again, input);
  await countMail(ctx, at, body.email);
  ctx.defer(called(ctx, at, async (auth) => auth.api.sendVerificationEmail({ body })));
}

/**
 * Confirms the address that the link with `token` was sent to, and opens an account for who has none, where anybody may
 * sign up. Opening the link again does no harm. Returns the address. Refuses `invalid`, `rate_limited`.
 */
export async function confirmAddress(ctx: Ctx, at: At, input: unknown): Promise<{ email: string }> {
  const query = parse(Confirm, input);
  await countTry(ctx, at);
  await called(ctx, at, async (auth) => auth.api.verifyEmail({ query }));
  // better-auth has verified it, so that its claims can be read.
  const { email } = JSON.parse(
    Buffer.from(query.token.split(".")[1] ?? "", "base64url").toString(),
  ) as { email: string };
  const user = await userOf(ctx, email);
  if (user && ctx.signIn.signUp === "open") await openOwnAccount(ctx, user);
  return { email };
}

/** Refuses `forbidden` where only who is invited may sign up. */
function requireOpen(ctx: Ctx): void {
  if (ctx.signIn.signUp === "open") return;
  refuse({ code: "forbidden", message: "Only who is invited can sign up here." });
}

async function userOf(ctx: Ctx, email: string) {
  const [user] = await ctx.db.select().from(users).where(eq(users.email, email));
  return user ?? null;
}
