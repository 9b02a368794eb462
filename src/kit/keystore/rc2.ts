// Decrypts RC2 (RFC 2268) in CBC mode. Keystores of JDK 15 and older and of OpenSSL 1 encrypt their certificates with
// it at 40 effective bits, which platform libraries no longer support.

/** PITABLE: a permutation of 0 to 255 (section 2). */
const PITABLE = Buffer.from(
  "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2" +
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82" +
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7" +
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec" +
    "c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9" +
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad",
  "hex",
);
const BLOCK = 8;
/** Left rotations of the four words in a mixing round (section 3.1). */
const ROTATIONS = [1, 2, 3, 5];
/** Mixing rounds in reverse: a mash is undone after the first five and after the next six (section 4). */
const FIRST_MASH = 5;
const SECOND_MASH = 11;
const ROUNDS = 16;

/** Decrypts `ciphertext` and removes its PKCS #7 padding. Returns null if the padding proves that the key is wrong. */
export function rc2CbcDecrypt(
  key: Uint8Array,
  effectiveBits: number,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | null {
  if (iv.length !== BLOCK || ciphertext.length === 0 || ciphertext.length % BLOCK !== 0)
    return null;
  const expanded = expandKey(key, effectiveBits);
  const plaintext = new Uint8Array(ciphertext.length);
  // Made once: a file may have 30,000 blocks.
  const words = new Uint16Array(BLOCK / 2);
  for (let offset = 0; offset < ciphertext.length; offset += BLOCK) {
    for (let i = 0; i < words.length; i++) {
      words[i] = at(ciphertext, offset + 2 * i) | (at(ciphertext, offset + 2 * i + 1) << 8);
    }
    decryptBlock(expanded, words);
    for (let i = 0; i < BLOCK; i++) {
      const previous = offset === 0 ? at(iv, i) : at(ciphertext, offset - BLOCK + i);
      plaintext[offset + i] = (at(words, i >> 1) >>> (8 * (i & 1))) ^ previous;
    }
  }
  return withoutPadding(plaintext);
}

/** Expands the key to 64 words of 16 bits (section 2). */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const L = new Uint8Array(128);
  L.set(key);
  for (let i = key.length; i < 128; i++) L[i] = pi(at(L, i - 1) + at(L, i - key.length));
  const effectiveBytes = Math.ceil(effectiveBits / 8);
  const mask = 0xff >> (8 * effectiveBytes - effectiveBits);
  L[128 - effectiveBytes] = pi(at(L, 128 - effectiveBytes) & mask);
  for (let i = 127 - effectiveBytes; i >= 0; i--)
    L[i] = pi(at(L, i + 1) ^ at(L, i + effectiveBytes));
  return Uint16Array.from({ length: 64 }, (_, i) => at(L, 2 * i) | (at(L, 2 * i + 1) << 8));
}

/** Decrypts one block, the four words of `R`, in place (section 4). */
function decryptBlock(K: Uint16Array, R: Uint16Array): void {
  const word = (i: number): number => at(R, i & 3);
  for (let round = 0; round < ROUNDS; round++) {
    if (round === FIRST_MASH || round === SECOND_MASH) {
      for (let i = 3; i >= 0; i--) R[i] = word(i) - at(K, word(i + 3) & 63);
    }
    for (let i = 3; i >= 0; i--) {
      const bits = ROTATIONS[i] ?? 0;
      const rotated = (word(i) >>> bits) | (word(i) << (16 - bits));
      const mixed = at(K, 4 * (ROUNDS - 1 - round) + i);
      R[i] = rotated - mixed - (word(i + 3) & word(i + 2)) - (~word(i + 3) & word(i + 1));
    }
  }
}

function withoutPadding(plaintext: Uint8Array): Uint8Array | null {
  const length = at(plaintext, plaintext.length - 1);
  if (length < 1 || length > BLOCK) return null;
  const padding = plaintext.subarray(plaintext.length - length);
  return padding.every((byte) => byte === length) ? plaintext.subarray(0, -length) : null;
}

const pi = (index: number): number => at(PITABLE, index & 0xff);
const at = (values: Uint8Array | Uint16Array, index: number): number => values[index] ?? 0;
