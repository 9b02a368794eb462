// What the API takes at upload is drawn here, in all the ways that formats have, and what it refuses as damaged is not.
import sharp from "sharp";
import { expect, test } from "vitest";
import { decodePicture } from "../../../../builder/android/icons/decode-picture.ts";
import { PICTURE_WORDS } from "../../../../builder/android/icons/icon-set.ts";
import { checkPicture } from "../../../../src/kit/image/check.ts";
import { MAX_ICON_PIXELS } from "../../../../src/protocol/builder.ts";
import { joined, png, pngChunk, svg, webp, webpChunk } from "../../../support/images.ts";
import { noisePicture } from "../support/inputs.ts";

type Make = () => Uint8Array | Promise<Uint8Array>;

/** How the API judges a picture, and how the builder does. */
async function judged(bytes: Uint8Array): Promise<{ taken: boolean; drawn: boolean }> {
  const { ok } = checkPicture(bytes, MAX_ICON_PIXELS);
  const drawn = await decodePicture(bytes, PICTURE_WORDS.icon).then(
    () => true,
    () => false,
  );
  return { taken: ok, drawn };
}

const noise = async () => sharp(await noisePicture(64));
const SHAPE = '<path d="M1 1h5l-2 5z"/>';
const PALETTE = pngChunk("PLTE", [1, 2, 3, 4, 5, 6]);
/** A PNG of 8 px, of `bits` each. */
const pngOf = (colourType: number, depth: number, bits: number, before: Uint8Array[] = []) =>
  png(8, 8, { colourType, depth, before, rows: new Uint8Array(8 * (1 + bits)).fill(1) });
const svgOf = (attributes: string, content = SHAPE, prolog = "") =>
  Buffer.from(`${prolog}<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`);
const inSvg = (content: string) => svgOf('viewBox="0 0 8 8"', content);

const TAKEN: [string, Make][] = [
  ...[1, 2, 4, 8, 16].map((depth): [string, Make] => [
    `a PNG in ${depth} bits of grey`,
    () => pngOf(0, depth, depth),
  ]),
  ...[1, 2, 4, 8].map((depth): [string, Make] => [
    `a PNG with a palette of ${depth} bits`,
    () =>
      png(8, 8, { colourType: 3, depth, before: [PALETTE], rows: new Uint8Array(8 * (1 + depth)) }),
  ]),
  ["a PNG of RGB in 16 bits", () => pngOf(2, 16, 48)],
  ["a PNG of grey and alpha", () => pngOf(4, 16, 32)],
  ["an interlaced PNG", async () => (await noise()).png({ progressive: true }).toBuffer()],
  ["a PNG with a palette behind its real colours", () => pngOf(6, 8, 32, [PALETTE])],
  ["a PNG of very many rows", () => png(1, 100_000)],
  ["a JPEG", async () => (await noise()).jpeg().toBuffer()],
  ["a progressive JPEG", async () => (await noise()).jpeg({ progressive: true }).toBuffer()],
  ["a grey JPEG", async () => (await noise()).greyscale().jpeg().toBuffer()],
  ["a JPEG in CMYK", async () => (await noise()).toColourspace("cmyk").jpeg().toBuffer()],
  [
    "a JPEG that lies on its side",
    async () => (await noise()).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  ],
  ["a WebP", async () => (await noise()).webp().toBuffer()],
  ["a WebP with alpha", async () => (await noise()).ensureAlpha(0.5).webp().toBuffer()],
  ["a WebP without loss", async () => (await noise()).webp({ lossless: true }).toBuffer()],
  ["a WebP with a profile", async () => (await noise()).withMetadata().webp().toBuffer()],
  [
    "an SVG with prefixes",
    () =>
      Buffer.from(
        '<s:svg xmlns:s="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><s:path d="M1 1h5l-2 5z"/></s:svg>',
      ),
  ],
  [
    "an SVG with prefixes and no size",
    () =>
      Buffer.from('<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:path d="M1 1h5l-2 5z"/></s:svg>'),
  ],
  [
    "an SVG whose links are written as references",
    () =>
      inSvg(
        `<path id="a" d="M1 1h5l-2 5z"/><use href="&#35;a"/><path style="fill:url(&#x22;&#35;b&quot;)"/>`,
      ),
  ],
  [
    "an SVG with a text that looks like tags",
    () => inSvg(`<desc><![CDATA[<image href="http://a/"/> <!ENTITY a> <!-- ]]></desc>${SHAPE}`),
  ],
  [
    "an SVG with a long licence",
    () => svgOf('viewBox="0 0 8 8"', SHAPE, `<!-- ${"licence ".repeat(1000)}-->`),
  ],
  [
    "an SVG in ASCII that says so",
    () => svgOf('viewBox="0 0 8 8"', SHAPE, '<?xml version="1.0" encoding="US-ASCII"?>'),
  ],
  ["an SVG on 250 levels", () => inSvg(`${"<g>".repeat(250)}${SHAPE}${"</g>".repeat(250)}`)],
  ["an SVG whose size is relative", () => svgOf('width="1em" height="100%" viewBox="0 0 8 8"')],
  [
    "an SVG with a vast box",
    () => svgOf('viewBox="0 0 40000 40000"', '<path d="M0 0h30000v30000z"/>'),
  ],
];

