// Mints the tokens of an APNs key (developer.apple.com, "Establishing a token-based connection to APNs"). Apple accepts
// a token for an hour and refuses a second one within 20 minutes, so tokens must be shared.
import { createHash } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import type { ApnsCredential } from "../../../kit/push/credentials.ts";

type ApnsKey = Pick<ApnsCredential, "private_key" | "key_id" | "team_id">;

/** Returns a name for the key that reveals nothing of it, and does not depend on the line breaks of its file. */
export function keyFingerprint({ private_key: pem, key_id, team_id }: ApnsKey): string {
  const text = [team_id, key_id, pem.replace(/\s+/g, "")].join(":");
  return createHash("sha256").update(text).digest("hex");
}

/** Mints the ES256 token issued at `now`, ms. Rejects if the key can't sign. */
export async function mintProviderToken(credential: ApnsKey, now: number): Promise<string> {
  const key = await importPKCS8(credential.private_key.trim(), "ES256");
  return new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: credential.key_id })
    .setIssuer(credential.team_id)
    .setIssuedAt(Math.floor(now / 1000))
    .sign(key);
}
