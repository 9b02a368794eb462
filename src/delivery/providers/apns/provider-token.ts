// An APNs key and the tokens it signs (developer.apple.com, "Establishing a token-based connection to
// APNs"). Apple takes a token for an hour and minds a new one within 20 minutes: share them.
import { importPKCS8, SignJWT } from "jose";
import { z } from "zod";
import { checkWith, refuseField } from "../checked.ts";
import type { Checked } from "../types.ts";

const TenCharacters = z.string().regex(/^[A-Z0-9]{10}$/, "must be 10 capital letters and digits");

export const ApnsCredential = z.strictObject({
  /** The .p8 file: PKCS #8, PEM. */
  private_key: z.string().trim().max(4096).startsWith("-----BEGIN PRIVATE KEY-----"),
  key_id: TenCharacters,
  team_id: TenCharacters,
  /** The app's bundle id. */
  topic: z.string().regex(/^[A-Za-z0-9.-]{1,155}$/, "must be a bundle id"),
  environment: z.enum(["production", "sandbox"]),
});
export type ApnsCredential = z.infer<typeof ApnsCredential>;

/** Reads an APNs credential and makes a signature with its key. */
export async function checkApnsCredential(input: unknown): Promise<Checked<ApnsCredential>> {
  const checked = checkWith(ApnsCredential, input);
  if (!checked.ok) return checked;
  try {
    await mintProviderToken(checked.value, 0);
    return checked;
  } catch {
    return refuseField(
      ["private_key"],
      "must be a P-256 key in PKCS #8 form, as in Apple's .p8 file",
    );
  }
}

/** The ES256 provider token issued at `now` (ms). */
export async function mintProviderToken(
  credential: Pick<ApnsCredential, "private_key" | "key_id" | "team_id">,
  now: number,
): Promise<string> {
  const key = await importPKCS8(credential.private_key, "ES256");
  return new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: credential.key_id })
    .setIssuer(credential.team_id)
    .setIssuedAt(Math.floor(now / 1000))
    .sign(key);
}
