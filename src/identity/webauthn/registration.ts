// Verifies that a browser made a passkey for this site (WebAuthn section 7.1). Who made the authenticator is neither asked for
// nor looked at: with attestation "none" there is no statement, or one that the key itself signed.
import { createHash } from "node:crypto";
import { z } from "zod";
import { readAuthenticatorData } from "./authenticator-data.ts";
import { readCbor } from "./cbor.ts";
import { isSignedBy, readKey } from "./cose.ts";
import { Bytes, CredentialId, readClientData } from "./input.ts";

/** Most ways to reach an authenticator that are kept. */
const MAX_TRANSPORTS = 8;

const Registration = z.looseObject({
  id: CredentialId,
  type: z.literal("public-key"),
  response: z.looseObject({
    clientDataJSON: Bytes,
    attestationObject: Bytes,
    transports: z
      .array(z.string().regex(/^[a-z-]{1,30}$/))
      .max(MAX_TRANSPORTS)
      .catch([]),
  }),
});

export interface Registered {
  credentialId: string;
  /** A COSE key, base64url. */
  publicKey: string;
  counter: number;
  isBackedUp: boolean;
  transports: string[];
  /** What it answers: it is for the caller to know whether it was asked. */
  challenge: string;
}

/** Returns the new passkey; null unless all of it is right, on a page of `origin`. */
export function verifyRegistration(input: unknown, origin: string): Registered | null {
  const parsed = Registration.safeParse(input);
  if (!parsed.success) return null;
  const { id, response } = parsed.data;
  const challenge = readClientData(response.clientDataJSON, "webauthn.create", origin);
  const attestation = readAttestation(response.attestationObject);
  if (challenge === null || !attestation) return null;
  const data = readAuthenticatorData(attestation.authData, new URL(origin).hostname);
  const made = data?.made;
  if (!data || !made || made.credentialId !== id || !readKey(made.cose)) return null;
  if (!isOfItself(attestation, made, response.clientDataJSON)) return null;
  return {
    credentialId: id,
    publicKey: Buffer.from(made.publicKey).toString("base64url"),
    counter: data.counter,
    isBackedUp: data.isBackedUp,
    transports: response.transports,
    challenge,
  };
}

interface Attestation {
  format: unknown;
  statement: Map<unknown, unknown>;
  authData: Uint8Array;
}

function readAttestation(bytes: Uint8Array): Attestation | null {
  try {
    const { value, end } = readCbor(bytes);
    if (end !== bytes.length || !(value instanceof Map)) return null;
    const [statement, authData] = [value.get("attStmt"), value.get("authData")];
    if (!(statement instanceof Map) || !(authData instanceof Uint8Array)) return null;
    return { format: value.get("fmt"), statement, authData };
  } catch {
    return null;
  }
}

/** Whether there is no statement (section 8.7), or one of the key itself (section 8.2, self attestation). */
function isOfItself(
  { format, statement, authData }: Attestation,
  made: { publicKey: Uint8Array; cose: unknown },
  clientData: Uint8Array,
): boolean {
  if (format === "none") return statement.size === 0;
  const signature = statement.get("sig");
  const algorithm = made.cose instanceof Map ? made.cose.get(3) : undefined;
  return (
    format === "packed" &&
    !statement.has("x5c") &&
    statement.get("alg") === algorithm &&
    signature instanceof Uint8Array &&
    isSignedBy(made.publicKey, signedData(authData, clientData), signature)
  );
}

/** What authenticators sign: their data, and the hash of what the browser says. */
export function signedData(authData: Uint8Array, clientData: Uint8Array): Uint8Array {
  return Buffer.concat([authData, createHash("sha256").update(clientData).digest()]);
}
