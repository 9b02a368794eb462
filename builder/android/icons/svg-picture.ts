// Looks through an SVG before it is drawn: what would be left out in silence (outside files, entities, HTML) is refused by
// name, and one that has no size gets the box of its drawing. Everything here takes time in proportion to the file.
import { PackagingError } from "../errors.ts";
import { extentOf } from "./extent.ts";
import type { PictureWords } from "./icon-set.ts";
import { open, toRaster } from "./raster.ts";

/** Encodings in which letters of ASCII are the bytes that they are there, so that what is looked for is found. */
const ENCODING = /^(?:utf-?8|us-ascii|ascii|iso-8859-\d+|windows-125\d|utf-?16(?:le|be)?)$/i;
const DECLARATION = /^\s*<\?xml\s[^>]{0,200}\?>/;
/** A tag's name, and each of its attributes. */
const TAG = /<([^\s<>/!?"'=]+)/y;
const ATTRIBUTE = /\s*([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
/** What a style leads to, without the rest of a long one. */
const STYLE_LINK = /\burl\(\s*["']?\s*([^)]{0,20})/gi;
/** A character that is written as its number or name (XML 1.0, 4.1 and 4.6). */
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(quot|apos));/gi;
/** What the drawing library knows an SVG by, at the start of a file; its own root may have a prefix before the name. */
const MARK = "<!--<svg-->";
/** A width or height that is no share of something else. */
const LENGTH = /^\s*\+?[\d.]+(?:e[+-]?\d+)?[a-z]*\s*$/i;
/** Inside the picture: a part of it, or a file that it brings along. */
const INSIDE = /^\s*(?:#|data:|$)/i;
/** The same, of a file that the drawing library draws: others it leaves out in silence. */
const DRAWN_INSIDE = /^\s*(?:#|data:image\/(?:png|jpe?g|svg\+xml)[;,]|$)/i;
const IMAGES: readonly string[] = ["image", "feImage"];

/**
 * Half the side of what is looked through for a drawing without size, in the drawing's units: first for those that are far
 * away, and then for those that are too small to be seen from there. Below are the pixels on a side.
 */
const REACHES = [16_384, 256];
const LOOK_SIDE = 512;
/** How often the box is looked at more closely: each time at its own size, at first as few pixels. */
const LOOKS = 3;
/** What browsers take where nothing says a size (CSS Images 3, 4.1): for drawings that fill whatever there is. */
const DEFAULT_BOX = "0 0 300 150";

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly start: number;
  readonly end: number;
}

/** Returns the SVG, with a size. Throws PackagingError for one that would look other than it is meant to. */
export async function drawableSvg(source: Uint8Array, what: PictureWords): Promise<Uint8Array> {
  const text = MARK + textOf(source, what);
  const bare = withoutComments(text);
  const tags = [...tagsOf(bare)];
  const fault = faultOf(bare, tags);
  if (fault !== null) throw new PackagingError("invalid_icon", `${what} ${fault}`);
  const [root] = tags;
  if (root === undefined || hasSize(root)) return new TextEncoder().encode(text);
  return withBox(text, root, await ownBox(text, root));
}

/** Whether the file is XML, which of all pictures only an SVG is. */
export function isSvg(source: Uint8Array): boolean {
  return /^(?:\ufeff|\u00ef\u00bb\u00bf)?\s*</.test(startOf(source).start);
}

/** The first characters, and the encoding if it is one of two bytes each. */
function startOf(source: Uint8Array): { start: string; wide: string | null } {
  const [first, second] = source;
  const little = first === 0xff && second === 0xfe ? "utf-16le" : null;
  const wide = little ?? (first === 0xfe && second === 0xff ? "utf-16be" : null);
  return { start: new TextDecoder(wide ?? "latin1").decode(source.subarray(0, 1000)), wide };
}

function textOf(source: Uint8Array, what: PictureWords): string {
  const { start, wide } = startOf(source);
  const [, declared = "utf-8"] = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)/.exec(start) ?? [];
  if (!ENCODING.test(declared)) {
    throw new PackagingError("invalid_icon", `${what} is an SVG in an encoding other than UTF-8`);
  }
  const encoding = wide ?? (/^utf-?16/i.test(declared) ? "utf-8" : declared);
  // What is decoded here is encoded as UTF-8 again, which is the default without a declaration.
  return new TextDecoder(encoding).decode(source).replace(DECLARATION, "");
}

/** Puts spaces in the place of comments, and of what would be tags in text that is none (CDATA). */
function withoutComments(text: string): string {
  let bare = "";
  let at = 0;
  const part = /<!--|<!\[CDATA\[/g;
  for (;;) {
    part.lastIndex = at;
    const start = part.exec(text)?.index ?? -1;
    const isComment = text.startsWith("<!--", start);
    const close = isComment ? "-->" : "]]>";
    const end = start < 0 ? -1 : text.indexOf(close, start + 4);
    if (end < 0) return bare + text.slice(at);
    const inside = text.slice(start, end + 3);
    bare += text.slice(at, start);
    bare += isComment ? " ".repeat(inside.length) : inside.replaceAll("<", " ");
    at = end + 3;
  }
}

/** Reads characters that are written as references. */
function withoutReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(REFERENCE, (_, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return name.toLowerCase() === "quot" ? '"' : "'";
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code > 0x10_ffff ? "" : String.fromCodePoint(code);
  });
}

function* tagsOf(text: string): Generator<Tag> {
  for (let start = text.indexOf("<"); start >= 0; start = text.indexOf("<", start + 1)) {
    TAG.lastIndex = start;
    const [, name] = TAG.exec(text) ?? [];
    if (name === undefined) continue;
    const attributes = new Map<string, string>();
    let end = TAG.lastIndex;
    for (;;) {
      ATTRIBUTE.lastIndex = end;
      const found = ATTRIBUTE.exec(text);
      if (found === null) break;
      attributes.set(found[1] ?? "", found[2] ?? found[3] ?? "");
      end = ATTRIBUTE.lastIndex;
    }
    yield { name: localName(name), attributes, start, end };
    start = end - 1;
  }
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Says what of the picture would not be drawn, or null. */
function faultOf(text: string, tags: readonly Tag[]): string | null {
  if (/<!ENTITY/i.test(text)) return "declares entities, which an SVG icon may not";
  const outside = "has links to files outside of it, which are not drawn";
  const plain = withoutReferences(text);
  if (/<\?xml-stylesheet/i.test(text) || /@import\b/i.test(plain)) return outside;
  for (const [, link = ""] of plain.matchAll(STYLE_LINK)) if (!INSIDE.test(link)) return outside;
  for (const { name, attributes } of tags) {
    if (name === "foreignObject") return "holds HTML (foreignObject), which is not drawn";
    // A link that a person could follow draws nothing.
    if (name === "a") continue;
    for (const [key, value] of attributes) {
      if (localName(key) !== "href") continue;
      const link = withoutReferences(value);
      if (!INSIDE.test(link)) return outside;
      if (IMAGES.includes(name) && !DRAWN_INSIDE.test(link)) {
        return "has a picture in it that is neither a PNG nor a JPEG, which is not drawn";
      }
    }
  }
  return null;
}

function hasSize({ attributes }: Tag): boolean {
  const isLength = (name: string): boolean => LENGTH.test(attributes.get(name) ?? "");
  return attributes.has("viewBox") || (isLength("width") && isLength("height"));
}

/** Returns the SVG with the box as its user space. */
function withBox(text: string, root: Tag, box: string, size = ""): Uint8Array {
  const name = /^<[^\s>/]+/.exec(text.slice(root.start, root.end))?.[0] ?? "<svg";
  const kept = [...root.attributes]
    .filter(([key]) => !["width", "height", "viewBox", "preserveAspectRatio"].includes(key))
    .map(([key, value]) => ` ${key}="${value.replaceAll('"', "&quot;")}"`);
  const tag = `${name}${kept.join("")} viewBox="${box}"${size}`;
  return new TextEncoder().encode(text.slice(0, root.start) + tag + text.slice(root.end));
}

/** Finds the box of the drawing: draws all that is near the origin, and looks at where it is more and more closely. */
async function ownBox(text: string, root: Tag): Promise<string> {
  for (const reach of REACHES) {
    const found = await boxWithin(reach, text, root);
    if (found !== null) return found;
  }
  return DEFAULT_BOX;
}

/** Returns the box of what is drawn near the origin; null if there is nothing, or if it fills whatever there is. */
async function boxWithin(reach: number, text: string, root: Tag): Promise<string | null> {
  let [left, top, side] = [-reach, -reach, 2 * reach];
  let found: string | null = null;
  for (let look = 0; look < LOOKS; look += 1) {
    const size = ` width="${LOOK_SIDE}" height="${LOOK_SIDE}"`;
    const svg = withBox(text, root, `${left} ${top} ${side} ${side}`, size);
    const ink = extentOf(await toRaster(open(svg)), 1)?.box ?? null;
    // Shares of whatever there is go from the origin to its end.
    const [right, bottom] = ink === null ? [] : [ink.left + ink.width, ink.top + ink.height];
    const fills = right === LOOK_SIDE && bottom === LOOK_SIDE;
    if (ink === null || (look === 0 && fills)) break;
    const unit = side / LOOK_SIDE;
    const [x, y] = [left + ink.left * unit, top + ink.top * unit];
    found = `${x} ${y} ${ink.width * unit} ${ink.height * unit}`;
    // A pixel more on each side, for what was too faint to be seen.
    side = (Math.max(ink.width, ink.height) + 2) * unit;
    [left, top] = [x - unit, y - unit];
  }
  return found;
}
