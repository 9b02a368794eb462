// The signed assertion by which a service account asks Google for an access token (RFC 7523 section 3).
import { importPKCS8, SignJWT } from "jose";
import type { ServiceAccount } from "../../../kit/push/credentials.ts";

/** Scope of an access token that may send messages. */
const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
/** Lifetime of an assertion, seconds: the longest Google takes. */
const ASSERTION_SECONDS = 3600;

/** The RS256 assertion for `audience`, the token endpoint, issued at `now` (ms). Rejects for a key that can't sign. */
export async function signAssertion(
  account: ServiceAccount,
  audience: string,
  now: number,
): Promise<string> {
  const key = await importPKCS8(account.private_key.trim(), "RS256");
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: account.private_key_id })
    .setIssuer(account.client_email)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ASSERTION_SECONDS)
    .sign(key);
}
