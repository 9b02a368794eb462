// checkPicture() says why a picture can't be an icon. Hostile pictures are refused for what they are, and cost no more than the
// bound says.
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPicture } from "../../../../src/kit/image/check.ts";
import { MAX_INFLATED_BYTES } from "../../../../src/kit/image/png.ts";
import {
  jpeg,
  joined,
  png,
  pngChunk,
  svg,
  webp,
  webpChunk,
  type PngParts,
} from "../../../support/images.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const MAX_PIXELS = 4096 * 4096;
const TRUNCATED = "must be whole: it is truncated";
const EMPTY = "must not be empty: nothing of it is visible";

/** What is wrong with a picture; null for nothing. */
function faultOf(bytes: Uint8Array): string | null {
  const checked = checkPicture(bytes, MAX_PIXELS);
  return checked.ok ? null : checked.fault;
}

/** Rows of bytes, each with its filter before it. */
const rowsOf = (...rows: readonly (readonly number[])[]) => Uint8Array.from(rows.flat());

const HEADER_END = 8 + 25;
const DISORDER = "its parts do not follow one another";
const ODD = "it has a part that no PNG has";

describe("a PNG", () => {
  const seen: [string, Uint8Array][] = [
    ["of one bit a pixel", png(9, 7)],
    ["that is black", png(4, 4, { rows: new Uint8Array(8) })],
    ["of RGB", png(1, 1, { depth: 8, colourType: 2, rows: rowsOf([0, 0, 0, 0]) })],
    [
      "whose last pixel is hardly visible",
      png(2, 2, {
        depth: 8,
        colourType: 6,
        rows: rowsOf([0, 9, 9, 9, 0, 9, 9, 9, 0], [0, 0, 0, 0, 0, 0, 0, 0, 1]),
      }),
    ],
    [
      "of 16 bits, visible by the lower byte alone",
      png(1, 1, { depth: 16, colourType: 4, rows: rowsOf([0, 0, 0, 0, 1]) }),
    ],
    [
      "whose palette has a visible colour",
      png(3, 1, {
        depth: 2,
        colourType: 3,
        before: [pngChunk("PLTE", new Uint8Array(9)), pngChunk("tRNS", [0, 0])],
        rows: rowsOf([0, 0b00_01_10_00]),
      }),
    ],
    [
      "with another colour than the transparent one",
      png(2, 1, {
        depth: 8,
        colourType: 2,
        before: [pngChunk("tRNS", [0, 1, 0, 2, 0, 3])],
        rows: rowsOf([0, 1, 2, 3, 1, 2, 4]),
      }),
    ],
    [
      "that is interlaced, with its visible pixel in the last pass",
      png(2, 2, {
        depth: 8,
        colourType: 4,
        interlace: 1,
        rows: rowsOf([0, 0, 0], [0, 0, 0], [0, 0, 0, 0, 255]),
      }),
    ],
    ["with bytes after its end", joined([png(4, 4), new Uint8Array(100)])],
    ["in several pieces", inPieces(png(40, 40))],
  ];
  test.each(seen)("%s is in order", (_name, bytes) => {
    expect(faultOf(bytes)).toBeNull();
  });

  const empty: [string, Uint8Array][] = [
    ["RGB with alpha", png(5, 5, { depth: 8, colourType: 6, rows: new Uint8Array(5 * 21) })],
    [
      "grey with 16 bits of alpha",
      png(2, 1, { depth: 16, colourType: 4, rows: new Uint8Array(9) }),
    ],
    [
      "interlaced",
      png(9, 9, { depth: 8, colourType: 6, interlace: 1, rows: new Uint8Array(81 * 4 + 19) }),
    ],
    [
      "a palette",
      png(8, 1, {
        depth: 1,
        colourType: 3,
        before: [pngChunk("PLTE", new Uint8Array(6)), pngChunk("tRNS", [0, 0])],
        rows: rowsOf([0, 0b1010_1010]),
      }),
    ],
    [
      "the one transparent colour, by each filter",
      png(2, 5, {
        depth: 8,
        colourType: 0,
        before: [pngChunk("tRNS", [0, 7])],
        rows: rowsOf([0, 7, 7], [1, 7, 0], [2, 0, 0], [3, 4, 0], [4, 0, 0]),
      }),
    ],
    [
      "the one transparent colour, of three bytes, beside itself",
      png(2, 1, {
        depth: 8,
        colourType: 2,
        before: [pngChunk("tRNS", [0, 1, 0, 2, 0, 3])],
        rows: rowsOf([1, 1, 2, 3, 0, 0, 0]),
      }),
    ],
    [
      "the one transparent colour, of 16 bits",
      png(1, 1, {
        depth: 16,
        colourType: 0,
        before: [pngChunk("tRNS", [1, 7])],
        rows: rowsOf([0, 1, 7]),
      }),
    ],
    [
      "a palette, whose last bits are no pixel",
      png(3, 1, {
        depth: 2,
        colourType: 3,
        before: [pngChunk("PLTE", new Uint8Array(12)), pngChunk("tRNS", [0])],
        rows: rowsOf([0, 0b00_00_00_11]),
      }),
    ],
    [
      "a palette of which the fourth filter takes what is above and left",
      png(2, 2, {
        depth: 8,
        colourType: 3,
        before: [
          pngChunk("PLTE", new Uint8Array(256 * 3)),
          pngChunk(
            "tRNS",
            Array.from({ length: 16 }, (_, at) => ([10, 12, 14].includes(at) ? 0 : 255)),
          ),
        ],
        // 14 is 12 above and 2; 10 is 12 in the corner, between 14 and 10, less 2
        rows: rowsOf([0, 12, 10], [4, 2, 254]),
      }),
    ],
  ];
  test.each(empty)("of nothing but transparency is empty: %s", (_name, bytes) => {
    expect(faultOf(bytes)).toBe(EMPTY);
  });

  test("cut anywhere is truncated, or no picture yet", () => {
    const whole = png(40, 40, { before: [pngChunk("tEXt", new Uint8Array(9))] });
    for (let length = 0; length < whole.length; length += 1) {
      expect([TRUNCATED, "must be a PNG, JPEG, WebP or SVG image"]).toContain(
        faultOf(whole.subarray(0, length)),
      );
    }
    const short = png(40, 40, { rows: new Uint8Array(100) });
    expect(faultOf(short)).toBe(TRUNCATED);
    const cut = deflateSync(new Uint8Array(6 * 40)).subarray(0, 6);
    expect(faultOf(withIdat(40, 40, cut))).toBe(TRUNCATED);
  });

  test("of 30,000 by 30,000 is refused by its header", () => {
    expect(faultOf(png(30_000, 30_000))).toBe("must not have more than 16777216 pixels");
  });

  test("that inflates to more than its header says is refused, after no more than that", () => {
    for (const length of [40 * 6 + 1, 60_000_000]) {
      const bomb = png(40, 40, { rows: new Uint8Array(length) });
      expect(faultOf(bomb)).toBe("must not be damaged: it has more pixels than its header says");
    }
  });

  test("with bombs in chunks that say nothing about its pixels is in order", () => {
    const bomb = deflateSync(new Uint8Array(20_000_000));
    const before = [
      pngChunk("iCCP", joined([Buffer.from("p\0\0"), bomb])),
      pngChunk("zTXt", joined([Buffer.from("k\0\0"), bomb])),
      pngChunk("iTXt", joined([Buffer.from("k\0\u0001\0\0\0"), bomb])),
    ];
    expect(faultOf(png(8, 8, { before }))).toBeNull();
  });

  test("that moves is refused", () => {
    const moving = pngChunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]);
    expect(faultOf(png(8, 8, { before: [moving] }))).toBe("must not be animated");
  });

  test.each(["IDAT", "tRNS", "tEXt"])(
    "of 5 MiB of empty parts %s is refused before they are read",
    (type) => {
      const before = [Buffer.alloc(12 * 430_000, pngChunk(type, []))];
      const bytes = png(8, 8, { before });
      expect(faultOf(bytes)).toBe("must not have more than 8192 parts");
    },
  );

  test.each([
    ["pixels", 8000, 2000],
    ["rows", 1, 4_000_000],
  ])("of few bytes and very many %s is left to builders", (_name, width, height) => {
    const key = [pngChunk("tRNS", [0, 0])];
    const rows = new Uint8Array((1 + Math.ceil(width / 8)) * height);
    expect(faultOf(png(width, height, { before: key, rows }))).toBeNull();
  });

  test("has only the bits of its transparent colour that its pixels have, and none behind them", () => {
    const grey = { depth: 8, colourType: 0, rows: rowsOf([0, 7]) };
    expect(faultOf(png(1, 1, { ...grey, before: [pngChunk("tRNS", [1, 7])] }))).toBe(EMPTY);
    const whole = png(1, 1, grey);
    const late = [whole.subarray(0, -12), pngChunk("tRNS", [0, 7]), pngChunk("IEND", [])];
    expect(faultOf(joined(late))).toBeNull();
  });

  test("larger than is inflated here is left to builders", () => {
    const side = Math.ceil(Math.sqrt(MAX_INFLATED_BYTES / 4));
    const rgba = { depth: 8, colourType: 6, rows: new Uint8Array() };
    expect(faultOf(withIdat(side, side, Uint8Array.from([1, 2, 3]), rgba))).toBeNull();
    expect(faultOf(withIdat(8, 8, Uint8Array.from([1, 2, 3])))).toBe(
      "must not be damaged: its pixels can't be inflated",
    );
  });

  const broken: [string, Uint8Array, string][] = [
    [
      "with a bit depth that its colours don't have",
      png(1, 1, { depth: 3 }),
      "its header is not that of a PNG",
    ],
    [
      "that is compressed in another way",
      joined([
        png(1, 1).subarray(0, 8),
        pngChunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0]),
        png(1, 1).subarray(HEADER_END),
      ]),
      "its header is not that of a PNG",
    ],
    [
      "that is interlaced in another way",
      png(1, 1, { interlace: 2 }),
      "its header is not that of a PNG",
    ],
    [
      "without pixels",
      joined([png(1, 1).subarray(0, HEADER_END), pngChunk("IEND", [])]),
      "its pixels are missing",
    ],
    [
      "without its palette",
      png(1, 1, { depth: 8, colourType: 3, rows: rowsOf([0, 0]) }),
      "its palette is missing",
    ],
    [
      "with a filter that there is not",
      png(1, 1, { depth: 8, rows: rowsOf([5, 0]) }),
      "its pixels are not those of a PNG",
    ],
    ["with two headers", png(9, 9, { before: [png(9, 9).subarray(8, HEADER_END)] }), DISORDER],
    ["with two palettes", palettePng(3, 3), DISORDER],
    ["with something between its pixels", withGap(), DISORDER],
    ["with a palette of no colour", palettePng(0), "its palette has not 1 to 256 colours"],
    ["with a palette of part of one", palettePng(4), "its palette has not 1 to 256 colours"],
    ["with a palette of too many", palettePng(771), "its palette has not 1 to 256 colours"],
    ["with its palette behind its pixels", latePalette(), "its palette is missing"],
    ["with a part that is needed and unknown", png(1, 1, { before: [pngChunk("ABCD", [])] }), ODD],
    ["with a part without a name", png(1, 1, { before: [pngChunk("ab1d", [])] }), ODD],
    ["with an altered header", png(9, 9).with(16 + 7, 8), "the checksum of its part IHDR is wrong"],
  ];
  test.each(broken)("%s is damaged", (_name, bytes, what) => {
    expect(faultOf(bytes)).toBe(`must not be damaged: ${what}`);
  });
});

