// The tokens an APNs key signs (developer.apple.com, "Establishing a token-based connection to APNs"). Apple
// takes a token for an hour and minds a new one within 20 minutes: share them.
import { createHash } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import type { ApnsCredential } from "../../../kit/push/credentials.ts";

type ApnsKey = Pick<ApnsCredential, "private_key" | "key_id" | "team_id">;

/** The same for the same key, however its file is broken into lines; tells nothing of it. */
export function keyFingerprint({ private_key: pem, key_id, team_id }: ApnsKey): string {
  const text = [team_id, key_id, pem.replace(/\s+/g, "")].join(":");
  return createHash("sha256").update(text).digest("hex");
}

/** The ES256 provider token issued at `now` (ms). Rejects for a key that can't sign. */
export async function mintProviderToken(credential: ApnsKey, now: number): Promise<string> {
  const key = await importPKCS8(credential.private_key.trim(), "ES256");
  return new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: credential.key_id })
    .setIssuer(credential.team_id)
    .setIssuedAt(Math.floor(now / 1000))
    .sign(key);
}
