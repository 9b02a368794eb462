// Recognizes the format and size of an image from its first bytes, without decoding it.

export interface Image {
  mediaType: "image/png" | "image/jpeg" | "image/webp" | "image/svg+xml";
  /** In pixels; 0 for SVG, which scales. */
  width: number;
  height: number;
}

/** How far into a file the root element of an SVG may begin, bytes, since a licence comment may precede it. */
const SVG_HEAD_BYTES = 64 * 1024;
/** How much of the root element is needed to recognize it, characters. */
const SVG_TAG_CHARACTERS = 200;

/** Returns the image that `bytes` begin with, or null if they are none of the four formats. */
export function sniffImage(bytes: Uint8Array): Image | null {
  return png(bytes) ?? jpeg(bytes) ?? webp(bytes) ?? svg(bytes);
}

/** PNG: the signature, then IHDR with width and height (PNG specification sections 5.2, 11.2.1). */
function png(bytes: Uint8Array): Image | null {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  if (bytes.length < 24 || !signature.every((byte, at) => bytes[at] === byte)) return null;
  const view = viewOf(bytes);
  return sized("image/png", view.getUint32(16), view.getUint32(20));
}

/** JPEG: segments up to the frame header, which contains height and width (ITU-T T.81 B.2.2). */
function jpeg(bytes: Uint8Array): Image | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const view = viewOf(bytes);
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return sized("image/jpeg", view.getUint16(at + 7), view.getUint16(at + 5));
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** WebP: a RIFF container whose first chunk contains the size (RFC 9649 sections 2.5 to 2.7). */
function webp(bytes: Uint8Array): Image | null {
  if (bytes.length < 30 || ascii(bytes, 0, 4) !== "RIFF" || ascii(bytes, 8, 12) !== "WEBP") {
    return null;
  }
  const frame = webpFrame(bytes.subarray(12));
  return frame && sized("image/webp", frame.width, frame.height);
}

/** A chunk of a WebP that says a size: the canvas, or a picture. */
export interface Frame {
  kind: "VP8 " | "VP8L" | "VP8X";
  width: number;
  height: number;
}

/** Returns the size that a chunk of a WebP says, which begins with its name; null for one that says none. */
export function webpFrame(chunk: Uint8Array): Frame | null {
  const kind = ascii(chunk, 0, 4);
  const view = viewOf(chunk);
  if (kind === "VP8 " && chunk.length >= 18) {
    // The two bits above each of the 14 only scale.
    const width = view.getUint16(14, true) & 0x3fff;
    return { kind, width, height: view.getUint16(16, true) & 0x3fff };
  }
  if (kind === "VP8L" && chunk.length >= 13) {
    const bits = view.getUint32(9, true);
    return { kind, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind === "VP8X" && chunk.length >= 18) {
    const width = (view.getUint32(12, true) & 0xffffff) + 1;
    return { kind, width, height: (view.getUint32(14, true) >>> 8) + 1 };
  }
  return null;
}

function svg(bytes: Uint8Array): Image | null {
  const head = new TextDecoder(encodingOf(bytes)).decode(bytes.subarray(0, SVG_HEAD_BYTES));
  const root = afterProlog(head);
  const isSvg = /^<(?:\w{1,100}:)?svg[\s>]/.test(head.slice(root, root + SVG_TAG_CHARACTERS));
  return isSvg ? { mediaType: "image/svg+xml", width: 0, height: 0 } : null;
}

/** By the byte order mark, with which XML in UTF-16 begins (XML 1.0 section 4.3.3). */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

/** Returns where the root element begins, after declarations, comments and document type (XML 1.0 section 2.8). */
function afterProlog(text: string): number {
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at += 1;
    const end = prologItemEnd(text, at);
    if (end === null) return at;
    at = end;
  }
}

/** Returns the end of the declaration, comment or document type at `at`, or null if there is no complete one. */
function prologItemEnd(text: string, at: number): number | null {
  if (text.startsWith("<!--", at)) return after(text, "-->", at + 4);
  if (text.startsWith("<?", at)) return after(text, "?>", at + 2);
  if (!/^<!doctype$/i.test(text.slice(at, at + 9))) return null;
  const close = after(text, ">", at);
  if (close === null) return null;
  // Not searched for in the whole text, which may be full of such types.
  const subset = text.slice(at, close).indexOf("[");
  if (subset === -1) return close;
  const last = after(text, "]", at + subset);
  return last === null ? null : after(text, ">", last);
}

function after(text: string, end: string, from: number): number | null {
  const at = text.indexOf(end, from);
  return at === -1 ? null : at + end.length;
}

function sized(mediaType: Image["mediaType"], width: number, height: number): Image | null {
  return width > 0 && height > 0 ? { mediaType, width, height } : null;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
