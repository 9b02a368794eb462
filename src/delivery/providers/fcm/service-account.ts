// A Google service account's JSON key: what of it is needed, and whether it can sign.
import { importPKCS8, SignJWT } from "jose";
import { z } from "zod";
import { checkWith, refuseField } from "../checked.ts";
import type { Checked } from "../types.ts";

/** Scope of an access token that may send messages. */
const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
/** Lifetime of an assertion, seconds: the longest Google takes. */
const ASSERTION_SECONDS = 3600;

/**
 * The key as it is downloaded; fields not named here are dropped. `token_uri` is one of them: whoever sets
 * a credential does not choose where we send assertions.
 */
export const ServiceAccount = z.object({
  type: z.literal("service_account"),
  project_id: z.string().regex(/^[a-z0-9][a-z0-9.:-]{2,62}[a-z0-9]$/, "must be a project id"),
  private_key_id: z.string().min(1).max(100),
  private_key: z.string().max(8192).startsWith("-----BEGIN PRIVATE KEY-----"),
  client_email: z.email().max(320),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

/** Reads a service account and makes a signature with its key. */
export async function checkServiceAccount(input: unknown): Promise<Checked<ServiceAccount>> {
  const checked = checkWith(ServiceAccount, input);
  if (!checked.ok) return checked;
  try {
    await signAssertion(checked.value, "https://check.invalid", 0);
    return checked;
  } catch {
    return refuseField(["private_key"], "must be an RSA key of at least 2048 bits in PKCS #8 form");
  }
}

/** The RS256 assertion for `audience`, the token endpoint, issued at `now` (ms). RFC 7523 section 3. */
export async function signAssertion(
  account: ServiceAccount,
  audience: string,
  now: number,
): Promise<string> {
  const key = await importPKCS8(account.private_key, "RS256");
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: account.private_key_id })
    .setIssuer(account.client_email)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ASSERTION_SECONDS)
    .sign(key);
}
