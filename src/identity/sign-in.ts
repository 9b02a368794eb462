// Signing in by password and second factor, and signing out.
import { eq } from "drizzle-orm";
import { z } from "zod";
import { logins, sessions, users } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";
import { parse } from "../kit/parse.ts";
import { invalidField, refuse } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { makeRoom } from "./begin-session.ts";
import { called, SIGN_IN_AGAIN, wrong } from "./called.ts";
import { cookiesOf, endedCookies, sessionToken, withoutSession } from "./cookie.ts";
import { Email, GivenPassword, Checkbox } from "./input.ts";
import { countTry, isUsedCode } from "./limits.ts";
import { isFactorLost } from "./lost-factor.ts";

const SignIn = z.strictObject({ email: Email, password: GivenPassword, remember: Checkbox });
const Second = z.strictObject({ code: z.string().trim().min(1).max(40) });

/** What an authenticator shows, with the space that some show in its middle. */
const SIX_DIGITS = /^\d{3} ?\d{3}$/;

/**
 * Signs in by `email` and `password`; with `remember` the browser keeps the session when it closes. Returns cookies, and
 * whether a second factor is still needed (`second`): then there is no session yet, and confirmSecond begins it within ten
 * minutes. The session that the request came with ends. Refuses `invalid` for a wrong password and an unknown address
 * alike, and, if the password is right, for one that is not confirmed and for who has a second factor that can't be read any more;
 * `rate_limited`.
 */
export async function signIn(
  ctx: Ctx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[]; second: boolean }> {
  const { email, password, remember } = parse(SignIn, input);
  await countTry(ctx, at, email);
  await lookLikeKnown(ctx, email);
  const { headers, response } = await called(ctx, at, async (auth) =>
    auth.api.signInEmail({
      body: { email, password, rememberMe: remember },
      headers: withoutSession(at),
      returnHeaders: true,
    }),
  );
  const cookies = cookiesOf(headers, at.origin);
  if (!("user" in response)) {
    await requireUsableFactor(ctx, email);
    await endPresent(ctx, at);
    return { cookies, second: true };
  }
  await makeRoom(ctx, at, response.user.id, response.token);
  return { cookies, second: false };
}

/** Refuses `invalid` to whose second factor can't be read any more: no code would ever be right. */
async function requireUsableFactor(ctx: Ctx, email: string): Promise<void> {
  const [user] = await ctx.db.select({ id: users.id }).from(users).where(eq(users.email, email));
  if (user && !(await isFactorLost(ctx, user.id))) return;
  refuse(
    invalidField(
      ["password"],
      "is right, but your second factor can't be read here any more: set a new password by a link in a mail, which ends it",
    ),
  );
}

/**
 * better-auth asks for a user's logins once it has found the user. Here they are asked for in place of that where there is none,
 * so that both take as many round trips; each hashes once.
 */
async function lookLikeKnown(ctx: Ctx, email: string): Promise<void> {
  const [known] = await ctx.db.select({ id: users.id }).from(users).where(eq(users.email, email));
  if (!known) await ctx.db.select().from(logins).where(eq(logins.userId, ""));
}

/**
 * Ends a sign-in that waits for its second factor with `code`: of the authenticator, or a backup code, which ends with it.
 * Returns the session's cookies. Refuses `invalid`, also for a code that was used before; after five wrong ones, or ten
 * minutes, only another sign-in helps.
 */
export async function confirmSecond(
  ctx: Ctx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[] }> {
  const { code } = parse(Second, input);
  await countTry(ctx, at);
  const isOfAuthenticator = SIX_DIGITS.test(code);
  const given = { body: { code: code.replace(" ", "") }, headers: withoutSession(at) } as const;
  const { headers, response } = await called(
    ctx,
    at,
    async (auth) =>
      isOfAuthenticator
        ? auth.api.verifyTOTP({ ...given, returnHeaders: true })
        : auth.api.verifyBackupCode({ ...given, returnHeaders: true }),
    // Another request used a backup code meanwhile, which better-auth has no code for.
    { "": SIGN_IN_AGAIN },
  );
  const { token, user } = response as { token: string; user: { id: string } };
  if (isOfAuthenticator && (await isUsedCode(ctx, user.id, given.body.code))) {
    await ctx.db.delete(sessions).where(eq(sessions.token, token));
    refuse(wrong("code", "was used before: wait for the next one"));
  }
  await makeRoom(ctx, at, user.id, token);
  return { cookies: cookiesOf(headers, at.origin) };
}

/** Ends the session of a request. Returns the cookies that end it in the browser. */
export async function signOut(ctx: Ctx, at: At): Promise<{ cookies: string[] }> {
  await endPresent(ctx, at);
  return { cookies: endedCookies(at.origin) };
}

/** Ends the session that the request has, if it has one. */
async function endPresent(ctx: Ctx, at: At): Promise<void> {
  const token = sessionToken(at, ctx.signIn.secret);
  if (token !== null) await ctx.db.delete(sessions).where(eq(sessions.token, token));
}
