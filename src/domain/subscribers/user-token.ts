// User tokens: by one, a device proves which user it is. It is a JWT (RFC 7519) that the owner's server signs by HS256
// with the app's identity secret, and says whose it is and until when:
//
//   {"sub": "<the user id>", "exp": <Unix seconds>}, and perhaps "aud": "<the app's UUID>", "nbf"
//
// Whoever holds a token is that user, so it lives for a day at most.
import { sql, type SQL } from "drizzle-orm";
import { errors, jwtVerify, type JWTPayload } from "jose";
import { z } from "zod";
import { subscribers } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { DAY_MS, SECOND_MS, wholeSeconds } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { Ctx } from "../context.ts";
import { MAX_USER_ID, UserId } from "./facts/text.ts";
import { openIdentitySecrets } from "./identity-secret.ts";

/** Longest user token, characters: it holds the longest user id, also with each character written as \uXXXX\uXXXX. */
const MAX_USER_TOKEN = 8192;
/** Longest life of a token that is left when it is used, s: who gets hold of one has the user's messages for as long. */
const MAX_LIFE_S = DAY_MS / SECOND_MS;
/** How far the clock of the owner's server may be off, s. */
const SKEW_S = 60;
/**
 * Subscribers of one user that count as named by the owner, and so are kept when room is made: more than a person has
 * devices. Whoever has a token can register any number with it.
 */
export const MAX_VOUCHED_OF_USER = 100;

const FIELD = ["user_token"];
const UNSIGNED = "must be a JWT that is signed by HS256 with the app's identity secret";
const SUBJECT =
  `must have the user's id as its sub: a string of 1 to ${MAX_USER_ID} characters, one of them visible and none a control ` +
  "character";
const LIFE = `must have an exp, in seconds since 1970, that is at most ${MAX_LIFE_S} seconds ahead`;

/** A user token as a device brings it: null, or an empty text, for no user any more; left out, the user stays. */
export const GivenUserToken = z
  .string()
  .max(MAX_USER_TOKEN)
  .nullish()
  .transform((text) => (text === "" ? null : text))
  .meta({
    maxLength: MAX_USER_TOKEN,
    description:
      "Which user the device is: a JWT that your server signs by HS256 with the app's identity secret, with the user id as " +
      "its `sub` and an `exp` at most a day ahead. null, or an empty text: no user any more. Left out, the user stays.",
  });

/**
 * Returns the user id that `token` proves for a device of `app`. Refuses `invalid`: as a guess where none of the app's
 * identity secrets signed it, and else where it is over, lives too long, is for another app, or names no user.
 */
export async function provenUser(ctx: Ctx, app: App, token: string): Promise<string> {
  const { sub, exp, aud } = await signedClaims(ctx, app, token);
  if (exp === undefined || exp > ctx.now() / SECOND_MS + MAX_LIFE_S + SKEW_S) return unfit(LIFE);
  if (aud !== undefined && ![aud].flat().includes(app.uuid)) {
    return unfit("must have the app's id as its aud, or no aud");
  }
  const id = UserId.safeParse(sub);
  return id.success ? id.data : unfit(SUBJECT);
}

/** Returns the claims of a token that one of the app's secrets signed, once they hold now. */
async function signedClaims(ctx: Ctx, app: App, token: string): Promise<JWTPayload> {
  const secrets = await openIdentitySecrets(ctx, app);
  const verified = {
    algorithms: ["HS256"],
    clockTolerance: SKEW_S,
    currentDate: new Date(ctx.now()),
  };
  for (const secret of secrets) {
    try {
      // The key is the secret's text, as the libraries that sign take it. WebCrypto compares in constant time.
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), verified);
      return payload;
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      refuseUnfit(error);
    }
  }
  const why = secrets.length > 0 ? UNSIGNED : "can't be verified: the app has no identity secret";
  return refuse({ ...invalidField(FIELD, why), isGuess: true });
}

/** Refuses what was signed and doesn't hold. Any other error says that the secret did not sign it. */
function refuseUnfit(error: errors.JOSEError): void {
  if (error instanceof errors.JWTExpired) {
    const at = Number(error.payload.exp) * SECOND_MS;
    // No time of the calendar is further away.
    const when = Math.abs(at) <= 8.64e15 ? `: it was good until ${wholeSeconds(at)}` : "";
    unfit(`must not have expired${when}`);
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "exp") unfit(LIFE);
    unfit(
      error.claim === "nbf" && error.reason === "check_failed"
        ? "must not be used before its nbf"
        : `must have a number, of seconds since 1970, as its ${error.claim}`,
    );
  }
}

function unfit(message: string): never {
  return refuse(invalidField(FIELD, message));
}

/**
 * The columns of a subscriber whose device proved to be the user `id`; null: nobody's any more, undefined: as it is. What
 * the token proves is the word of the owner about the user, and not about the device's address.
 */
export function userColumns(appId: number, id: string | null | undefined) {
  return id === undefined ? {} : { userId: id, vouched: isVouched(appId, id, stillVouched(id)) };
}

/**
 * Whether a subscriber that gets this user, or null, still counts as named by the owner. Who leaves a user leaves what the
 * user was vouched for, or one token, used and given up in turn, would vouch for any number; what the owner named by its
 * address stays.
 */
function stillVouched(id: string | null): SQL {
  return sql`(vouched AND (user_id IS NULL OR user_id IS ${id} OR vouched_token IS NOT NULL))`;
}

/** Whether a subscriber of this user counts as named by the owner from now on; `otherwise`: whether it does beyond the bound. */
export function isVouched(appId: number, userId: string | null, otherwise: SQL): SQL<boolean> {
  if (userId === null) return sql<boolean>`${otherwise}`;
  return sql<boolean>`iif((SELECT count(*) FROM (SELECT 1 FROM ${subscribers} AS same
    WHERE same.app_id = ${appId} AND same.user_id = ${userId} LIMIT ${MAX_VOUCHED_OF_USER})) < ${MAX_VOUCHED_OF_USER}, 1, ${otherwise})`;
}
