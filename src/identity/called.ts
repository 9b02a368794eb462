// Calls better-auth: what it refuses becomes a refusal of ours.
import type { Ctx } from "../domain/context.ts";
import { invalidField, refuse, type Refusal } from "../kit/refusal.ts";
import type { At } from "./at.ts";
import { createAuth, type Auth } from "./auth.ts";

type Refusals = Readonly<Record<string, Refusal>>;

/** A guess at `field` that was wrong. */
export const wrong = (field: string, message: string): Refusal => ({
  ...invalidField([field], message),
  isGuess: true,
});

const WRONG_CODE = wrong("code", "must be the code that your app shows now, and not used before");
export const SIGN_IN_AGAIN = wrong("code", "can't be taken any more: sign in again");

/** What its refusals are here, by their codes. */
const REFUSALS: Refusals = {
  // Who knows the password learns that the address is not confirmed, nobody else.
  EMAIL_NOT_VERIFIED: invalidField(
    ["email"],
    "must be confirmed first, by the link that was sent to it",
  ),
  INVALID_EMAIL_OR_PASSWORD: wrong(
    "password",
    "this address and password do not go together: type both again, or choose “Forgot it?”",
  ),
  INVALID_PASSWORD: wrong("password", "must be your present password"),
  INVALID_TOKEN: wrong("token", "must be one that was sent, and not used yet"),
  TOKEN_EXPIRED: invalidField(["token"], "must be one of the last hour"),
  USER_NOT_FOUND: wrong("token", "must be one that was sent, and not used yet"),
  INVALID_CODE: WRONG_CODE,
  INVALID_BACKUP_CODE: wrong("code", "must be one of your backup codes, not used before"),
  INVALID_TWO_FACTOR_COOKIE: SIGN_IN_AGAIN,
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: SIGN_IN_AGAIN,
  ACCOUNT_TEMPORARILY_LOCKED: { code: "rate_limited", retryAfterS: 900 },
  TOTP_ALREADY_ENABLED: {
    code: "forbidden",
    message: "The second factor is on already. End it first to set up another.",
  },
  TOTP_NOT_ENABLED: { code: "forbidden", message: "There is no second factor to confirm." },
  BACKUP_CODES_NOT_ENABLED: SIGN_IN_AGAIN,
  TWO_FACTOR_NOT_ENABLED: { code: "forbidden", message: "The second factor is off." },
  UNAUTHORIZED: { code: "unauthenticated" },
};

/** The code of an error of better-auth; null for any other error. */
export function codeOf(error: unknown): string | null {
  const { name, body } = error as { name?: string; body?: { code?: string } };
  return name === "APIError" ? (body?.code ?? "") : null;
}

/**
 * Calls an endpoint of better-auth at this origin; refuses what it refuses, as `own` or the table says. Other errors are
 * faults of ours.
 */
export async function called<T>(
  ctx: Ctx,
  at: At,
  call: (auth: Auth) => Promise<T>,
  own: Refusals = {},
): Promise<T> {
  try {
    return await call(createAuth(ctx, at.origin));
  } catch (error) {
    const code = codeOf(error);
    const refusal = code === null ? undefined : (own[code] ?? REFUSALS[code]);
    if (!refusal) throw error;
    return refuse(refusal);
  }
}
