// The second factor of a password: codes of an authenticator (TOTP, RFC 6238), and backup codes for when it is lost. A
// passkey needs none, since it is unlocked by the person (user verification) and is itself something they have.
import { eq } from "drizzle-orm";
import { z } from "zod";
import { logins, users } from "../db/schema/index.ts";
import type { PersonCtx } from "../domain/context.ts";
import { parse } from "../kit/parse.ts";
import { refuse } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { makeRoom } from "./begin-session.ts";
import { called } from "./called.ts";
import { cookiesOf } from "./cookie.ts";
import { countOwnTry, isUsedCode } from "./limits.ts";
import { isFactorLost } from "./lost-factor.ts";
import { mailsOf } from "./mails.ts";
import { requireFresh } from "./sessions.ts";

/** The password, of who has one. */
const Password = z.strictObject({ password: z.string().max(128).default("") });
const Code = z.strictObject({
  code: z
    .string()
    .trim()
    .regex(/^\d{3} ?\d{3}$/, "must be six digits"),
});

/** Whether the person's password needs a second factor, and whether they have a password at all. */
export async function secondFactorOf(
  ctx: PersonCtx,
): Promise<{ isOn: boolean; hasPassword: boolean }> {
  const found = await ctx.db
    .select({ isOn: users.twoFactorEnabled, provider: logins.providerId })
    .from(users)
    .leftJoin(logins, eq(logins.userId, users.id))
    .where(eq(users.id, ctx.person.id));
  return {
    isOn: found.some(({ isOn }) => isOn === true),
    hasPassword: found.some(({ provider }) => provider === "credential"),
  };
}

/**
 * Begins to set up an authenticator, for who gives their `password`. Returns the address for its QR code, the same secret to
 * type (base32), and the backup codes, none of which can be shown again. It counts once confirmSecondFactor was given a code.
 * Refuses `invalid`, `forbidden` while a second factor is on, and to who has no password and signed in more than a day ago;
 * `rate_limited`.
 */
export async function beginSecondFactor(
  ctx: PersonCtx,
  at: At,
  input: unknown,
): Promise<{ uri: string; secret: string; codes: string[] }> {
  const body = parse(Password, input);
  await countOwnTry(ctx, at, ctx.person.id);
  await requirePasswordOrFresh(ctx);
  const { headers } = at.request;
  const begun = await called(ctx, at, async (auth) => auth.api.enableTwoFactor({ body, headers }));
  if (!("totpURI" in begun)) throw new Error("a second factor without an address");
  const secret = new URL(begun.totpURI).searchParams.get("secret") ?? "";
  return { uri: begun.totpURI, secret, codes: begun.backupCodes };
}

/**
 * Turns the second factor on, by a first `code` of the authenticator. Returns the cookies of the session that takes the
 * place of this. Refuses `invalid`, `forbidden` if none was begun, `rate_limited`.
 */
export async function confirmSecondFactor(
  ctx: PersonCtx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[] }> {
  const { code } = parse(Code, input);
  await countOwnTry(ctx, at, ctx.person.id);
  const { headers, response } = await called(ctx, at, async (auth) =>
    auth.api.verifyTOTP({
      body: { code: code.replace(" ", "") },
      headers: at.request.headers,
      returnHeaders: true,
    }),
  );
  await isUsedCode(ctx, ctx.person.id, code.replace(" ", ""));
  await noteChange(ctx, at, response.token, "A second factor was turned on.");
  return { cookies: cookiesOf(headers, at.origin) };
}

/**
 * Turns the second factor off, for who gives their `password`. Returns the cookies of the session that takes the place of
 * this. Refuses `invalid`, `rate_limited`, `forbidden` to who has no password and signed in more than a day ago.
 */
export async function endSecondFactor(
  ctx: PersonCtx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[] }> {
  const body = parse(Password, input);
  await countOwnTry(ctx, at, ctx.person.id);
  await requirePasswordOrFresh(ctx);
  const { headers } = await called(ctx, at, async (auth) =>
    auth.api.disableTwoFactor({ body, headers: at.request.headers, returnHeaders: true }),
  );
  ctx.defer(mailsOf(ctx, at.origin).changed(ctx.person, "The second factor was turned off."));
  return { cookies: cookiesOf(headers, at.origin) };
}

/**
 * Makes ten new backup codes in place of those there were, for who gives their `password`. They can't be shown again.
 * Refuses `invalid`, `forbidden` while the second factor is off or can't be read, and to who has no password and signed in
 * more than a day ago; `rate_limited`.
 */
export async function newBackupCodes(
  ctx: PersonCtx,
  at: At,
  input: unknown,
): Promise<{ codes: string[] }> {
  const body = parse(Password, input);
  await countOwnTry(ctx, at, ctx.person.id);
  await requirePasswordOrFresh(ctx);
  if ((await secondFactorOf(ctx)).isOn && (await isFactorLost(ctx, ctx.person.id))) {
    const message = "Your second factor can't be read here any more. End it, then set up another.";
    refuse({ code: "forbidden", message });
  }
  const { headers } = at.request;
  const made = await called(ctx, at, async (auth) =>
    auth.api.generateBackupCodes({ body, headers }),
  );
  return { codes: made.backupCodes };
}

/**
 * Refuses `forbidden` to who has no password to give and signed in more than a day ago: the session alone would say who they
 * are.
 */
async function requirePasswordOrFresh(ctx: PersonCtx): Promise<void> {
  const { hasPassword } = await secondFactorOf(ctx);
  if (!hasPassword) await requireFresh(ctx);
}

async function noteChange(ctx: PersonCtx, at: At, token: string, what: string): Promise<void> {
  await makeRoom(ctx, at, ctx.person.id, token);
  ctx.defer(mailsOf(ctx, at.origin).changed(ctx.person, what));
}
