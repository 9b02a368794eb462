// Icons: their sizes, safe zone and layers, for pictures of every format and drawn for any name, and which
// pictures are refused.
import * as fc from "fast-check";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { letterPath } from "../../../builder/android/icons/letters.ts";
import type { IconImage, IconSet } from "../../../builder/android/icons/icon-set.ts";
import { renderIcons } from "../../../builder/android/icons/render-icons.ts";
import { SVG_ICON, iconAlone, noisePicture, picture, transparentNoise } from "./support/inputs.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const render = (icon: Uint8Array | null, name = "Example", iconColor: string | null = null) =>
  renderIcons(iconAlone(icon), {
    name,
    iconBackground: null,
    backgroundColor: "#ffffff",
    iconColor,
  });

const widths = (images: readonly IconImage[]) =>
  Promise.all(
    images.map(async ({ webp }) => {
      const { format, width, height } = await sharp(webp).metadata();
      return `${format} ${width}x${height}`;
    }),
  );

/** Alpha of every pixel, and the side. */
async function alpha(image: IconImage | undefined): Promise<{ side: number; data: Buffer }> {
  const { data, info } = await sharp(image?.webp).ensureAlpha().extractChannel(3).raw().toBuffer({
    resolveWithObject: true,
  });
  return { side: info.width, data };
}

/** The visible share of pixels; those outside the circle of 66 of 108 dp must all be empty. */
async function inkInSafeZone(image: IconImage | undefined): Promise<number> {
  const { side, data } = await alpha(image);
  let ink = 0;
  for (let at = 0; at < data.length; at += 1) {
    if (data[at] === 0) continue;
    ink += 1;
    const [x, y] = [(at % side) + 0.5, Math.floor(at / side) + 0.5];
    // a pixel more, for its soft edge
    expect(Math.hypot(x - side / 2, y - side / 2)).toBeLessThanOrEqual((side * 33) / 108 + 1);
  }
  return ink / data.length;
}

/** The stops of a gradient through all hues. */
const RAINBOW = ["#f00", "#ff0", "#0f0", "#0ff", "#00f", "#f0f"]
  .map((colour, at) => `<stop offset="${at / 5}" stop-color="${colour}"/>`)
  .join("");

/** The colours of all pixels that are visible. */
async function inkColours(image: IconImage | undefined): Promise<Set<string>> {
  const pixels = await sharp(image?.webp).ensureAlpha().raw().toBuffer();
  const found = new Set<string>();
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] !== 0) found.add(pixels.subarray(at, at + 3).join());
  }
  return found;
}

