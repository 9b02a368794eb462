// Twelve kinds of pictures that people give apps as icons, in the forms in which phones show them: beside pictures that a
// person looked at, and by what must hold of each. UPDATE_ICONS=1 makes those pictures anew, to be looked at again.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { previewOf } from "../../../../builder/android/icons/preview.ts";
import { renderIcons } from "../../../../builder/android/icons/render-icons.ts";
import type { IconSet } from "../../../../builder/android/icons/icon-set.ts";
import { anInput, build, iconAlone } from "../support/inputs.ts";
import { contrast, deltaE, distances, meanColour, pixelsOf } from "./measure.ts";
import type { Pixels } from "./measure.ts";
import { SOURCES } from "./sources.ts";

const REFERENCES = new URL("references/", import.meta.url);
/** Greatest mean difference from a picture that was looked at, of 255: codecs of other versions differ by less. */
const MEAN_DIFFERENCE = 1.5;
/** What a file may have, bytes. */
const APK_BUDGET = 150_000;
/** Sides of a layer and of the part that is shown, px, and what a dp is. */
const [LAYER, SHOWN, DP] = [432, 288, 4];

const source = {
  name: "Example",
  iconBackground: null,
  backgroundColor: "#ffffff",
  iconColor: null,
} as const;
const made = new Map<string, Promise<{ icon: Uint8Array; icons: IconSet }>>();

/** The icons of a source, which are made once. */
function iconsOf(name: string): Promise<{ icon: Uint8Array; icons: IconSet }> {
  const found = SOURCES.find((each) => each.name === name);
  const make = async () => {
    const icon = (await found?.make()) ?? new Uint8Array();
    return { icon, icons: await renderIcons(iconAlone(icon), source) };
  };
  const icons = made.get(name) ?? make();
  made.set(name, icons);
  return icons;
}

const layerOf = async (name: string): Promise<Pixels> =>
  pixelsOf((await iconsOf(name)).icons.foreground.at(-1)?.webp);

const names = (kind: string) =>
  SOURCES.filter((each) => each.kind === kind).map(({ name }) => name);

describe.each(SOURCES.map(({ name }) => name))("%s", (name) => {
  test("looks as it did when a person looked at it", async () => {
    const { icons } = await iconsOf(name);
    const whole = sharp(await previewOf([icons]));
    const { width } = await whole.metadata();
    const now = await whole
      .resize(Math.round(width / 2))
      .png()
      .toBuffer();
    const file = new URL(`${name}.png`, REFERENCES);
    if (process.env["UPDATE_ICONS"] === "1") {
      mkdirSync(REFERENCES, { recursive: true });
      writeFileSync(file, await sharp(now).png({ palette: true, effort: 10 }).toBuffer());
    }
    const [seen, wanted] = [await pixelsOf(now), await pixelsOf(readFileSync(file))];
    expect([seen.width, seen.height]).toEqual([wanted.width, wanted.height]);
    let sum = 0;
    seen.data.forEach((value, at) => (sum += Math.abs(value - (wanted.data[at] ?? 0))));
    expect((sum / seen.data.length) * (4 / 3)).toBeLessThan(MEAN_DIFFERENCE);
  });

  test("makes an APK of at most 150 KB", async () => {
    const { icon } = await iconsOf(name);
    const apk = await build(anInput({ pictures: iconAlone(icon) }));
    expect(apk.length).toBeLessThanOrEqual(APK_BUDGET);
  });
});

describe.each(names("figure"))("the figure of %s", (name) => {
  test("is in the safe zone, and nothing of it is cut by the narrowest mask", async () => {
    const layer = await layerOf(name);
    let farthest = 0;
    for (const { at, distance } of distances(layer)) {
      const alpha = layer.data[at * 4 + 3] ?? 0;
      if (alpha > 0) expect(distance).toBeLessThanOrEqual(36 * DP);
      if (alpha > 32) farthest = Math.max(farthest, distance);
    }
    expect(farthest).toBeLessThanOrEqual(33 * DP + 1);
    // as large as it goes; a shadow may need the rest
    expect(farthest).toBeGreaterThan(30 * DP);
  });

  test("contrasts with its background", async () => {
    const { icons } = await iconsOf(name);
    const ratio = contrast(meanColour(await layerOf(name)), icons.background);
    expect(ratio).toBeGreaterThanOrEqual(3);
    expect(icons.notes.join()).toContain(`Icon background: ${icons.background}, chosen`);
  });
});

describe.each(names("full-bleed"))("the layer of %s", (name) => {
  test("leaves nothing empty", async () => {
    const { data } = await layerOf(name);
    expect(data.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true);
  });

  test("beyond what is shown goes on with what is at its edge", async () => {
    const layer = await layerOf(name);
    const at = (x: number, y: number) =>
      Array.from(layer.data.subarray((y * LAYER + x) * 4, (y * LAYER + x) * 4 + 3));
    const [edge, last] = [(LAYER - SHOWN) / 2, LAYER - 1];
    for (const place of [120, 216, 300]) {
      for (const [outer, inner] of [
        [at(place, 2), at(place, edge + 2)],
        [at(place, last - 2), at(place, last - edge - 2)],
        [at(2, place), at(edge + 2, place)],
        [at(last - 2, place), at(last - edge - 2, place)],
      ] as const) {
        outer.forEach((value, c) => expect(Math.abs(value - (inner[c] ?? 0))).toBeLessThan(40));
      }
    }
  });
});

describe("what is shown of a picture that fills its square", () => {
  test.each(["photo", "gradient", "rounded-square", "maskable"])(
    "is the picture, pixel by pixel, of %s",
    async (name) => {
      const { icon } = await iconsOf(name);
      const shown = await shownOf(name);
      const wanted = await pixelsOf(await sharp(icon).resize(SHOWN, SHOWN).png().toBuffer());
      const errors = distances(shown)
        // at the very edge, what was half transparent is not any more
        .filter(({ distance }) => distance < 34 * DP)
        .map(({ at }) => deltaE(shown.data, wanted.data, at * 4));
      expect(errors.reduce((sum, one) => sum + one, 0) / errors.length).toBeLessThan(3);
    },
  );

  test.each(["logo-on-white", "circle-badge"])("cuts nothing of the figure of %s", async (name) => {
    const { icons } = await iconsOf(name);
    const shown = await shownOf(name);
    const plain = await pixelsOf(
      await sharp({ create: { width: 1, height: 1, channels: 4, background: icons.background } })
        .png()
        .toBuffer(),
    );
    const ground = Buffer.concat([plain.data]);
    for (const { at, distance } of distances(shown)) {
      if (distance < 33 * DP + 2) continue;
      const pixel = shown.data.subarray(at * 4, at * 4 + 4);
      expect(deltaE(pixel, ground, 0)).toBeLessThan(12);
    }
  });

  async function shownOf(name: string): Promise<Pixels> {
    const { icons } = await iconsOf(name);
    const start = (LAYER - SHOWN) / 2;
    const box = { left: start, top: start, width: SHOWN, height: SHOWN };
    return pixelsOf(await sharp(icons.foreground.at(-1)?.webp).extract(box).png().toBuffer());
  }
});

test("transparency that fades stays in all its shades", async () => {
  const { data } = await layerOf("fading-shadow");
  const shades = new Set(data.filter((_, at) => at % 4 === 3));
  expect(shades.size).toBeGreaterThan(120);
});

test("a photograph on Android 7 is a square of its middle", async () => {
  const { icons } = await iconsOf("photo");
  const { data } = await pixelsOf(icons.legacy.at(-1)?.webp);
  expect(data.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true);
});
