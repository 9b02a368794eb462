// Signing in by a passkey. It stands for password and second factor both, since it verified its user.
import { and, eq, or, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { passkeys, users } from "../db/schema/index.ts";
import type { Ctx } from "../domain/context.ts";
import { parse } from "../kit/parse.ts";
import { refuse } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { beginSession } from "./begin-session.ts";
import { wrong } from "./called.ts";
import { CHALLENGE_MS, makeChallenge, requireChallenge, spendChallenge } from "./challenges.ts";
import { Checkbox } from "./input.ts";
import { countTry } from "./limits.ts";
import { readAssertion, verifyAssertion } from "./webauthn/assertion.ts";
import { CredentialText } from "./webauthn/input.ts";

const Given = z.strictObject({ credential: CredentialText, remember: Checkbox });

const WRONG = wrong("credential", "must be a passkey that you added here");

/** Returns what the browser asks for a passkey by, as `PublicKeyCredential.parseRequestOptionsFromJSON` reads it. */
export function passkeySignInOptions(ctx: Ctx, at: At) {
  return {
    rpId: new URL(at.origin).hostname,
    challenge: makeChallenge(ctx, "sign-in", ""),
    timeout: CHALLENGE_MS,
    userVerification: "required" as const,
    // None are named: the browser shows those that it has for this site, and nobody learns who has one.
    allowCredentials: [],
  };
}

/**
 * Signs in by `credential`, what the browser answered (AuthenticationResponseJSON, or that as text); `remember` as in signIn.
 * Returns the session's cookies. Refuses `invalid`, `rate_limited`.
 */
export async function signInByPasskey(
  ctx: Ctx,
  at: At,
  input: unknown,
): Promise<{ cookies: string[] }> {
  const { credential, remember } = parse(Given, input);
  await countTry(ctx, at);
  const given = readAssertion(credential);
  if (!given) return refuse(WRONG);
  const [found] = await ctx.db
    .select({ passkey: passkeys })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(and(eq(passkeys.credentialId, given.credentialId), eq(users.emailVerified, true)));
  const passkey = found?.passkey;
  const proof = passkey ? verifyAssertion(given, passkey.publicKey, at.origin) : null;
  if (!passkey || !proof) return refuse(WRONG);
  if (proof.userId !== null && proof.userId !== passkey.userId) refuse(WRONG);
  requireChallenge(ctx, proof.challenge, "sign-in", "");
  await spendChallenge(ctx, proof.challenge);
  // A count that did not grow says that somebody made a copy of the key (section 6.1.1).
  const counted = await ctx.db
    .update(passkeys)
    .set({ counter: proof.counter, isBackedUp: proof.isBackedUp, usedAt: ctx.now() })
    .where(
      and(
        eq(passkeys.id, passkey.id),
        or(
          lt(passkeys.counter, proof.counter),
          sql`(${passkeys.counter} = 0 AND ${proof.counter} = 0)`,
        ),
      ),
    )
    .returning({ id: passkeys.id });
  if (counted.length === 0) refuse(WRONG);
  return { cookies: await beginSession(ctx, at, passkey.userId, remember) };
}