/** The same PNG with its pixels in chunks of four bytes. */
function inPieces(whole: Uint8Array): Uint8Array {
  const idat = whole.subarray(HEADER_END + 8, whole.length - 16);
  const pieces = Array.from({ length: Math.ceil(idat.length / 4) }, (_, at) =>
    pngChunk("IDAT", idat.subarray(at * 4, at * 4 + 4)),
  );
  return joined([whole.subarray(0, HEADER_END), ...pieces, pngChunk("IEND", [])]);
}

/** A PNG of one pixel with palettes of so many bytes. */
function palettePng(...lengths: readonly number[]): Uint8Array {
  const before = lengths.map((length) => pngChunk("PLTE", new Uint8Array(length)));
  return png(1, 1, { depth: 8, colourType: 3, before, rows: rowsOf([0, 0]) });
}

function latePalette(): Uint8Array {
  const whole = png(1, 1, { depth: 8, colourType: 3, rows: rowsOf([0, 0]) });
  return joined([whole.subarray(0, -12), pngChunk("PLTE", [1, 2, 3]), pngChunk("IEND", [])]);
}

/** A PNG with a text between the parts of its pixels. */
function withGap(): Uint8Array {
  const idat = deflateSync(new Uint8Array(2));
  return joined([
    png(1, 1).subarray(0, HEADER_END),
    pngChunk("IDAT", idat.subarray(0, 4)),
    pngChunk("tEXt", Buffer.from("a\0b")),
    pngChunk("IDAT", idat.subarray(4)),
    pngChunk("IEND", []),
  ]);
}

