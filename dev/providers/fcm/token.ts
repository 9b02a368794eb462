// Google's OAuth token endpoint for service accounts: a signed assertion against an access token.
// RFC 7523 (JWT bearer grant); Google, "Using OAuth 2.0 for Server to Server Applications".
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { Bounded } from "../../../src/kit/bounded.ts";
import type { FcmAccount } from "../credentials.ts";
import type { Answer, Call } from "../exchange.ts";
import { type AnsweredFault, retryAfterHeader } from "../faults.ts";
import { peekClaims, verifyJwt } from "../jwt.ts";
import type { World } from "../world.ts";

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/** The audience that Google documents, good here as well, beside the stand-in's own address. */
const GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token";
const SCOPES = [
  "https://www.googleapis.com/auth/firebase.messaging",
  "https://www.googleapis.com/auth/cloud-platform",
];
/** Longest life of an assertion, s. */
const MAX_ASSERTION_S = 3_600;
/** How far the sender's clock may be ahead, s. */
const SKEW_S = 300;
/** Life of an access token, s: what Google answers. */
const ACCESS_TOKEN_S = 3_599;
/** Access tokens known at once; a sender that needs more mints far too many. */
const MAX_ACCESS_TOKENS = 10_000;

const Claims = z.object({
  iss: z.string(),
  scope: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
});

export interface AccessToken {
  clientEmail: string;
  /** The account's when it was issued. */
  generation: number;
  /** Unix ms. */
  expiresAt: number;
}

function refuse(error: string, description: string, status = 400): Answer {
  return { status, body: { error, error_description: description }, reason: error };
}

const invalidGrant = (description: string): Answer => refuse("invalid_grant", description);

export class TokenEndpoint {
  #world: World;
  #issued = new Bounded<string, AccessToken>(MAX_ACCESS_TOKENS);

  constructor(world: World) {
    this.#world = world;
  }

  /** The access token of a send, or null when it is unknown, expired or revoked. */
  find(bearer: string): AccessToken | null {
    const token = this.#issued.get(bearer);
    const account = token && this.#world.credentials.fcm.get(token.clientEmail);
    if (!token || !account || account.revoked) return null;
    return token.expiresAt > Date.now() && token.generation === account.generation ? token : null;
  }

  async handle(call: Call): Promise<Answer> {
    if (call.method !== "POST") return refuse("invalid_request", "POST only", 405);
    if (!call.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
      return refuse("invalid_request", "The body must be form-encoded.");
    }
    const form = new URLSearchParams(call.body.toString());
    if (form.get("grant_type") !== GRANT) {
      return refuse("unsupported_grant_type", `Invalid grant_type: ${form.get("grant_type")}`);
    }
    return this.#grant(form.get("assertion") ?? "");
  }

  fault(fault: AnsweredFault): Answer {
    const limited = fault.kind === "rate_limited";
    const answer = refuse(limited ? "rate_limit_exceeded" : "internal_failure", "Try again later.");
    return { ...answer, status: fault.status, headers: retryAfterHeader(fault) };
  }

  async #grant(assertion: string): Promise<Answer> {
    const account = this.#world.credentials.fcm.get(
      peekClaims(assertion, z.object({ iss: z.string() }))?.iss ?? "",
    );
    if (!account || account.revoked) return invalidGrant("Invalid grant: account not found");
    const verified = await verifyJwt(assertion, account.publicKey, "RS256", Claims);
    if (!verified.ok) {
      return invalidGrant(
        verified.reason === "signature" ? "Invalid JWT Signature." : "Invalid JWT: claims missing",
      );
    }
    const { aud, scope, iat, exp } = verified.claims;
    if (aud !== `${this.#world.origin}/fcm/token` && aud !== GOOGLE_AUDIENCE) {
      return invalidGrant("Invalid JWT: Failed audience check.");
    }
    const now = Date.now() / 1000;
    if (exp <= now || iat > now + SKEW_S || exp - iat > MAX_ASSERTION_S || exp <= iat) {
      return invalidGrant("Invalid JWT: Token must be a short-lived token (60 minutes).");
    }
    if (!scope.split(" ").some((one) => SCOPES.includes(one))) {
      return refuse("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
    }
    return this.#issue(account);
  }

  #issue({ clientEmail, generation }: FcmAccount): Answer {
    const token = `ya29.${randomBytes(32).toString("base64url")}`;
    const expiresAt = Date.now() + ACCESS_TOKEN_S * 1000;
    this.#issued.put(token, { clientEmail, generation, expiresAt });
    const body = { access_token: token, expires_in: ACCESS_TOKEN_S, token_type: "Bearer" };
    return { status: 200, body, reason: null };
  }
}
