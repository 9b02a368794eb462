// Signs the assertion with which a service account requests an access token from Google (RFC 7523 section 3).
import { importPKCS8, SignJWT } from "jose";
import type { ServiceAccount } from "../../../kit/push/credentials.ts";

/** The scope of access tokens for sending messages. */
const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
/** Lifetime of an assertion, seconds: the longest that Google accepts. */
const ASSERTION_SECONDS = 3600;

/** Signs the RS256 assertion for the token endpoint `audience`, issued at `now`, ms. Rejects if the key can't sign. */
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
