// Pictures that can't be drawn fail by name and reason, those that unpack to far more than they are within bounds, and none
// is drawn half.
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { renderIcons } from "../../../../builder/android/icons/render-icons.ts";
import { createIconRenderer } from "../../../../builder/icon-renderer.ts";
import { NO_PICTURES, SVG_ICON, iconAlone, noisePicture } from "../support/inputs.ts";
import { BOMBS, HOSTILE, vast } from "./hostile.ts";

const source = {
  name: "Example",
  iconBackground: null,
  backgroundColor: "#ffffff",
  iconColor: null,
} as const;

test.each(HOSTILE)("%s is refused", async (_words, make, said) => {
  await expect(renderIcons(iconAlone(await make()), source)).rejects.toMatchObject({
    code: "invalid_icon",
    message: `the icon ${said}`,
  });
});

test.each([
  ["foreground", "the icon's foreground"],
  ["monochrome", "the icon's monochrome layer"],
] as const)("the failure names the %s where that is at fault", async (layer, words) => {
  const pictures = { ...NO_PICTURES, icon: SVG_ICON, [layer]: vast() };
  await expect(renderIcons(pictures, source)).rejects.toMatchObject({
    code: "invalid_icon",
    message: `${words} has 30000 x 30000 pixels, more than 16777216`,
  });
});

test.each(["png", "jpeg", "webp"] as const)(
  "a %s is drawn whole or not at all, wherever it is cut",
  async (format) => {
    const whole = await sharp(await noisePicture(96))
      .toFormat(format)
      .toBuffer();
    await renderIcons(iconAlone(whole), source);
    for (const share of [0.05, 0.2, 0.4, 0.7, 0.9, 0.98, 0.995]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      await expect(renderIcons(iconAlone(cut), source)).rejects.toMatchObject({
        code: "invalid_icon",
      });
    }
  },
);

test.each([
  ["a comment that is never closed, often", "<!--".repeat(500_000)],
  ["quotes that are never closed", `<a b="`.repeat(300_000)],
  ["spaces", `<svg${" ".repeat(2_000_000)}`],
  ["links in one tag", `<svg ${'href="#" '.repeat(200_000)}>`],
  ["url( and nothing", `<svg>${"url(".repeat(300_000)}`],
])("an SVG of %s takes no longer than it is long", async (_words, text) => {
  const before = process.cpuUsage();
  await expect(renderIcons(iconAlone(Buffer.from(text)), source)).rejects.toMatchObject({
    code: "invalid_icon",
  });
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(10);
});

describe("in a process of its own", () => {
  const render = createIconRenderer({ budgetMs: 3_000 });

  test.each(BOMBS)("%s is drawn or refused within bounds", async (_words, make) => {
    const drawing = render(iconAlone(make()), source);
    const end = await drawing.catch((error: unknown) => error);
    if (end instanceof Error) {
      expect(end).toMatchObject({ code: "invalid_icon" });
      expect(end.message).toMatch(/^the icon (can't be decoded|takes more than \d+ (s|MiB) of )/);
    } else expect(end).toHaveProperty("foreground.length", 5);
    expect(await render(iconAlone(SVG_ICON), source)).toHaveProperty("foreground.length", 5);
  });

  test("a bomb is named by its layer", async () => {
    const [, endless] = BOMBS.at(-1) ?? [];
    const pictures = {
      ...NO_PICTURES,
      icon: SVG_ICON,
      foreground: endless?.() ?? new Uint8Array(),
    };
    await expect(render(pictures, source)).rejects.toThrow(
      /^the icon's foreground takes more than/,
    );
  });
});
