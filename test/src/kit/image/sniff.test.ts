// sniffImage() tells an image's format and size from its first bytes.
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { sniffImage } from "../../../../src/kit/image/sniff.ts";
import { jpeg, png, svg, webp } from "../../../support/images.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const SVG = { mediaType: "image/svg+xml", width: 0, height: 0 };
const whole = { png: png(512, 300), jpeg: jpeg(512, 300), svg: svg() };

describe("sniffImage", () => {
  test.each([
    ["image/png", png(512, 300)],
    ["image/jpeg", jpeg(512, 300)],
    ["image/webp", webp("VP8 ", 512, 300)],
    ["image/webp", webp("VP8L", 512, 300)],
    ["image/webp", webp("VP8X", 512, 300)],
  ])("recognises %s and its size (case %#)", (mediaType, bytes) => {
    expect(sniffImage(bytes)).toEqual({ mediaType, width: 512, height: 300 });
  });

  test.each([
    "",
    "\uFEFF",
    " \n\t",
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    "<!-- a > b <svg> --> ",
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    '<!doctype svg [ <!ENTITY a "b"> ] >',
    "<?xml version='1.0'?><!-- one --><!-- two --><!DOCTYPE svg>",
  ])("recognises SVG after %j", (prolog) => {
    expect(sniffImage(svg(prolog))).toEqual(SVG);
  });

  test("recognises SVG with a namespace prefix", () => {
    expect(sniffImage(bytesOf("<s:svg xmlns:s='x'/>"))).toEqual(SVG);
  });

  test.each([
    "",
    "GIF89a................................",
    "<html><svg></svg></html>",
    "<svgx>",
    "<!-- <svg> ",
    "<!DOCTYPE svg <svg>",
    "text <svg>",
    "RIFF....WEBPVP9 ....................",
  ])("finds no image in %j", (text) => {
    expect(sniffImage(bytesOf(text))).toBeNull();
  });

  test("reads a text that is full of document types only once", () => {
    const types = "<!DOCTYPE a>".repeat(5000);
    const search = vi.spyOn(String.prototype, "indexOf");
    expect(sniffImage(svg(types))).toEqual(SVG);
    expect(sniffImage(bytesOf(types))).toBeNull();
    const read = search.mock.results.reduce((sum, { value }, at) => {
      const text = String(search.mock.contexts[at]);
      const from = search.mock.calls[at]?.[1] ?? 0;
      return sum + (value === -1 ? text.length : value) - from;
    }, 0);
    search.mockRestore();
    expect(read).toBeLessThan(10 * types.length);
  });

  test("finds no image when width or height is 0", () => {
    expect(sniffImage(png(0, 5))).toBeNull();
    expect(sniffImage(jpeg(5, 0))).toBeNull();
  });
});

test("a header cut anywhere gives the right size or no image", () => {
  const kinds = [whole.png, whole.jpeg, webp("VP8 ", 9, 9), webp("VP8L", 9, 9), webp("VP8X", 9, 9)];
  for (const bytes of kinds) {
    const image = sniffImage(bytes);
    for (let length = 0; length < bytes.length; length += 1) {
      expect([image, null]).toContainEqual(sniffImage(bytes.subarray(0, length)));
    }
  }
});

test("no bytes make sniffImage throw, or find an image of no size but SVG", () => {
  const starts = [whole.png, whole.jpeg, webp("VP8X", 9, 9), whole.svg, new Uint8Array()];
  const zeros = fc.nat(300).map((length) => new Uint8Array(length));
  const rest = fc.oneof(fc.uint8Array({ maxLength: 300 }), zeros);
  const hostile = fc
    .tuple(fc.constantFrom(...starts), fc.nat(40), rest)
    .map(([start, at, tail]) => new Uint8Array([...start.subarray(0, at), ...tail]));
  fc.assert(
    fc.property(hostile, (bytes) => {
      const image = sniffImage(bytes);
      if (image === null || image.mediaType === SVG.mediaType) {
        expect([null, SVG]).toContainEqual(image);
      } else {
        expect(Math.min(image.width, image.height)).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: propertyRuns(2000) },
  );
});

test.each(["<!--", "<!DOCTYPE", "<?", "<!DOCTYPE[", "<!DOCTYPE a>", "<!---->", " ", "<!DOCTYPE[]"])(
  "a file full of %j is found to be no image within a second",
  (piece) => {
    const started = performance.now();
    expect(sniffImage(bytesOf(piece.repeat(100_000)))).toBeNull();
    expect(performance.now() - started).toBeLessThan(1000);
  },
);