/** A PNG, of one bit a pixel unless `parts` say otherwise, whose compressed pixels are these bytes. */
function withIdat(
  width: number,
  height: number,
  bytes: Uint8Array,
  parts: PngParts = {},
): Uint8Array {
  const header = png(width, height, parts).subarray(0, HEADER_END);
  return joined([header, pngChunk("IDAT", bytes), pngChunk("IEND", [])]);
}

describe("a JPEG", () => {
  test("with a scan and an end is in order, also with bytes after it, fill bytes and restarts", () => {
    expect(faultOf(jpeg(64, 64))).toBeNull();
    expect(faultOf(joined([jpeg(64, 64), new Uint8Array(9)]))).toBeNull();
    const [start, rest] = [jpeg(9, 9).subarray(0, 2), jpeg(9, 9).subarray(2)];
    expect(faultOf(joined([start, Uint8Array.from([0xff, 0xff]), rest]))).toBeNull();
    const [before, scan] = [jpeg(9, 9).subarray(0, -19), jpeg(9, 9).subarray(-19)];
    expect(scan[1]).toBe(0xda);
    for (const marker of [
      [0xff, 0xd0],
      [0xff, 0xc4, 0, 4, 0, 0],
    ]) {
      expect(faultOf(joined([before, Uint8Array.from(marker), scan]))).toBeNull();
    }
    const tables = Uint8Array.from([0xff, 0xc4, 0, 4, 0, 0]);
    expect(faultOf(joined([start, tables, rest]))).toBeNull();
  });

  test("cut anywhere is truncated, or no picture yet", () => {
    const whole = jpeg(64, 64);
    for (let length = 0; length < whole.length; length += 1) {
      const fault = faultOf(whole.subarray(0, length));
      expect([TRUNCATED, "must be a PNG, JPEG, WebP or SVG image"], String(length)).toContain(
        fault,
      );
    }
  });

  test("without pixels, of another kind, or in disorder is damaged", () => {
    const whole = jpeg(9, 9);
    const scan = whole.lastIndexOf(0xda) - 1;
    const noScan = joined([whole.subarray(0, scan), whole.subarray(-2)]);
    expect(faultOf(noScan)).toBe("must not be damaged: its pixels are missing");
    const noPixels = joined([whole.subarray(0, scan + 10), whole.subarray(-2)]);
    expect(faultOf(noPixels)).toBe("must not be damaged: its pixels are missing");
    const lossless = whole.with(whole.indexOf(0xc0), 0xc3);
    expect(faultOf(lossless)).toBe("must not be damaged: it is not a baseline or progressive JPEG");
    const sizes = whole.indexOf(0xc0);
    for (const odd of [whole.with(sizes + 3, 12), whole.with(sizes + 8, 2)]) {
      expect(faultOf(odd)).toBe(
        "must not be damaged: its colours are not grey, RGB or CMYK of 8 bits each",
      );
    }
    const frame = whole.subarray(scan - 13, scan);
    expect([frame[1], whole.length]).toEqual([0xc0, scan + 19]);
    const twice = joined([whole.subarray(0, scan), frame, whole.subarray(scan)]);
    expect(faultOf(twice)).toBe("must not be damaged: it is not a baseline or progressive JPEG");
    const header = whole.subarray(scan, scan + 10);
    const late = joined([whole.subarray(0, 2), header, whole.subarray(scan - 13)]);
    expect(faultOf(late)).toBe("must not be damaged: its size is missing");
    const disorder = joined([whole.subarray(0, scan), Uint8Array.from([1]), whole.subarray(scan)]);
    expect(faultOf(disorder)).toBe("must not be damaged: its parts do not follow one another");
  });

  test("of 30,000 by 30,000 is refused by its header", () => {
    expect(faultOf(jpeg(30_000, 30_000))).toBe("must not have more than 16777216 pixels");
  });
});

