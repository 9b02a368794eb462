// Reads the chunks of a WebP (RFC 9649 section 2): all of them must be there, and one picture that does not move. What its pixels
// show is left to builders.
import { ANIMATED, TRUNCATED, damaged } from "./faults.ts";
import { webpFrame, type Frame } from "./sniff.ts";

const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
/** Most chunks: real pictures have nine. */
const MAX_CHUNKS = 1000;
/** The flag of VP8X that says that the picture moves. */
const MOVES = 0x02;

/** Returns what is wrong with a WebP, whose first chunk and size are known; null for one that may be drawn. */
export function webpFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = CHUNK_BYTES + view.getUint32(4, true);
  if (end > bytes.length) return TRUNCATED;
  let canvas: Frame | null = null;
  let chunks = 0;
  for (let at = RIFF_BYTES; at + CHUNK_BYTES <= end;) {
    if (++chunks > MAX_CHUNKS) return `must not have more than ${MAX_CHUNKS} parts`;
    const size = view.getUint32(at + 4, true);
    const next = at + CHUNK_BYTES + size;
    if (next > end) return TRUNCATED;
    const frame = webpFrame(bytes.subarray(at, next));
    if (frame?.kind === "VP8X") {
      if (((bytes[at + CHUNK_BYTES] ?? 0) & MOVES) !== 0) return ANIMATED;
      canvas = frame;
    } else if (frame !== null) {
      if (!isStill(frame, bytes.subarray(at + CHUNK_BYTES, next))) {
        return damaged("its pixels are not those of a WebP");
      }
      const isOfCanvas =
        canvas === null || (canvas.width === frame.width && canvas.height === frame.height);
      return isOfCanvas ? null : damaged("it is not as large as its header says");
    }
    // Chunks begin at even places.
    at = next + (size & 1);
  }
  return damaged("its pixels are missing");
}

/** Whether a picture's bytes begin as those of one that stands alone (RFC 6386 section 9.1; RFC 9649 section 3.4). */
function isStill({ kind }: Frame, bytes: Uint8Array): boolean {
  if (kind === "VP8L") return bytes[0] === 0x2f && (bytes[4] ?? 0) >> 5 === 0;
  // A key frame (its lowest bit is 0) of one of four versions, which is shown; and three bytes that all of them have.
  const isKey = ((bytes[0] ?? 0) & 0b11001) === 0b10000;
  return isKey && bytes[3] === 0x9d && bytes[4] === 0x01 && bytes[5] === 0x2a;
}
