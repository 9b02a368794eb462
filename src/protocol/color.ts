// Colours as #rrggbb, and which of black or white can be read on them.

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** From "#rrggbb". */
export function parseColor(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return { r: value >> 16, g: (value >> 8) & 0xff, b: value & 0xff };
}

/** To "#rrggbb"; channels are rounded. */
export function formatColor({ r, g, b }: Rgb): string {
  const hex = (channel: number): string => Math.round(channel).toString(16).padStart(2, "0");
  return `#${hex(r)}${hex(g)}${hex(b)}`;
}

/** Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it. */
export function luminance({ r, g, b }: Rgb): number {
  const linear = (channel: number): number => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** The contrast of two luminances, 1 to 21, as WCAG 2.2 defines it. */
export function contrastOf(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The luminance at which black and white have the same contrast: sqrt(1.05 * 0.05) - 0.05. */
const MIDDLE_LUMINANCE = 0.179;

/** true when dark text reads better than white on this colour. */
export function isLight(hex: string): boolean {
  return luminance(parseColor(hex)) > MIDDLE_LUMINANCE;
}