describe("a WebP", () => {
  test.each(["VP8 ", "VP8L", "VP8X"] as const)(
    "of the kind %s is in order, and truncated when cut",
    (kind) => {
      const whole = webp(kind, 300, 200);
      expect(faultOf(whole)).toBeNull();
      for (let length = 30; length < whole.length; length += 1) {
        expect(faultOf(whole.subarray(0, length))).toBe(TRUNCATED);
      }
    },
  );

  test("that is animated, has no picture, or another size than its canvas is refused", () => {
    expect(faultOf(webp("VP8X", 9, 9, { flags: 2 }))).toBe("must not be animated");
    const canvas = webp("VP8X", 9, 9).subarray(12, 30);
    const chunks = (...all: Uint8Array[]) => webp("VP8X", 9, 9, { chunks: all });
    expect(faultOf(chunks(canvas))).toBe("must not be damaged: its pixels are missing");
    const large = webp("VP8L", 16_000, 16_000).subarray(12);
    expect(faultOf(chunks(canvas, large))).toBe(
      "must not be damaged: it is not as large as its header says",
    );
    const tall = webp("VP8L", 9, 10).subarray(12);
    expect(faultOf(chunks(canvas, tall))).toBe(
      "must not be damaged: it is not as large as its header says",
    );
    const odd = webpChunk("ICCP", new Uint8Array(3));
    expect(faultOf(chunks(canvas, odd, webp("VP8L", 9, 9).subarray(12)))).toBeNull();
    const long = webpChunk("ICCP", new Uint8Array(3)).with(4, 200);
    expect(faultOf(chunks(canvas, long))).toBe(TRUNCATED);
    expect(faultOf(joined([chunks(canvas, long), new Uint8Array(400)]))).toBe(TRUNCATED);
    expect(faultOf(webp("VP8L", 16_000, 16_000))).toBe("must not have more than 16777216 pixels");
  });

  test.each([
    ["a frame that needs one before it", webp("VP8 ", 9, 9).with(20, 0x11)],
    ["a frame that is not shown", webp("VP8 ", 9, 9).with(20, 0)],
    ["a frame of an unknown version", webp("VP8 ", 9, 9).with(20, 0x18)],
    ["a frame without its start code", webp("VP8 ", 9, 9).with(23, 0)],
    ["pixels without their signature", webp("VP8L", 9, 9).with(20, 0x2e)],
    ["pixels of an unknown version", webp("VP8L", 9, 9).with(24, 0xe0)],
  ])("of %s is damaged", (_name, bytes) => {
    expect(faultOf(bytes)).toBe("must not be damaged: its pixels are not those of a WebP");
  });

  test("of very many parts is refused before they are read", () => {
    const canvas = webp("VP8X", 9, 9).subarray(12, 30);
    const parts = Buffer.alloc(8 * 600_000, webpChunk("ABCD", new Uint8Array()));
    const bytes = webp("VP8X", 9, 9, { chunks: [canvas, parts] });
    expect(faultOf(bytes)).toBe("must not have more than 1000 parts");
  });
});

