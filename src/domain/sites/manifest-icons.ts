// Which of a manifest's icons may be an app's icon, the best first (W3C, Web Application Manifest, section "icons"): maskable
// ones, which fill the whole shape, before others; drawings that scale before pictures, and large pictures before small ones.
import { MAX_ICON_PIXELS } from "../../protocol/builder.ts";
import { listAt, textAt, type Left } from "./manifest-members.ts";

/** Smallest side of a picture, pixels: that of an icon of before Android 8 on the coarsest screen. */
export const MIN_ICON_SIDE = 48;
/** Most icons of a manifest that are looked at. */
const MAX_ICONS = 100;
/** Formats that an app's icon can have, by their media types. */
const FORMATS = ["image/png", "image/jpeg", "image/jpg", "image/webp", "image/svg+xml"];

export interface SiteIcon {
  /** "icons.0", as the manifest has it. */
  field: string;
  url: URL;
  purpose: "maskable" | "any" | "monochrome";
  /** The larger the better. */
  rank: number;
}

/** Returns the icons that can be the app's and those that can be its layer of one colour, the best first, and why others can't. */
export function manifestIcons(
  manifest: Record<string, unknown>,
  base: URL,
): { icons: SiteIcon[]; monochrome: SiteIcon[]; left: Left[] } {
  const icons: SiteIcon[] = [];
  const left: Left[] = [];
  for (const [at, icon] of listAt(manifest, "icons", MAX_ICONS)) {
    const field = `icons.${at}`;
    const fit = fitness(icon, base);
    if (typeof fit === "string") left.push({ field, reason: fit });
    else icons.push({ field, ...fit });
  }
  icons.sort((a, b) => b.rank - a.rank);
  const { coloured = [], monochrome = [] } = Object.groupBy(icons, ({ purpose }) =>
    purpose === "monochrome" ? "monochrome" : "coloured",
  );
  return { icons: coloured, monochrome, left };
}

function fitness(icon: Record<string, unknown>, base: URL): Omit<SiteIcon, "field"> | string {
  const src = textAt(icon, "src");
  const url = src === null ? null : URL.parse(src, base.href);
  if (url === null || !/^https?:$/.test(url.protocol)) return "It has no address on the web.";
  const purpose = purposeOf(icon);
  if (purpose === null) return "It is for another purpose than to be the app's icon.";
  const type = (textAt(icon, "type") ?? "").toLowerCase().split(";")[0]?.trim() ?? "";
  if (type !== "" && !FORMATS.includes(type)) return "An icon is a PNG, JPEG, WebP or SVG image.";
  const isDrawing = type === "image/svg+xml" || /\.svg$/i.test(url.pathname);
  const side = isDrawing ? 0 : sideOf(textAt(icon, "sizes") ?? "");
  if (side !== null && side !== 0 && side < MIN_ICON_SIDE) {
    return `It is smaller than ${MIN_ICON_SIDE} pixels.`;
  }
  if (side !== null && side ** 2 > MAX_ICON_PIXELS) {
    return `It has more than ${MAX_ICON_PIXELS} pixels.`;
  }
  // Below any of a known size come those of which none is said.
  const size = isDrawing ? Math.sqrt(MAX_ICON_PIXELS) + 1 : (side ?? 0);
  return { url, purpose, rank: size + (purpose === "maskable" ? 2 * MAX_ICON_PIXELS : 0) };
}

/** An icon of one colour alone is a layer for themes, and no picture of the app. */
function purposeOf(icon: Record<string, unknown>): SiteIcon["purpose"] | null {
  const said = (textAt(icon, "purpose") ?? "any").toLowerCase().trim().split(/\s+/);
  if (said.includes("maskable")) return "maskable";
  if (said.includes("any")) return "any";
  return said.includes("monochrome") ? "monochrome" : null;
}

/** The largest of the `sizes`, "48x48 96x96", pixels of its larger side; 0 for "any", null where none is said. */
function sideOf(sizes: string): number | null {
  const sides = [...sizes.matchAll(/(?:^|\s)(\d{1,6})x(\d{1,6})(?=\s|$)/gi)].map(([, w, h]) =>
    Math.max(Number(w), Number(h)),
  );
  if (sides.length > 0) return Math.max(...sides);
  return /(^|\s)any(\s|$)/i.test(sizes) ? 0 : null;
}
