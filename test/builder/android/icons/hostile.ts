// Pictures that can't be drawn, or not as they are meant, each with what is said of it. All are made here.
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { noisePicture } from "../support/inputs.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const svg = (content: string, prolog = ""): Uint8Array =>
  text(
    `${prolog}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 8 8">${content}</svg>`,
  );

/** A chunk of a PNG (PNG specification, 5.3). */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** A header of a PNG in 8 bits of grey. */
function header(width: number, height: number): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data[8] = 8;
  return chunk("IHDR", data);
}

/** A PNG of 64 px with one more chunk before its pixels. */
function pngWith(type: string, data: Uint8Array): Uint8Array {
  const pixels = deflateSync(Buffer.alloc(64 * 65, 90));
  const parts = [header(64, 64), chunk(type, data), chunk("IDAT", pixels)];
  return Buffer.concat([SIGNATURE, ...parts, chunk("IEND", Buffer.alloc(0))]);
}

/** A few hundred kilobytes that unpack to 300 MB. */
const packed = (): Buffer => deflateSync(Buffer.alloc(300_000_000), { level: 9 });

export const vast = (): Uint8Array =>
  Buffer.concat([
    SIGNATURE,
    header(30_000, 30_000),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);

/** A WebP that says that its canvas is 16,384 px wide and high, the most that it can. */
async function vastWebp(): Promise<Uint8Array> {
  const small = await sharp({
    create: { width: 8, height: 8, channels: 4, background: "#1238" },
  })
    .webp()
    .toBuffer();
  const at = small.indexOf("VP8X");
  small.writeUIntLE(16_383, at + 12, 3);
  small.writeUIntLE(16_383, at + 15, 3);
  return small;
}

const half = (bytes: Uint8Array, share = 0.5): Uint8Array =>
  bytes.subarray(0, Math.floor(bytes.length * share));
const noiseAs = async (format: "png" | "jpeg" | "webp"): Promise<Uint8Array> =>
  sharp(await noisePicture(256))
    .toFormat(format)
    .toBuffer();

const empty = (format: "png" | "webp"): Promise<Uint8Array> =>
  sharp({ create: { width: 64, height: 64, channels: 4, background: "#fff0" } })
    .toFormat(format)
    .toBuffer();

const ENTITY = "declares entities, which an SVG icon may not";
const OUTSIDE = "has links to files outside of it, which are not drawn";
const TRUNCATED = "is truncated: its file ends before the picture does";
const EMPTY = "is empty: nothing of it is visible";
const SHAPE = '<path d="M1 1h5l-2 5z"/>';

/** What each is, how it is made, and what is said of it behind the picture's name. */
export const HOSTILE: readonly (readonly [
  words: string,
  make: () => Uint8Array | Promise<Uint8Array>,
  said: string,
])[] = [
  ["an empty PNG", () => empty("png"), EMPTY],
  ["an empty WebP", () => empty("webp"), EMPTY],
  ["an SVG that draws nothing", () => svg('<path fill="none" d="M0 0h8"/>'), EMPTY],
  [
    "an SVG without size that draws nothing",
    () => text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    EMPTY,
  ],
  ["a PNG of 30,000 x 30,000", vast, "has 30000 x 30000 pixels, more than 16777216"],
  ["a WebP of 16,384 x 16,384", vastWebp, "can't be read"],
  ...(["png", "jpeg", "webp"] as const).flatMap((format) =>
    [0.3, 0.6, 0.95].map(
      (share) =>
        [
          `${share} of a ${format}`,
          async () => half(await noiseAs(format), share),
          TRUNCATED,
        ] as const,
    ),
  ),
  [
    "a billion laughs",
    () =>
      svg(
        "<text>&c;</text>",
        `<!DOCTYPE svg [<!ENTITY a "${"ha".repeat(50)}"><!ENTITY b "${"&a;".repeat(50)}"><!ENTITY c "${"&b;".repeat(50)}">]>`,
      ),
    ENTITY,
  ],
  [
    "an entity that is a file",
    () => svg("<text>&f;</text>", '<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/hostname">]>'),
    ENTITY,
  ],
  ["entities in UTF-16", () => utf16('<!DOCTYPE svg [<!ENTITY a "b">]>'), ENTITY],
  [
    "an image from the web",
    () => svg(`${SHAPE}<image href="https://example.com/a.png"/>`),
    OUTSIDE,
  ],
  ["an image from the disk", () => svg(`<image xlink:href='file:///etc/a.png'/>${SHAPE}`), OUTSIDE],
  ["a part of another file", () => svg(`${SHAPE}<use href="other.svg#a"/>`), OUTSIDE],
  [
    "a fill from the web",
    () => svg('<path d="M0 0h8v8z" style="fill:url( &quot;//e.com/#g&quot; )"/>'),
    OUTSIDE,
  ],
  ["a style sheet", () => svg(SHAPE, '<?xml-stylesheet href="a.css"?>'), OUTSIDE],
  ["an imported style", () => svg(`<style>@import "a.css";</style>${SHAPE}`), OUTSIDE],
  [
    "a font from the web",
    () => svg(`<style>@font-face{src:url(http://e.com/f)}</style>${SHAPE}`),
    OUTSIDE,
  ],
  [
    "HTML",
    () => svg(`${SHAPE}<foreignObject><p/></foreignObject>`),
    "holds HTML (foreignObject), which is not drawn",
  ],
  ...["gif", "webp"].map(
    (format) =>
      [
        `a ${format} in an SVG`,
        () => svg(`${SHAPE}<image href="data:image/${format};base64,AAAA"/>`),
        "has a picture in it that is neither a PNG nor a JPEG, which is not drawn",
      ] as const,
  ),
  [
    "an SVG in UTF-7",
    () => svg(SHAPE, '<?xml version="1.0" encoding="UTF-7"?>'),
    "is an SVG in an encoding other than UTF-8",
  ],
];

function utf16(prolog: string): Uint8Array {
  const bytes = Buffer.from(`\ufeff${Buffer.from(svg(SHAPE, prolog)).toString()}`, "utf16le");
  return bytes;
}

/** Pictures that unpack to far more than they are: drawn or refused, but within bounds. */
export const BOMBS: readonly (readonly [words: string, make: () => Uint8Array])[] = [
  [
    "a colour profile of 300 MB",
    () => pngWith("iCCP", Buffer.concat([Buffer.from("a\0\0"), packed()])),
  ],
  ["a text of 300 MB", () => pngWith("zTXt", Buffer.concat([Buffer.from("a\0\0"), packed()]))],
  [
    "a use of uses, ten each, eight deep",
    () =>
      svg(
        '<g id="u0"><path d="M0 0h1v1z"/></g>' +
          Array.from(
            { length: 8 },
            (_, at) => `<g id="u${at + 1}">${`<use href="#u${at}"/>`.repeat(10)}</g>`,
          ).join(""),
      ),
  ],
  [
    "patterns of patterns",
    () =>
      svg(
        Array.from(
          { length: 20 },
          (_, at) =>
            `<pattern id="p${at + 1}" width=".01" height=".01"><path d="M0 0h8v8z" fill="${at === 0 ? "#123" : `url(#p${at})`}"/></pattern>`,
        ).join("") + '<path d="M0 0h8v8z" fill="url(#p20)"/>',
      ),
  ],
  [
    "a blur of everything, often",
    () =>
      svg(
        `<filter id="f">${'<feGaussianBlur stdDeviation="900"/><feMorphology operator="dilate" radius="900"/>'.repeat(300)}</filter>${`<g filter="url(#f)">`.repeat(30)}<path d="M0 0h8v8z"/>${"</g>".repeat(30)}`,
      ),
  ],
];
