// SHA-1 of SHA-1 of SHA-1..., which is what PKCS #12 derives keys by, up to 100,000 times in a row. No platform offers the
// chain, and a call of node:crypto for each link costs workerd eight times what its arithmetic does; so the arithmetic
// (FIPS 180-4, sections 5.3.1 and 6.1.2) is here, for the one kind of message that a chain has: a digest.

/** The digest of SHA-1, bytes. */
const DIGEST_BYTES = 20;
/** A block of 512 bits and the schedule that is made of it, words. */
const BLOCK_WORDS = 16;
const SCHEDULE_WORDS = 80;
/** The length that the padding states: a digest is all of the message, bits. */
const MESSAGE_BITS = DIGEST_BYTES * 8;

/** Hashes `digest`, the SHA-1 of something, `times` more, and returns the last digest. */
export function sha1Chain(digest: Uint8Array, times: number): Uint8Array {
  const view = new DataView(digest.buffer, digest.byteOffset, DIGEST_BYTES);
  const state = Int32Array.from({ length: 5 }, (_, word) => view.getInt32(word * 4));
  const schedule = new Int32Array(SCHEDULE_WORDS);
  for (let left = times; left > 0; left--) {
    // One block: the digest, a bit that ends it, zeros, and its length.
    schedule.set(state);
    schedule[5] = 0x80000000;
    schedule.fill(0, 6, BLOCK_WORDS - 1);
    schedule[BLOCK_WORDS - 1] = MESSAGE_BITS;
    compress(schedule, state);
  }
  const last = new Uint8Array(DIGEST_BYTES);
  const output = new DataView(last.buffer);
  for (const [word, value] of state.entries()) output.setInt32(word * 4, value);
  return last;
}

/** Hashes the block in the first words of `w` from the initial state, and writes the digest to `state`. */
function compress(w: Int32Array, state: Int32Array): void {
  for (let t = BLOCK_WORDS; t < SCHEDULE_WORDS; t++) {
    const mixed = at(w, t - 3) ^ at(w, t - 8) ^ at(w, t - 14) ^ at(w, t - 16);
    w[t] = (mixed << 1) | (mixed >>> 31);
  }
  let a = 0x67452301;
  let b = 0xefcdab89 | 0;
  let c = 0x98badcfe | 0;
  let d = 0x10325476;
  let e = 0xc3d2e1f0 | 0;
  let next = 0;
  // Four loops that repeat themselves: one loop that chose by its count, or a function for each, takes twice as long.
  for (let t = 0; t < 20; t++) {
    next = (((a << 5) | (a >>> 27)) + ((b & c) | (~b & d)) + e + at(w, t) + 0x5a827999) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let t = 20; t < 40; t++) {
    next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + at(w, t) + 0x6ed9eba1) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let t = 40; t < 60; t++) {
    next =
      (((a << 5) | (a >>> 27)) + ((b & c) | (b & d) | (c & d)) + e + at(w, t) + 0x8f1bbcdc) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let t = 60; t < 80; t++) {
    next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + at(w, t) + 0xca62c1d6) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = 0x67452301 + a;
  state[1] = 0xefcdab89 + b;
  state[2] = 0x98badcfe + c;
  state[3] = 0x10325476 + d;
  state[4] = 0xc3d2e1f0 + e;
}

/** Reads a word that is there. */
const at = (words: Int32Array, index: number): number => words[index] ?? 0;
