// Checks points of the curve P-256 (NIST SP 800-186 section 3.2.1.3), which are the public keys of Web Push: 65 bytes,
// 0x04 and the two coordinates (SEC 1 section 2.3.3). It computes instead of importing a key, since a thousand
// subscriptions would need a thousand promises.

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** Length of a coordinate and of a private key, bytes. */
export const P256_BYTES = 32;
/** Length of an uncompressed point, bytes. */
const POINT_BYTES = 1 + 2 * P256_BYTES;
const UNCOMPRESSED = 0x04;

/** Whether `bytes` are an uncompressed point that lies on the curve: y² = x³ - 3x + b (mod p). */
export function isP256Point(bytes: Uint8Array): boolean {
  if (bytes.byteLength !== POINT_BYTES || bytes[0] !== UNCOMPRESSED) return false;
  const x = integerOf(bytes.subarray(1, 1 + P256_BYTES));
  const y = integerOf(bytes.subarray(1 + P256_BYTES));
  if (x >= P || y >= P) return false;
  return (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

function integerOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}
