// Verifies that a passkey was used on this site (WebAuthn section 7.2).
import { z } from "zod";
import { readAuthenticatorData } from "./authenticator-data.ts";
import { isSignedBy } from "./cose.ts";
import { Bytes, CredentialId, readClientData } from "./input.ts";
import { signedData } from "./registration.ts";

const Assertion = z.looseObject({
  id: CredentialId,
  type: z.literal("public-key"),
  response: z.looseObject({
    clientDataJSON: Bytes,
    authenticatorData: Bytes,
    signature: Bytes,
    userHandle: Bytes.nullish(),
  }),
});

export interface Given {
  credentialId: string;
  clientData: Uint8Array;
  authData: Uint8Array;
  signature: Uint8Array;
  /** Whose the authenticator says it is; null where it says nothing. */
  userId: string | null;
}

export interface Proof {
  challenge: string;
  counter: number;
  isBackedUp: boolean;
  userId: string | null;
}

/** Reads what the browser sent; null unless it has the form. Nothing of it is verified yet. */
export function readAssertion(input: unknown): Given | null {
  const parsed = Assertion.safeParse(input);
  if (!parsed.success) return null;
  const { id, response } = parsed.data;
  return {
    credentialId: id,
    clientData: response.clientDataJSON,
    authData: response.authenticatorData,
    signature: response.signature,
    userId: response.userHandle?.toString() ?? null,
  };
}

/**
 * Verifies it with the passkey's key (COSE, base64url). Returns what was proved; null unless all of it is right, on a page of
 * `origin`. Whether the challenge is one of ours, and whether the count grew, is for the caller to know.
 */
export function verifyAssertion(given: Given, publicKey: string, origin: string): Proof | null {
  const challenge = readClientData(given.clientData, "webauthn.get", origin);
  const data = readAuthenticatorData(given.authData, new URL(origin).hostname);
  if (challenge === null || !data) return null;
  const key = Buffer.from(publicKey, "base64url");
  const signed = signedData(given.authData, given.clientData);
  if (!isSignedBy(key, signed, given.signature)) return null;
  return {
    challenge,
    counter: data.counter,
    isBackedUp: data.isBackedUp,
    userId: given.userId,
  };
}