test.each(TAKEN)("%s is taken and drawn", async (_words, make) => {
  expect(await judged(await make())).toEqual({ taken: true, drawn: true });
});

const inside = async (format: "png" | "jpeg" | "webp" | "gif") => {
  const bytes = await (await noise()).toFormat(format).toBuffer();
  const data = `data:image/${format};base64,${bytes.toString("base64")}`;
  return inSvg(`<image width="8" height="8" href="${data}"/>`);
};

test.each(["png", "jpeg"] as const)("a %s in an SVG is taken and drawn", async (format) => {
  expect(await judged(await inside(format))).toEqual({ taken: true, drawn: true });
});

const REFUSED: [string, Make][] = [
  ["a WebP in an SVG", () => inside("webp")],
  ["a GIF in an SVG", () => inside("gif")],
  [
    "a PNG with a palette of part of a colour",
    () => pngOf(3, 8, 8, [pngChunk("PLTE", [1, 2, 3, 4])]),
  ],
  ["a PNG with two palettes", () => pngOf(3, 8, 8, [PALETTE, PALETTE])],
  ["a PNG with two headers", () => pngOf(0, 8, 8, [png(8, 8).subarray(8, 33)])],
  ["a PNG with a part that nobody knows", () => pngOf(0, 8, 8, [pngChunk("ABCD", [])])],
  [
    "a WebP without a key frame",
    async () => (await (await noise()).webp().toBuffer()).fill(0x11, 20, 21),
  ],
  [
    "a WebP without its signature",
    async () => (await (await noise()).webp({ lossless: true }).toBuffer()).fill(0, 20, 21),
  ],
  [
    "a WebP without pixels",
    () => webp("VP8X", 9, 9, { chunks: [webpChunk("VP8X", new Uint8Array(10))] }),
  ],
  ["a JPEG of 12 bits", async () => altered(await (await noise()).jpeg().toBuffer(), 4, 12)],
  ["a JPEG of two colours", async () => altered(await (await noise()).jpeg().toBuffer(), 9, 2)],
  [
    "an SVG in another encoding",
    () => svgOf("", SHAPE, '<?xml version="1.0" encoding="Shift_JIS"?>'),
  ],
  ["an SVG behind something else", () => joined([Buffer.from("x"), svg()])],
];

/** The same JPEG with another byte in its frame header. */
function altered(bytes: Buffer, at: number, value: number): Uint8Array {
  return bytes.fill(
    value,
    bytes.indexOf("ffc0", 0, "hex") + at,
    bytes.indexOf("ffc0", 0, "hex") + at + 1,
  );
}

test.each(REFUSED)("%s is refused, and not drawn", async (_words, make) => {
  expect(await judged(await make())).toEqual({ taken: false, drawn: false });
});
