// Puts the APK signing block, with v2 and v3 signatures, between a zip's entries and its central directory.
import { ByteWriter, concat } from "../bytes.ts";
import { endOfCentralDirectory } from "../zip-writer.ts";
import type { ZipParts } from "../zip-writer.ts";
import { contentDigest } from "./content-digest.ts";
import { V2_BLOCK_ID, V3_BLOCK_ID, v2Block, v3Block } from "./schemes.ts";
import type { Signer } from "./signer-key.ts";

const MAGIC = new TextEncoder().encode("APK Sig Block 42");
/** Two size fields of eight bytes and the magic. */
const FRAME_BYTES = 8 + 8 + MAGIC.length;
/** Length and id of a pair. */
const PAIR_HEADER_BYTES = 8 + 4;
const ID_BYTES = 4;

/** The whole block is a multiple of a memory page, as Android's own signer makes it for fs-verity. */
const PAGE_BYTES = 4096;
const PADDING_BLOCK_ID = 0x42726577;

/** Returns the signed APK. The signatures cover everything except the signing block itself. */
export function signApk(parts: ZipParts, signer: Signer): Uint8Array<ArrayBuffer> {
  const { entries, centralDirectory, entryCount } = parts;
  const end = (offset: number): Uint8Array =>
    endOfCentralDirectory(offset, centralDirectory.length, entryCount);
  // The digests are computed as if the central directory began where the signing block does.
  const digest = contentDigest(signer.algorithm.digest, [
    entries,
    centralDirectory,
    end(entries.length),
  ]);
  const block = signingBlock([
    [V2_BLOCK_ID, v2Block(signer, digest)],
    [V3_BLOCK_ID, v3Block(signer, digest)],
  ]);
  return concat([entries, block, centralDirectory, end(entries.length + block.length)]);
}

/** Size, pairs of id and value, size again, magic; padded to PAGE_BYTES by a pair of its own. */
function signingBlock(pairs: readonly (readonly [id: number, value: Uint8Array])[]): Uint8Array {
  const used = pairs.reduce(
    (sum, [, value]) => sum + PAIR_HEADER_BYTES + value.length,
    FRAME_BYTES,
  );
  let padding = (PAGE_BYTES - (used % PAGE_BYTES)) % PAGE_BYTES;
  if (padding > 0 && padding < PAIR_HEADER_BYTES) padding += PAGE_BYTES;
  const padded =
    padding === 0
      ? pairs
      : [...pairs, [PADDING_BLOCK_ID, new Uint8Array(padding - PAIR_HEADER_BYTES)] as const];
  const size = used + padding - 8; // the first size field is not counted
  const out = new ByteWriter().u64(size);
  for (const [id, value] of padded)
    out
      .u64(ID_BYTES + value.length)
      .u32(id)
      .bytes(value);
  return out.u64(size).bytes(MAGIC).finish();
}
