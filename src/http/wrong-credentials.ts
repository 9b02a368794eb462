// Counts wrong credentials, so that guessing them is bounded: keys and tokens that nobody has and, where a request
// needs none, ids, codes and links that lead nowhere. One count for each network address is shared by all surfaces.
// What is right is never counted, nor refused because of this count.
import type { Context } from "hono";
import { RefusalError, type Refusal } from "../kit/refusal.ts";
import { addressOf, countRequest, type Rate } from "./authenticate.ts";
import type { HttpEnv } from "./env.ts";
import type { Access } from "./operation.ts";
import { admit } from "./quota.ts";

/**
 * Wrong credentials of one network address, a minute. Many people can share an address, and a client with an ended key
 * may repeat itself; but nothing that is guessed here is found within any number of minutes of so few guesses.
 */
const WRONG_CREDENTIALS: Rate = { name: "wrong-credentials", limit: 100 };

/** The headers in which requests bring keys and tokens. */
const CREDENTIAL_HEADERS = ["authorization", "x-app-key", "x-channel-api-key"];

/**
 * Wraps an operation's handler: what it refuses because of a wrong credential is counted, and once the address has used
 * up its minute such refusals become `rate_limited`. They pass unchanged before that, as all others always do.
 */
export function boundGuesses(
  access: Access,
  handle: (c: Context<HttpEnv>) => Promise<Response>,
): (c: Context<HttpEnv>) => Promise<Response> {
  return async (c) => {
    try {
      return await handle(c);
    } catch (error) {
      if (error instanceof RefusalError && isGuess(access, error.refusal, c.req.raw.headers)) {
        const { rateLimiter } = c.env.connection;
        const counted = await countRequest(rateLimiter, WRONG_CREDENTIALS, addressOf(c.req.raw));
        // What is refused as it always was says nothing of this limit.
        if (counted.isOver) admit(c.var.quotas, counted);
      }
      throw error;
    }
  };
}

/**
 * Whether a refusal says that what the request brought to be let in is wrong. A request that brings nothing guesses
 * nothing. Whoever needs no key guesses by the path, and a device, whose token was right, by a channel code or by the token
 * of a user.
 */
function isGuess(access: Access, refusal: Refusal, headers: Headers): boolean {
  const needsNoKey = access === "anyone";
  switch (refusal.code) {
    case "unauthenticated":
      return needsNoKey || CREDENTIAL_HEADERS.some((name) => headers.has(name));
    case "invitation_ended":
      return needsNoKey;
    case "not_found":
      return needsNoKey || (access === "subscriber" && refusal.what === "code");
    case "forbidden":
      // An API key is no key of the operators', whether it exists or not.
      return access === "operator";
    case "invalid":
      return refusal.isGuess === true;
    case "link_invalid":
      // Only a signed link can be an expired one.
      return needsNoKey && !refusal.expired;
    default:
      return false;
  }
}
