// Reads the chunks of a WebP (RFC 9649 section 2): all of them must be there, and one picture that does not move. What its pixels
// show is left to builders.
import { TRUNCATED, damaged } from "./faults.ts";
import { webpFrame, type Frame } from "./sniff.ts";

const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
/** The flag of VP8X that says that the picture moves. */
const ANIMATED = 0x02;

/** Returns what is wrong with a WebP, whose first chunk and size are known; null for one that may be drawn. */
export function webpFault(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = CHUNK_BYTES + view.getUint32(4, true);
  if (end > bytes.length) return TRUNCATED;
  let canvas: Frame | null = null;
  for (let at = RIFF_BYTES; at + CHUNK_BYTES <= end;) {
    const size = view.getUint32(at + 4, true);
    const next = at + CHUNK_BYTES + size;
    if (next > end) return TRUNCATED;
    const frame = webpFrame(bytes.subarray(at, next));
    if (frame?.kind === "VP8X") {
      if (((bytes[at + CHUNK_BYTES] ?? 0) & ANIMATED) !== 0) return "must not be animated";
      canvas = frame;
    } else if (frame !== null) {
      const isOfCanvas =
        canvas === null || (canvas.width === frame.width && canvas.height === frame.height);
      return isOfCanvas ? null : damaged("it is not as large as its header says");
    }
    // Chunks begin at even places.
    at = next + (size & 1);
  }
  return damaged("its pixels are missing");
}
