// Layers of the owner's own, backgrounds that are given, and SVGs without a size.
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { IconPictures } from "../../../../builder/android/icons/icon-set.ts";
import { renderIcons } from "../../../../builder/android/icons/render-icons.ts";
import { NO_PICTURES, SVG_ICON, iconAlone } from "../support/inputs.ts";
import { contrast, meanColour, pixelsOf } from "./measure.ts";

const DEFAULTS = {
  name: "Example",
  iconBackground: null,
  backgroundColor: "#ffffff",
  iconColor: null,
} as const;

const svg = (content: string, attributes = 'viewBox="0 0 108 108"'): Uint8Array =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`);
const triangle = (fill: string): Uint8Array => svg(`<path fill="${fill}" d="M54 30 78 78H30z"/>`);
const render = (pictures: Partial<IconPictures>, changes = {}) =>
  renderIcons({ ...NO_PICTURES, ...pictures }, { ...DEFAULTS, ...changes });

/** Whether there is ink at a place of a layer, dp. */
async function inkAt(webp: Uint8Array | undefined, x: number, y: number): Promise<boolean> {
  const { width, data } = await pixelsOf(webp);
  const scale = width / 108;
  return (data[(Math.round(y * scale) * width + Math.round(x * scale)) * 4 + 3] ?? 0) > 128;
}

describe("a foreground of the owner's own", () => {
  const layer = svg('<path fill="#0a0" d="M0 0h12v108h-12zM50 50h8v8h-8z"/>');

  test("is the whole layer as it is, to its corners", async () => {
    for (const icon of [null, SVG_ICON]) {
      const { foreground, monochrome } = await render({ icon, foreground: layer });
      for (const [x, y, is] of [
        [2, 2, true],
        [2, 106, true],
        [54, 54, true],
        [30, 54, false],
        [106, 54, false],
      ] as const) {
        expect(await inkAt(foreground.at(-1)?.webp, x, y)).toBe(is);
      }
      expect(await inkAt(monochrome.at(-1)?.webp, 54, 54)).toBe(true);
    }
  });

  test("leaves the icon to Android 7, and stands in for it where there is none", async () => {
    const [alone, both, icon] = await Promise.all([
      render({ foreground: layer }),
      render({ icon: SVG_ICON, foreground: layer }),
      render({ icon: SVG_ICON }),
    ]);
    expect(both.legacy).toEqual(icon.legacy);
    expect(alone.legacy).not.toEqual(icon.legacy);
    expect(both.background).toBe("#ffffff");
  });

  test("is refused where launchers would show nothing of it", async () => {
    const foreground = svg('<path d="M0 0h10v10h-10z"/>');
    await expect(render({ foreground })).rejects.toMatchObject({
      code: "invalid_icon",
      message:
        "the icon's foreground is empty: nothing of it is in the 72 of 108 dp that launchers show",
    });
  });
});

describe("a monochrome layer of the owner's own", () => {
  test("is its alpha, whatever its colours", async () => {
    const { monochrome, notification } = await render({
      icon: SVG_ICON,
      monochrome: svg('<path fill="#ff0" d="M20 40h68v8h-68z"/>'),
    });
    expect(await inkAt(monochrome.at(-1)?.webp, 22, 44)).toBe(true);
    expect(await inkAt(monochrome.at(-1)?.webp, 54, 54)).toBe(false);
    const { data } = await pixelsOf(notification.at(-1)?.webp);
    expect(data.some((value, at) => at % 4 === 3 && value === 255)).toBe(true);
    const colours = await pixelsOf(monochrome.at(-1)?.webp);
    expect(meanColour(colours)).toEqual([255, 255, 255]);
  });

  test("is what is dark, where it has no transparency", async () => {
    const monochrome = await sharp(svg('<path d="M20 40h68v8h-68z"/>'))
      .flatten({ background: "#fff" })
      .jpeg()
      .toBuffer();
    const icons = await render({ icon: SVG_ICON, monochrome });
    expect(await inkAt(icons.monochrome.at(-1)?.webp, 30, 44)).toBe(true);
    expect(await inkAt(icons.monochrome.at(-1)?.webp, 30, 60)).toBe(false);
  });

  test("is refused when nothing is dark", async () => {
    const monochrome = svg('<path fill="#fff" d="M0 0h108v108h-108z"/>');
    await expect(render({ icon: SVG_ICON, monochrome })).rejects.toMatchObject({
      code: "invalid_icon",
      message:
        "the icon's monochrome layer is empty: nothing of it is visible, since all of it is white",
    });
  });
});

describe("the background", () => {
  test.each([
    ["the app's own", "#102030", null, "#ffffff", "#102030"],
    ["the app's own before the theme's", "#102030", "#3050c0", "#ffffff", "#102030"],
    ["the theme's, where that contrasts", "#ffffff", "#3050c0", "#ffffff", "#3050c0"],
    ["white, where none of those does", "#102030", "#202020", "#101010", "#ffffff"],
    ["nearly black, where white does not", "#ffffff", "#ffee99", "#ffff00", "#1f2328"],
  ] as const)("is %s", async (_words, backgroundColor, iconColor, ink, wanted) => {
    const icons = await render({ icon: triangle(ink) }, { backgroundColor, iconColor });
    expect(icons.background).toBe(wanted);
    const layer = await pixelsOf(icons.foreground.at(-1)?.webp);
    expect(contrast(meanColour(layer), icons.background)).toBeGreaterThanOrEqual(3);
  });

  test("is between black and white for a figure that has both", async () => {
    const icon = svg('<path d="M10 10h40v88h-40z"/><path fill="#fff" d="M60 10h40v88h-40z"/>');
    const { background, notes } = await render({ icon });
    expect(contrast([0, 0, 0], background)).toBeGreaterThan(3);
    expect(contrast([255, 255, 255], background)).toBeGreaterThan(3);
    expect(notes).toEqual([expect.stringContaining(`Icon background: ${background}, chosen`)]);
  });

  test("is the owner's where they gave one, with a note where that hides the figure", async () => {
    const icon = triangle("#ffffff");
    const good = await render({ icon }, { iconBackground: "#004080" });
    expect(good.background).toBe("#004080");
    expect(good.notes).toEqual([
      "Icon background: #004080, as given, contrasts 10.3:1 with the figure",
    ]);
    const bad = await render({ icon }, { iconBackground: "#ffff00" });
    expect(bad.background).toBe("#ffff00");
    expect(bad.notes).toEqual([
      "Icon background: #ffff00, as given, contrasts only 1.1:1 with the figure: less than 3:1, so that it can hardly be seen",
    ]);
  });

  test("that is given is behind a letter, too, and is said to be hidden by a picture that fills its square", async () => {
    const drawn = await renderIcons(NO_PICTURES, { ...DEFAULTS, iconBackground: "#123456" });
    expect(drawn.background).toBe("#123456");
    const { notes } = await render({ icon: SVG_ICON }, { iconBackground: "#123456" });
    expect(notes).toContain("Icon background: #123456, as given, is behind it and not seen");
  });
});

describe("an SVG without size", () => {
  const house = "M0 60 60 0l60 60v70H0z";

  test.each([
    ["far from the origin", "", `<path transform="translate(700 9000)" d="${house}"/>`],
    ["left of and above it", "", `<path transform="translate(-800 -300)" d="${house}"/>`],
    ["tiny", "", `<path transform="scale(.01)" d="${house}"/>`],
    ["vast", "", `<path transform="scale(90)" d="${house}"/>`],
    ["with shares as size", 'width="100%" height="100%"', `<path d="${house}"/>`],
    ["with one side", 'height="10"', `<path d="${house}"/>`],
  ])("is drawn whole: %s", async (_words, attributes, content) => {
    const expected = await pixelsOf(
      (await render({ icon: svg(`<path d="${house}"/>`, 'viewBox="0 0 120 130"') })).foreground.at(
        -1,
      )?.webp,
    );
    const { foreground } = await render({ icon: svg(content, attributes) });
    const found = await pixelsOf(foreground.at(-1)?.webp);
    const different = found.data.filter(
      (value, at) => at % 4 === 3 && Math.abs(value - (expected.data[at] ?? 0)) > 128,
    );
    expect(different.length).toBeLessThan(600);
  });

  test("that fills whatever there is, is drawn as it is", async () => {
    const { background } = await render({
      icon: svg('<rect width="100%" height="100%" fill="#246"/>', ""),
    });
    expect(background).toBe("#224466");
    const middle = '<rect width="100%" height="100%"/><path fill="#fff" d="M120 45h60v60h-60z"/>';
    const { foreground } = await render({ icon: svg(middle, "") });
    const { width, data } = await pixelsOf(foreground.at(-1)?.webp);
    const at = ((width / 2) * width + width / 2) * 4;
    expect([...data.subarray(at, at + 3)]).toEqual([255, 255, 255]);
  });
});

test("an icon whose pictures are all given says nothing that its owner does not need", async () => {
  expect((await render(iconAlone(triangle("#000")))).notes).toHaveLength(1);
});
