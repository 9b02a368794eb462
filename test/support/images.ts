// Small images of every format an icon may have, made here: headers that say their size, and no more than
// that where the API reads no further.

/** A PNG's signature and header (PNG specification, 5.2 and 11.2.2). */
export function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([8, 6], 24);
  return bytes;
}

/** A JPEG's start, an APP0 segment and a frame header (ITU-T T.81 B.2). */
export function jpeg(width: number, height: number): Uint8Array<ArrayBuffer> {
  const app0 = [0xff, 0xe0, 0, 16, ...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0];
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const frame = [0xff, 0xc0, 0, 11, 8, ...size, 1, 1, 0x11, 0];
  return new Uint8Array([0xff, 0xd8, ...app0, 0xff, ...frame, 0xff, 0xd9]);
}

/** A WebP of one of the three kinds (RFC 9649 sections 2.5 to 2.7). */
export function webp(
  kind: "VP8 " | "VP8L" | "VP8X",
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(40);
  bytes.set(Buffer.from("RIFF"));
  bytes.set(Buffer.from(`WEBP${kind}`), 8);
  const view = new DataView(bytes.buffer);
  if (kind === "VP8 ") {
    view.setUint16(26, width, true);
    view.setUint16(28, height, true);
  } else if (kind === "VP8L") {
    bytes[20] = 0x2f;
    view.setUint32(21, (width - 1) | ((height - 1) << 14), true);
  } else {
    view.setUint32(24, width - 1, true);
    view.setUint16(27, (height - 1) & 0xffff, true);
    bytes[29] = (height - 1) >> 16;
  }
  return bytes;
}

export function svg(prolog = ""): Uint8Array<ArrayBuffer> {
  const text = `${prolog}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>`;
  return new Uint8Array(Buffer.from(text));
}
