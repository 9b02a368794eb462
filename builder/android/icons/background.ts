// The colour behind a figure: the owner's, or one on which most of the figure can be seen (WCAG 2.2, 1.4.11: 3:1).
import { contrastOf, formatColor, luminance, parseColor } from "../../../src/protocol/color.ts";
import type { IconSource } from "./icon-set.ts";
import { CHANNELS } from "./raster.ts";
import type { Raster } from "./raster.ts";

/** Least contrast of what has to be seen to be understood. */
export const LEAST_CONTRAST = 3;
/** How much of a figure must have that contrast: a highlight or an outline may have less. */
const MOST = 0.8;
/** Alpha from which ink counts: a shadow has no colour that has to be seen. */
const INK = 128;
const WHITE = "#ffffff";
/** Softer than black, and as good for whatever is light. */
const NEAR_BLACK = "#1f2328";
/** As far from black as from white, for figures that have both. */
const MIDDLE = "#6b7280";
const STEPS = 256;

export interface Background {
  readonly color: string;
  readonly note: string;
}

/** Chooses the colour behind a figure, or takes the owner's, and says what it is. */
export function backgroundOf(figure: Raster, source: IconSource, figureWords: string): Background {
  const contrast = contrastWith(figure);
  const own = source.iconBackground;
  if (own !== null) {
    const ratio = contrast(own);
    if (ratio >= LEAST_CONTRAST) return { color: own, note: said("as given", own, ratio) };
    const note =
      `Icon background: ${own}, as given, contrasts only ${rounded(ratio)}:1 with ${figureWords}: ` +
      `less than ${LEAST_CONTRAST}:1, so that it can hardly be seen`;
    return { color: own, note };
  }
  const wanted = [source.backgroundColor, source.iconColor, WHITE, NEAR_BLACK, MIDDLE];
  const colors = wanted.filter((color) => color !== null);
  // Where none has enough, a figure of many shades, it is the best of them.
  const color =
    colors.find((one) => contrast(one) >= LEAST_CONTRAST) ??
    colors.reduce((best, one) => (contrast(one) > contrast(best) ? one : best));
  return { color, note: said("chosen", color, contrast(color)) };
}

const rounded = (ratio: number): string => ratio.toFixed(1);

function said(how: string, color: string, ratio: number): string {
  return `Icon background: ${color}, ${how}, contrasts ${rounded(ratio)}:1 with the figure`;
}

/** Returns which contrast most of a figure has with a colour, as a function of that. */
export function contrastWith({ data }: Raster): (color: string) => number {
  const weights = new Float64Array(STEPS);
  let all = 0;
  for (let at = 0; at < data.length; at += CHANNELS) {
    const alpha = data[at + 3] ?? 0;
    if (alpha < INK) continue;
    const shade =
      (LINEAR_R[data[at] ?? 0] ?? 0) +
      (LINEAR_G[data[at + 1] ?? 0] ?? 0) +
      (LINEAR_B[data[at + 2] ?? 0] ?? 0);
    // By its root, as eyes see it: dark shades differ more than light ones.
    const step = Math.round(Math.sqrt(shade) * (STEPS - 1));
    weights[step] = (weights[step] ?? 0) + alpha;
    all += alpha;
  }
  return (color) => {
    if (all === 0) return LEAST_CONTRAST;
    const ground = luminance(parseColor(color));
    const steps = Array.from(weights, (weight, step) => ({
      weight,
      ratio: contrastOf((step / (STEPS - 1)) ** 2, ground),
    }))
      .filter(({ weight }) => weight > 0)
      .toSorted((a, b) => b.ratio - a.ratio);
    let sum = 0;
    const last = steps.find(({ weight }) => (sum += weight) >= all * MOST);
    return last?.ratio ?? 1;
  };
}

const channel = (of: (value: number) => string): Float64Array =>
  Float64Array.from({ length: 256 }, (_, value) => luminance(parseColor(of(value))));
const LINEAR_R = channel((r) => formatColor({ r, g: 0, b: 0 }));
const LINEAR_G = channel((g) => formatColor({ r: 0, g, b: 0 }));
const LINEAR_B = channel((b) => formatColor({ r: 0, g: 0, b }));
