// Shows the icons of an app as phones do: through masks, tinted, and as Android 7 shows them. For people who look at them
// before an app is built, and for tests.
import sharp from "sharp";
import { parseColor } from "../../../src/protocol/color.ts";
import type { IconImage, IconSet } from "./icon-set.ts";
import { CANVAS_SIDE, VISIBLE_SIDE, open, openRaster, toRaster } from "./raster.ts";
import type { Raster } from "./raster.ts";

/** The forms, as they stand beside each other. */
export const FORMS = [
  "circle",
  "squircle",
  "square",
  "themed, light",
  "themed, dark",
  "Android 7",
  "status bar",
] as const;
export type Form = (typeof FORMS)[number];

/** Side of a form, and what is left around it, px. */
export const FORM_SIDE = 144;
const MARGIN = 12;
/** What lies behind the forms: light enough for shadows, dark enough for what is white. */
const WALLPAPER = "#b9c4d0";

/** Colours of themed icons as a Pixel has them with a blue wallpaper. */
const TINTS = {
  "themed, light": { ink: "#1b3b6f", ground: "#d5e3ff" },
  "themed, dark": { ink: "#c8dcff", ground: "#1d2b44" },
} as const;

/** The masks of launchers, in a square of 100. */
const MASKS: Readonly<Record<"circle" | "squircle" | "square", string>> = {
  circle: '<circle cx="50" cy="50" r="50"/>',
  squircle: '<path d="M50 0C88 0 100 12 100 50S88 100 50 100 0 88 0 50 12 0 50 0Z"/>',
  square: '<rect width="100" height="100" rx="16"/>',
};

/** Returns one form, FORM_SIDE px. */
export async function formOf(icons: IconSet, form: Form): Promise<Raster> {
  if (form === "Android 7") return resized(await largest(icons.legacy), FORM_SIDE);
  if (form === "status bar") {
    const small = await tinted(await largest(icons.notification), "#ffffff", "#3c4450");
    return resized(small, FORM_SIDE);
  }
  if (form === "themed, light" || form === "themed, dark") {
    const { ink, ground } = TINTS[form];
    return masked(await tinted(await largest(icons.monochrome), ink, ground), "circle");
  }
  const layer = openRaster(await largest(icons.foreground));
  return masked(await toRaster(layer.flatten({ background: icons.background })), form);
}

/** Returns all forms side by side, each row an app's. */
export async function previewOf(rows: readonly IconSet[]): Promise<Uint8Array> {
  const step = FORM_SIDE + 2 * MARGIN;
  const tiles = await Promise.all(
    rows.flatMap((icons, row) =>
      FORMS.map(async (form, column) => ({
        input: await openRaster(await formOf(icons, form))
          .png()
          .toBuffer(),
        left: column * step + MARGIN,
        top: row * step + MARGIN,
      })),
    ),
  );
  const size = { width: FORMS.length * step, height: rows.length * step };
  return sharp({ create: { ...size, channels: 3, background: WALLPAPER } })
    .composite(tiles)
    .png()
    .toBuffer();
}

async function largest(images: readonly IconImage[]): Promise<Raster> {
  const image = images.at(-1);
  if (image === undefined) throw new Error("there are no images");
  return toRaster(open(image.webp));
}

const resized = (raster: Raster, side: number): Promise<Raster> =>
  toRaster(openRaster(raster).resize(side, side));

/** Paints a white shape in a colour on another. */
async function tinted(shape: Raster, ink: string, ground: string): Promise<Raster> {
  const { r, g, b } = parseColor(ink);
  const data = Uint8Array.from(shape.data);
  for (let at = 0; at < data.length; at += 4) data.set([r, g, b], at);
  return toRaster(openRaster({ ...shape, data }).flatten({ background: ground }));
}

/** Shows the part of a layer that launchers show, through a mask. */
async function masked(layer: Raster, mask: keyof typeof MASKS): Promise<Raster> {
  const start = (CANVAS_SIDE - VISIBLE_SIDE) / 2;
  const box = { left: start, top: start, width: VISIBLE_SIDE, height: VISIBLE_SIDE };
  const shown = await toRaster(openRaster(layer).extract(box).resize(FORM_SIDE, FORM_SIDE));
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${FORM_SIDE}" height="${FORM_SIDE}"` +
    ` viewBox="0 0 100 100">${MASKS[mask]}</svg>`;
  const alpha = await toRaster(open(new TextEncoder().encode(svg)));
  for (let at = 3; at < shown.data.length; at += 4) shown.data[at] = alpha.data[at] ?? 0;
  return shown;
}
