// SHA-1 of SHA-1 of SHA-1..., and the same of SHA-256, which is what PKCS #12 derives keys by, up to 100,000 times in a
// row. No platform offers the chain, and a call of node:crypto for each link costs workerd many times what its
// arithmetic does; so the arithmetic (FIPS 180-4, sections 5.3 and 6.1.2, 6.2.2) is here, for the one kind of message
// that a chain has: a digest.

/** A block of 512 bits, words of 32 bits. */
const BLOCK_WORDS = 16;
const WORD_BYTES = 4;

interface Hash {
  /** The digest, words. */
  digestWords: number;
  /** The schedule that is made of a block, words. */
  scheduleWords: number;
  /** Hashes the block in the first words of `w` from the initial state, and writes the digest to `state`. */
  compress: (w: Int32Array, state: Int32Array) => void;
}
const SHA1: Hash = { digestWords: 5, scheduleWords: 80, compress: compressSha1 };
const SHA256: Hash = { digestWords: 8, scheduleWords: 64, compress: compressSha256 };

/** Hashes `digest`, the SHA-1 of something, `times` more, and returns the last digest. */
export const sha1Chain = (digest: Uint8Array, times: number): Uint8Array =>
  chain(SHA1, digest, times);

/** Hashes `digest`, the SHA-256 of something, `times` more, and returns the last digest. */
export const sha256Chain = (digest: Uint8Array, times: number): Uint8Array =>
  chain(SHA256, digest, times);

function chain(
  { digestWords, scheduleWords, compress }: Hash,
  digest: Uint8Array,
  times: number,
): Uint8Array {
  const view = new DataView(digest.buffer, digest.byteOffset, digestWords * WORD_BYTES);
  const state = Int32Array.from({ length: digestWords }, (_, word) =>
    view.getInt32(word * WORD_BYTES),
  );
  const schedule = new Int32Array(scheduleWords);
  for (let left = times; left > 0; left--) {
    // One block: the digest, a bit that ends it, zeros, and its length in bits.
    schedule.set(state);
    schedule[digestWords] = 0x80000000;
    schedule.fill(0, digestWords + 1, BLOCK_WORDS - 1);
    schedule[BLOCK_WORDS - 1] = digestWords * 32;
    compress(schedule, state);
  }
  const last = new Uint8Array(digestWords * WORD_BYTES);
  const output = new DataView(last.buffer);
  for (const [word, value] of state.entries()) output.setInt32(word * WORD_BYTES, value);
  return last;
}

function compressSha1(w: Int32Array, state: Int32Array): void {
  for (let t = BLOCK_WORDS; t < w.length; t++) {
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

/** The initial state of SHA-256 (section 5.3.3). */
const INITIAL_256 = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);
/** The constants of its rounds (section 4.2.2). */
const ROUNDS_256 = Int32Array.of(
  0x428a2f98,
  0x71374491,
  0xb5c0fbcf,
  0xe9b5dba5,
  0x3956c25b,
  0x59f111f1,
  0x923f82a4,
  0xab1c5ed5,
  0xd807aa98,
  0x12835b01,
  0x243185be,
  0x550c7dc3,
  0x72be5d74,
  0x80deb1fe,
  0x9bdc06a7,
  0xc19bf174,
  0xe49b69c1,
  0xefbe4786,
  0x0fc19dc6,
  0x240ca1cc,
  0x2de92c6f,
  0x4a7484aa,
  0x5cb0a9dc,
  0x76f988da,
  0x983e5152,
  0xa831c66d,
  0xb00327c8,
  0xbf597fc7,
  0xc6e00bf3,
  0xd5a79147,
  0x06ca6351,
  0x14292967,
  0x27b70a85,
  0x2e1b2138,
  0x4d2c6dfc,
  0x53380d13,
  0x650a7354,
  0x766a0abb,
  0x81c2c92e,
  0x92722c85,
  0xa2bfe8a1,
  0xa81a664b,
  0xc24b8b70,
  0xc76c51a3,
  0xd192e819,
  0xd6990624,
  0xf40e3585,
  0x106aa070,
  0x19a4c116,
  0x1e376c08,
  0x2748774c,
  0x34b0bcb5,
  0x391c0cb3,
  0x4ed8aa4a,
  0x5b9cca4f,
  0x682e6ff3,
  0x748f82ee,
  0x78a5636f,
  0x84c87814,
  0x8cc70208,
  0x90befffa,
  0xa4506ceb,
  0xbef9a3f7,
  0xc67178f2,
);

function compressSha256(w: Int32Array, state: Int32Array): void {
  for (let t = BLOCK_WORDS; t < w.length; t++) {
    const x = at(w, t - 15);
    const y = at(w, t - 2);
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = at(w, t - 16) + s0 + at(w, t - 7) + s1;
  }
  let a = at(INITIAL_256, 0);
  let b = at(INITIAL_256, 1);
  let c = at(INITIAL_256, 2);
  let d = at(INITIAL_256, 3);
  let e = at(INITIAL_256, 4);
  let f = at(INITIAL_256, 5);
  let g = at(INITIAL_256, 6);
  let h = at(INITIAL_256, 7);
  for (let t = 0; t < w.length; t++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUNDS_256, t) + at(w, t)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state.set(INITIAL_256);
  for (const [word, value] of [a, b, c, d, e, f, g, h].entries()) {
    state[word] = at(state, word) + value;
  }
}

/** Reads a word that is there. */
const at = (words: Int32Array, index: number): number => words[index] ?? 0;
