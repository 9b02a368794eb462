// The tokens an APNs key signs (developer.apple.com, "Establishing a token-based connection to APNs"). Apple
// takes a token for an hour and minds a new one within 20 minutes: share them.
import { importPKCS8, SignJWT } from "jose";
import type { ApnsCredential } from "../../../kit/push/credentials.ts";

/** The ES256 provider token issued at `now` (ms). Rejects for a key that can't sign. */
export async function mintProviderToken(
  credential: Pick<ApnsCredential, "private_key" | "key_id" | "team_id">,
  now: number,
): Promise<string> {
  const key = await importPKCS8(credential.private_key.trim(), "ES256");
  return new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: credential.key_id })
    .setIssuer(credential.team_id)
    .setIssuedAt(Math.floor(now / 1000))
    .sign(key);
}
