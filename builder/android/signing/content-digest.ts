// The digest of an APK's contents that v2 and v3 signatures cover (source.android.com, "APK Signature
// Scheme v2", Integrity-protected contents): a two-level tree, so that devices can digest in parallel.
import { createHash } from "node:crypto";
import { ByteWriter } from "../bytes.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Prefixes that distinguish digests of chunks from the digest of the whole. */
const CHUNK_MARK = 0xa5;
const WHOLE_MARK = 0x5a;

/** Digests sections. No chunk contains parts of two sections. */
export function contentDigest(
  algorithm: "sha256" | "sha512",
  sections: readonly Uint8Array[],
): Uint8Array {
  const digests: Uint8Array[] = [];
  for (const section of sections) {
    for (let at = 0; at < section.length; at += CHUNK_BYTES) {
      const data = section.subarray(at, at + CHUNK_BYTES);
      digests.push(
        createHash(algorithm).update(head(CHUNK_MARK, data.length)).update(data).digest(),
      );
    }
  }
  const whole = createHash(algorithm).update(head(WHOLE_MARK, digests.length));
  for (const digest of digests) whole.update(digest);
  return whole.digest();
}

function head(mark: number, count: number): Uint8Array {
  return new ByteWriter().u8(mark).u32(count).finish();
}
