// What a browser sends of a passkey: PublicKeyCredential.toJSON (WebAuthn section 5.1.8), as it is or as text in a field of a
// form.
import { z } from "zod";

/** Longest of it, characters: an RSA key with its identifiers has about 2,000. */
const MAX_CREDENTIAL = 20_000;

/** Parsed JSON of it, still to be examined. */
export const CredentialText = z
  .union([z.string().max(MAX_CREDENTIAL), z.looseObject({})])
  .transform((given): unknown => {
    if (typeof given !== "string") return given;
    try {
      return JSON.parse(given);
    } catch {
      return null;
    }
  });

/** Bytes in base64url. */
export const Bytes = z
  .string()
  .min(1)
  .max(MAX_CREDENTIAL)
  .regex(/^[A-Za-z0-9_-]+$/)
  .transform((text) => Buffer.from(text, "base64url"));

/** The same of a credential's id: at most 1023 bytes (section 5.8.3). */
export const CredentialId = z.string().regex(/^[A-Za-z0-9_-]{1,1364}$/);

const ClientData = z.looseObject({
  type: z.string(),
  challenge: z.string().regex(/^[A-Za-z0-9_-]{1,200}$/),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});

/**
 * Reads what the browser says it was asked (section 5.8.1). Returns the challenge; null unless it was of this type, on a page
 * of `origin` that no page of another site contained.
 */
export function readClientData(
  bytes: Uint8Array,
  type: "webauthn.create" | "webauthn.get",
  origin: string,
): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const data = ClientData.parse(JSON.parse(text));
    const isOurs = data.type === type && data.origin === origin && data.crossOrigin !== true;
    return isOurs ? data.challenge : null;
  } catch {
    return null;
  }
}
