// Finds what CSS in an SVG would fetch: `@import`, sets of images, and every `url()` but those of its own parts and of pictures
// written in it.

/** Six hexadecimal digits at most, and the one space that may end them (CSS Syntax 3 section 4.3.7). */
const ESCAPE = /\\(?:([0-9a-f]{1,6})[ \t\r\n\f]?|(.))/gi;
const LINK = /(?:url|src)\(\s*["']?\s*([^"')]{0,40})/gi;
const OWN = /^(?:#|data:image\/(?:png|jpe?g)[;,])/i;

/** Whether a style, or the value of an attribute, names anything outside the SVG. */
export function hasOutsideLink(css: string): boolean {
  // Most values have neither.
  if (!css.includes("(") && !css.includes("@") && !css.includes("\\")) return false;
  const plain = css.includes("\\") ? css.replaceAll(ESCAPE, unescaped) : css;
  if (/@import|image(?:-set)?\(/i.test(plain)) return true;
  return [...plain.matchAll(LINK)].some(([, address = ""]) => !OWN.test(address));
}

function unescaped(_: string, code: string | undefined, character: string | undefined): string {
  if (code === undefined) return character ?? "";
  const point = Number.parseInt(code, 16);
  return point > 0x10_ffff ? "" : String.fromCodePoint(point);
}
