// Reads a JPEG's markers from its start to its end (ITU-T T.81 annex B): it must have one frame header, compressed pixels after
// it, and an end. What the pixels show is left to builders; a JPEG is never transparent.
import { TRUNCATED, damaged } from "./faults.ts";

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** Frames that builders decode: baseline, extended and progressive, each with Huffman codes. */
const FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];
/** Bits a sample, and samples a pixel, that builders decode. */
const BITS = 8;
const COMPONENTS: readonly (number | undefined)[] = [1, 3, 4];
/** The codes of all frames are those from C0 to CF but these: tables, and one that is reserved. */
const NO_FRAMES: readonly number[] = [0xc4, 0xc8, 0xcc];

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7;
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker);

/** Returns what is wrong with a JPEG, whose start and size are known; null for one that may be drawn. */
export function jpegFault(bytes: Uint8Array): string | null {
  let frames = 0;
  let scans = 0;
  let at = 2;
  for (;;) {
    // Any number of fill bytes may stand before a marker.
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
    const marker = bytes[at + 1];
    if (marker === undefined) return TRUNCATED;
    if (bytes[at] !== 0xff || marker === 0 || marker === SOI) {
      return damaged("its parts do not follow one another");
    }
    if (marker === EOI) return scans === 0 ? damaged("its pixels are missing") : null;
    if (isFrame(marker)) {
      frames += 1;
      if (!FRAMES.includes(marker) || frames > 1) {
        return damaged("it is not a baseline or progressive JPEG");
      }
      if (bytes[at + 4] !== BITS || !COMPONENTS.includes(bytes[at + 9])) {
        return damaged("its colours are not grey, RGB or CMYK of 8 bits each");
      }
    }
    const end = isRestart(marker) ? at + 2 : segmentEnd(bytes, at);
    if (end === null) return TRUNCATED;
    at = end;
    if (marker !== SOS) continue;
    if (frames === 0) return damaged("its size is missing");
    at = scanEnd(bytes, end);
    if (at === bytes.length) return TRUNCATED;
    if (at === end) return damaged("its pixels are missing");
    scans += 1;
  }
}

/** Returns where the segment at `at` ends; null if the file ends before it. */
function segmentEnd(bytes: Uint8Array, at: number): number | null {
  const [high, low] = bytes.subarray(at + 2, at + 4);
  if (high === undefined || low === undefined) return null;
  const end = at + 2 + ((high << 8) | low);
  // A length counts its own two bytes.
  return end < at + 4 || end > bytes.length ? null : end;
}

/** Returns where the compressed pixels end that begin at `from`: before the next marker but a restart. */
function scanEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; ;) {
    at = bytes.indexOf(0xff, at);
    if (at === -1) return bytes.length;
    const next = bytes[at + 1];
    if (next === undefined) return bytes.length;
    if (next !== 0 && !isRestart(next)) return at;
    at += 2;
  }
}
