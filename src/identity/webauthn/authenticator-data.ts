// What an authenticator says when it makes or uses a key (WebAuthn section 6.1).
import { createHash } from "node:crypto";
import { equalBytes } from "../../kit/crypto.ts";
import { readCbor, type Cbor } from "./cbor.ts";

/** Flags: the person was there, and was verified; the key may leave the device, and is kept elsewhere; what follows. */
const UP = 0x01;
const UV = 0x04;
const BE = 0x08;
const BS = 0x10;
const AT = 0x40;
const ED = 0x80;
/** rpIdHash, flags, signCount. */
const HEAD_BYTES = 37;
/** aaguid, and the length of the credential's id. */
const CREDENTIAL_HEAD_BYTES = 18;
const MAX_ID_BYTES = 1023;

export interface AuthenticatorData {
  counter: number;
  isBackedUp: boolean;
  /** The key that was made; null where one is used. */
  made: { credentialId: string; publicKey: Uint8Array; cose: Cbor } | null;
}

/**
 * Reads authenticator data about the site at `hostname`. Returns null unless the person was there and was verified, the site is
 * this one, and nothing is left over.
 */
export function readAuthenticatorData(
  bytes: Uint8Array,
  hostname: string,
): AuthenticatorData | null {
  if (bytes.length < HEAD_BYTES) return null;
  const ofSite = createHash("sha256").update(hostname).digest();
  if (!equalBytes(bytes.subarray(0, 32), ofSite)) return null;
  const flags = bytes[32] ?? 0;
  const has = (flag: number) => (flags & flag) !== 0;
  // What can't leave its device is not kept elsewhere (section 7.2, step 18).
  if (!has(UP) || !has(UV) || (has(BS) && !has(BE))) return null;
  const counter = new DataView(bytes.buffer, bytes.byteOffset).getUint32(33);
  try {
    let rest = bytes.subarray(HEAD_BYTES);
    let made: AuthenticatorData["made"] = null;
    if (has(AT)) {
      const read = readMade(rest);
      if (!read) return null;
      ({ made, rest } = read);
    }
    if (has(ED)) rest = rest.subarray(readCbor(rest).end);
    return rest.length === 0 ? { counter, isBackedUp: has(BS), made } : null;
  } catch {
    return null;
  }
}

/** Attested credential data (section 6.5.2). */
function readMade(bytes: Uint8Array) {
  if (bytes.length < CREDENTIAL_HEAD_BYTES) return null;
  const length = ((bytes[16] ?? 0) << 8) | (bytes[17] ?? 0);
  const end = CREDENTIAL_HEAD_BYTES + length;
  if (length === 0 || length > MAX_ID_BYTES || end > bytes.length) return null;
  const { value: cose, end: keyEnd } = readCbor(bytes.subarray(end));
  const made = {
    credentialId: Buffer.from(bytes.subarray(CREDENTIAL_HEAD_BYTES, end)).toString("base64url"),
    publicKey: bytes.subarray(end, end + keyEnd),
    cose,
  };
  return { made, rest: bytes.subarray(end + keyEnd) };
}
