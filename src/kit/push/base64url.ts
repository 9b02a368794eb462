// Base64url without padding (RFC 4648 section 5), the encoding of all keys in Web Push.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BITS_A_CHARACTER = 6;
const BITS_A_BYTE = 8;
/** The value of each character of ASCII; NONE for those that are not in the alphabet. */
const NONE = 0xff;
const VALUES = new Uint8Array(0x80).fill(NONE);
for (let value = 0; value < ALPHABET.length; value += 1) VALUES[ALPHABET.charCodeAt(value)] = value;

/**
 * Decodes `text`. Returns null if it is not canonical; padding is allowed, since some browsers write it. It is done for every
 * recipient: Buffer, which takes any text, would have to decode and to encode again.
 */
export function fromBase64url(text: string): Uint8Array | null {
  const bare = text.endsWith("=") ? text.replace(/={1,2}$/, "") : text;
  const bytes = new Uint8Array(Math.floor((bare.length * BITS_A_CHARACTER) / BITS_A_BYTE));
  let [bits, held, at] = [0, 0, 0];
  for (let place = 0; place < bare.length; place += 1) {
    const value = VALUES[bare.charCodeAt(place)] ?? NONE;
    if (value === NONE) return null;
    bits = (bits << BITS_A_CHARACTER) | value;
    held += BITS_A_CHARACTER;
    if (held < BITS_A_BYTE) continue;
    held -= BITS_A_BYTE;
    bytes[at] = bits >> held;
    bits &= (1 << held) - 1;
    at += 1;
  }
  // What is left of the last character has to be zeros, and less than the character.
  return held < BITS_A_CHARACTER && bits === 0 ? bytes : null;
}

export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