describe("an SVG", () => {
  const content = (inner: string) => faultOf(svg("", inner));
  const root = (attributes: string, inner = "<path d='M0 0H9'/>") =>
    faultOf(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inner}</svg>`));
  const OUTSIDE =
    "must not refer to anything outside itself: only to its own parts, and to PNG and JPEG pictures in it (data:)";
  const RUNS = "must not have scripts or foreign content";

  test.each([
    ['<defs><path id="a" d="M0 0"/></defs><use href="#a"/>'],
    ['<image href="data:image/png;base64,AAAA"/>'],
    ['<rect fill="url(#a)" style="filter:url(\'#b\')" transform="rotate(4)"/>'],
    ["<style>.a{fill:url( #a )} /* @media print */</style><text>A&amp;&#x41;&quot;</text>"],
    ["<style><![CDATA[.a > b {fill:red}]]></style><g><g><line/></g></g>"],
    ["<path style='fill:\\ffffff'/>"],
    ["<style>u</style><style>rl(a.png)</style><path/>"],
    ["<g xmlns:x='http://x/url(y)'><path d='M0 0'/></g>"],
    ["<title>a</title><metadata><x:y xmlns:x='http://x/y' x:about='z'/></metadata><polygon/>"],
  ])("that needs nothing but itself is in order: %s", (inner) => {
    expect(content(inner)).toBeNull();
  });

  test("may have the document type that drawing programs write, and a byte order mark", () => {
    const type =
      '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">';
    expect(faultOf(svg(`\uFEFF<?xml version="1.0"?>\n${type}`))).toBeNull();
  });

  test.each([
    ['<!DOCTYPE svg [<!ENTITY a "b">]>'],
    ['<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'],
    [`<!DOCTYPE svg [${'<!ENTITY a "&a;&a;">'.repeat(9)}]>`],
  ])("with entities of its own is refused: %s", (prolog) => {
    expect(faultOf(svg(prolog))).toBe(
      "must not declare entities or other document types of its own",
    );
  });

  test.each([
    ['<image href="https://example.com/a.png"/>'],
    ['<image href="//example.com/a.png"/>'],
    ['<image href=" file:///etc/passwd"/>'],
    ['<image xmlns:l="http://www.w3.org/1999/xlink" l:href="a.png"/>'],
    ['<image href="data:image/svg+xml,a"/>'],
    ['<image href="data:image/gif;base64,AAAA"/>'],
    ['<image href="data:image/webp;base64,AAAA"/>'],
    ['<use href="data:image/png;base64,AAAA"/>'],
    ['<use href="other.svg#a"/>'],
    ['<a href="https://example.com"><path/></a>'],
    ['<rect fill="url(https://example.com/a.svg#b)"/>'],
    ['<rect style="fill:u\\72l(https://example.com/)"/>'],
    ["<rect style=\"fill:src('a.png')\"/>"],
    ["<style>@import 'a.css';</style>"],
    ["<style>@\\69mport 'a.css';</style>"],
    ['<style>.a{background:image-set("a.png" 1x)}</style>'],
    ['<style>.a{fill:url( "a.png")}</style>'],
    ["<style>.a{fill:u<![CDATA[rl(a.png)]]></style>"],
    ['<g xml:base="https://example.com/"><use href="#a"/></g>'],
    ['<image href="#a"><set attributeName="href" to="https://example.com"/></image>'],
  ])("that refers to something outside is refused: %s", (inner) => {
    expect(content(`<path/>${inner}`)).toBe(OUTSIDE);
  });

  test("with a style sheet of its own document is refused", () => {
    expect(faultOf(svg('<?xml-stylesheet href="a.css"?>'))).toBe(OUTSIDE);
  });

  test.each([
    ["<script>1</script>"],
    ["<x:script xmlns:x='http://www.w3.org/1999/xhtml'/>"],
    ["<foreignObject/>"],
    ["<img xmlns='http://www.w3.org/1999/xhtml' src='https://example.com/a.png'/>"],
    ['<path onload="1"/>'],
  ])("that runs something is refused: %s", (inner) => {
    expect(content(`<path/>${inner}`)).toBe(RUNS);
  });

  test.each([
    [""],
    ["<g><title>a</title></g>"],
    ["<defs><path d='M0 0H9'/></defs>"],
    ["<symbol><circle/></symbol><clipPath><rect/></clipPath>"],
    ["<path xmlns='http://example.com/'/>"],
  ])("that draws nothing is empty: %s", (inner) => {
    expect(content(inner)).toBe(EMPTY);
  });

  test.each([
    ["width='0' height='9'", EMPTY],
    ["viewBox='0 0 0 9'", EMPTY],
    ["viewBox='0 0 a b'", "must not be damaged: its viewBox is not four numbers"],
    ["width='1e9px' height='9'", "must not be larger than 32767 by 32767"],
    ["width='30000' height='30000'", null],
    ["width='9in' height='100%' viewBox='-1,-1 , 2e3 2.5'", null],
    ["width='1em' height='auto'", null],
  ])("with the size %s is judged by it", (attributes, fault) => {
    expect(root(attributes)).toBe(fault);
  });

  test.each([
    ["<path>", 1],
    ["\n\n<path a='1' a='2'/>", 3],
    ["&nbsp;", 1],
    ["\n<path d=M0/>", 2],
    ["<x:path/>", 1],
    ["\u0001", 1],
  ])("that is not well-formed is damaged: %s", (inner, line) => {
    expect(content(inner)).toBe(`must not be damaged: it is not well-formed XML, at line ${line}`);
  });

  test("that is cut anywhere is not well-formed, or no picture yet", () => {
    const whole = svg();
    for (let length = 0; length < whole.length; length += 1) {
      expect(faultOf(whole.subarray(0, length))).toMatch(/^must (?:be a PNG|not be damaged)/);
    }
  });

  test("of another namespace, or of another encoding, is damaged", () => {
    expect(faultOf(Buffer.from("<svg><path/></svg>"))).toBe(
      'must not be damaged: its root lacks xmlns="http://www.w3.org/2000/svg"',
    );
    expect(faultOf(joined([svg(), Uint8Array.from([0xff])]))).toBe(
      "must not be damaged: its text is not UTF-8",
    );
    const wide = Buffer.from(`\ufeff${Buffer.from(svg()).toString()}`, "utf16le");
    for (const utf16 of [wide, Buffer.from(wide).swap16()]) {
      expect(faultOf(utf16)).toBe("must not be damaged: its text is not UTF-8");
    }
    for (const encoding of ["Shift_JIS", "utf-7", "x"]) {
      expect(faultOf(svg(`<?xml version="1.0" encoding="${encoding}"?>`))).toBe(
        "must not be damaged: its text is not UTF-8",
      );
    }
    for (const encoding of ["utf-8", "US-ASCII", "ISO-8859-1", "UTF-16"]) {
      expect(faultOf(svg(`<?xml version='1.0' encoding='${encoding}'?>`))).toBeNull();
    }
  });

  const LONG = "must not have more than 1048576 characters beside the pictures in it";
  const mebibyte = (piece: string) => piece.repeat(Math.floor((1024 * 1024 - 200) / piece.length));

  test.each([
    ["elements", () => mebibyte("<g/>"), "must not have more than 10000 elements"],
    ["levels", () => mebibyte("<g>"), "must not be nested more than 256 deep"],
    [
      "attributes",
      () => `<g ${Array.from({ length: 99_999 }, (_, at) => `a${at}=""`).join(" ")}/>`,
      "must not have more than 200 attributes in an element",
    ],
    [
      "prefixes, which are looked for on every level",
      () => {
        const names = Array.from({ length: 190 }, (_, at) => `p:a${at}=""`).join(" ");
        const many = `<g ${names}/>`.repeat(450);
        return `<g xmlns:p="x">${'<g xmlns:b="c">'.repeat(250)}${many}${"</g>".repeat(251)}`;
      },
      "must not have so many attributes with a prefix so deep",
    ],
    ["text", () => `<style>${mebibyte("url(#a) ")}</style>`, EMPTY],
    ["brackets", () => `<style>${mebibyte("u\\72l((")}</style>`, OUTSIDE],
    ["references", () => mebibyte("&amp;"), EMPTY],
    ["more than that", () => `${mebibyte(" ")}${" ".repeat(200)}`, LONG],
    // What reads a mebibyte over and over takes longer than a test may.
  ])("of a mebibyte of %s is judged in one reading", (_name, inner, fault) => {
    expect(faultOf(svg("", inner()))).toBe(fault);
  });

  test("with large pictures in it is read around them, line by line", () => {
    const data = `data:image/png;base64,${"AAAA\n".repeat(900_000)}`;
    expect(content(`<image href="${data}"/>`)).toBeNull();
    const lines = `<image href="data:image/png;base64,${"AAAA\n".repeat(7)}"/><path a>`;
    expect(content(lines)).toBe("must not be damaged: it is not well-formed XML, at line 8");
  });
});

test("no bytes make checkPicture throw", () => {
  const rgba = png(5, 5, { depth: 8, colourType: 6, rows: new Uint8Array(105) });
  const starts = [png(40, 40), rgba, jpeg(9, 9), webp("VP8X", 9, 9), webp("VP8L", 9, 9), svg()];
  const hostile = fc
    .tuple(fc.constantFrom(...starts), fc.nat(150), fc.uint8Array({ maxLength: 8 }))
    .map(([start, at, middle]) => {
      const bytes = new Uint8Array(start);
      bytes.set(middle.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      return bytes;
    });
  fc.assert(
    fc.property(hostile, (bytes) => {
      expect([null, "string"]).toContain(faultOf(bytes) === null ? null : "string");
    }),
    { numRuns: propertyRuns(2000) },
  );
});