/** All sizes, and a foreground that fills its layer, or else keeps to the safe zone. */
async function expectWhole(icons: IconSet, isFullBleed = false): Promise<void> {
  const square = (side: number): string => `webp ${side}x${side}`;
  expect(await widths(icons.legacy)).toEqual([48, 72, 96, 144, 192].map(square));
  expect(await widths(icons.foreground)).toEqual([108, 162, 216, 324, 432].map(square));
  expect(await widths(icons.monochrome)).toEqual([108, 162, 216, 324, 432].map(square));
  expect(await widths(icons.notification)).toEqual([24, 36, 48, 72, 96].map(square));
  expect(icons.background).toMatch(/^#[0-9a-f]{6}$/);
  expect(await inkInSafeZone(icons.monochrome.at(-1))).toBeGreaterThan(0.01);
  if (isFullBleed)
    expect((await alpha(icons.foreground.at(-1))).data.every((a) => a === 255)).toBe(true);
  else expect(await inkInSafeZone(icons.foreground.at(-1))).toBeGreaterThan(0.01);
}

describe("icons from a picture", () => {
  test.each(["png", "jpeg", "webp"] as const)(
    "are complete for a picture in %s",
    async (format) => {
      await expectWhole(await render(await picture(format)), true);
    },
  );

  test("are complete for an SVG, on the app's own background", async () => {
    const figure = '<path fill="#123456" d="M50 10 90 90H10z"/>';
    const icons = await render(
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${figure}</svg>`),
    );
    await expectWhole(icons);
    expect(icons.background).toBe("#ffffff");
  });

  test("are complete for a disc, whose colour goes on around it", async () => {
    const icons = await render(SVG_ICON);
    await expectWhole(icons, true);
    expect(icons.background).toBe("#d03020");
  });

  test("take the colour of its border as background for a full square", async () => {
    expect((await render(await picture("png"))).background).toBe("#204060");
  });

  test("keep the shape of a picture that is not square", async () => {
    const wide = await sharp(await picture("png"))
      .resize(400, 100, { fit: "fill" })
      .png()
      .toBuffer();
    const icons = await render(wide);
    const { side, data } = await alpha(icons.legacy.at(-1));
    const rows = Array.from({ length: side }, (_, y) => data[y * side + side / 2] !== 0);
    expect(rows.filter(Boolean).length).toBeCloseTo(side / 4, -1);
  });

  test("show in the monochrome layer only what stands out, in white", async () => {
    const icons = await render(await picture("png"));
    expect(await inkColours(icons.monochrome.at(-1))).toEqual(new Set(["255,255,255"]));
    const stats = await sharp(icons.monochrome.at(-1)?.webp).ensureAlpha().stats();
    const share = await inkInSafeZone(icons.monochrome.at(-1));
    expect(stats.channels[3]?.max).toBe(255);
    // the figure, not the square that the picture is
    expect(share).toBeLessThan(0.34);
  });

  test("show in the monochrome layer the outline of a picture of one colour", async () => {
    const plain = await sharp({
      create: { width: 64, height: 64, channels: 3, background: "#336699" },
    })
      .png()
      .toBuffer();
    expect(await inkInSafeZone((await render(plain)).monochrome.at(-1))).toBeGreaterThan(0.29);
  });

  test.each([
    ["grey", noisePicture],
    ["transparency", async () => transparentNoise(160)],
  ])("have at most 52 kB together, even for noise of %s", async (_words, make) => {
    const { legacy, foreground, monochrome, notification } = await render(await make());
    const bytes = [...legacy, ...foreground, ...monochrome, ...notification].reduce(
      (sum, one) => sum + one.webp.length,
      0,
    );
    expect(bytes).toBeLessThanOrEqual(52_000);
  });

  test.each([
    ["from white to blue", '<stop stop-color="#fff"/><stop offset="1" stop-color="#014"/>', 32],
    ["of two dimensions", RAINBOW, 64],
  ])("keep the shades of a gradient %s", async (_words, stops, least) => {
    const gradient = new TextEncoder().encode(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><radialGradient id="a">${stops}</radialGradient>` +
        '<linearGradient id="b" x2="0" y2="1"><stop stop-color="#fff" stop-opacity=".5"/><stop offset="1" stop-opacity=".5"/>' +
        '</linearGradient><path d="M0 0h8v8h-8z" fill="url(#a)"/><path d="M0 0h8v8h-8z" fill="url(#b)"/></svg>',
    );
    const { legacy, foreground } = await render(gradient);
    for (const image of [legacy.at(-1), foreground.at(-1)]) {
      expect((await inkColours(image)).size).toBeGreaterThanOrEqual(least);
    }
  });

  test("have the same bytes for the same picture", async () => {
    const source = await picture("jpeg");
    expect(await render(source)).toEqual(await render(source));
  });
});

test("an SVG is drawn at the size that is needed, whatever size it names", async () => {
  const circle = '<circle cx="4" cy="4" r="4" fill="#123456"/>';
  const svg = (size: string) =>
    new TextEncoder().encode(
      `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 8 8">${circle}</svg>`,
    );
  const { foreground } = await render(svg('width="264" height="264"'));
  for (const size of ['width="8" height="8"', 'width="100000" height="100000"']) {
    expect((await render(svg(size))).foreground).toEqual(foreground);
  }
});

describe("pictures that are refused", () => {
  test.each([
    ["nothing", new Uint8Array()],
    ["text", new TextEncoder().encode("no picture")],
    [
      "an SVG that is not well-formed",
      new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'"),
    ],
    ["a GIF", Buffer.from("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=", "base64")],
  ])("include %s", async (_, source) => {
    await expect(render(source)).rejects.toMatchObject({ code: "invalid_icon" });
  });

  test("include one that is cut off", async () => {
    const whole = await noisePicture();
    await expect(render(whole.subarray(0, whole.length / 2))).rejects.toMatchObject({
      code: "invalid_icon",
    });
  });

  test("include one of 25 million pixels", async () => {
    const vast = await sharp({
      create: { width: 5000, height: 5000, channels: 3, background: "#336699" },
    })
      .png()
      .toBuffer();
    await expect(render(vast)).rejects.toMatchObject({ code: "invalid_icon" });
  });
});

describe("drawn icons", () => {
  test.each([
    ["Latin", "slipway"],
    ["accented", "Éclair"],
    ["a digit", "7 wonders"],
    ["Arabic", "مرحبا"],
    ["Chinese", "世界"],
    ["emoji", "🎉 party"],
    ["a flag", "🇫🇷"],
    ["a family", "👨‍👩‍👧‍👦"],
    ["punctuation", "!?"],
    ["markup", "<&>"],
    ["nothing visible", "\u200b"],
    ["empty", ""],
  ])("are complete for a name like this: %s", async (_, name) => {
    await expectWhole(await render(null, name));
  });

  test("exist for any name", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 4 }), async (name) => {
        const icons = await render(null, name);
        expect(await inkInSafeZone(icons.foreground.at(0))).toBeGreaterThan(0);
      }),
      { numRuns: propertyRuns(15) },
    );
  });

  test("take the owner's colour, with ink that can be read on it", async () => {
    const ink = async (color: string): Promise<number | undefined> => {
      const icons = await render(null, "A", color);
      expect(icons.background).toBe(color);
      const { data } = await sharp(icons.foreground.at(-1)?.webp)
        .raw()
        .toBuffer({ resolveWithObject: true });
      const visible = data.findIndex((value, at) => at % 4 === 3 && value === 255);
      return data[visible - 1];
    };
    expect(await ink("#ffe08a")).toBe(0);
    expect(await ink("#102030")).toBe(255);
  });

  test("differ by name, and draw a Latin letter alike whatever its case and accent", async () => {
    expect(await render(null, "Alpha")).not.toEqual(await render(null, "Beta"));
    expect(letterPath("é")).toBe(letterPath("E"));
    expect(letterPath("世")).toBeNull();
  });
});
