// Reads an SVG to its end: it must be well-formed XML that draws something and needs nothing but itself. It is drawn by builders and
// shown to people who have not made it, so what runs, what is fetched and what multiplies is refused.
import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from "saxes";
import { EMPTY, damaged } from "./faults.ts";
import { hasOutsideLink } from "./svg-links.ts";

/**
 * Longest markup, characters, which takes 100 to 200 ms to read. Pictures in it (data:) are not counted, since nothing of them is
 * read here.
 */
const MAX_CHARACTERS = 1024 * 1024;
/** Most elements: twice what a builder draws within a tenth of its time. */
const MAX_ELEMENTS = 10_000;
/** Deepest element: what builders' XML parser reads (libxml2). */
const MAX_DEPTH = 256;
/** Most attributes of one element: SVG has fewer. */
const MAX_ATTRIBUTES = 200;
/**
 * Most levels above all attributes with a prefix together, which is looked for on each: Inkscape writes two in an element of
 * three levels.
 */
const MAX_LOOKUPS = 1_000_000;
/**
 * Encodings that a declaration may name: those that builders read, in which ASCII is what it is in UTF-8. The bytes are read
 * as UTF-8, as they have to be.
 */
const ENCODING = /^(?:utf-?8|us-ascii|ascii|iso-8859-\d+|windows-125\d|utf-?16(?:le|be)?)$/i;
/** Largest width and height, px: what builders' drawing library takes (librsvg). */
const MAX_SIDE = 32_767;
/** Px of a unit (CSS Values 4 section 6.2). A percentage or a size of the text says nothing here. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
};

/** A picture in the markup, which has no character that means anything there. */
const PICTURE = /(data:image\/(?:png|jpe?g|webp|gif);base64,)([a-z0-9+/=\s]+)/gi;
const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";
/** Elements that draw. */
const DRAWING = new Set("path rect circle ellipse line polyline polygon text image use".split(" "));
/** Elements whose content is drawn only where another refers to it. */
const TEMPLATES = new Set(
  "defs symbol clipPath mask pattern marker linearGradient radialGradient filter metadata".split(
    " ",
  ),
);
const FORBIDDEN = new Set(["script", "foreignobject"]);

const OUTSIDE =
  "must not refer to anything outside itself: only to its own parts, and to PNG and JPEG pictures in it (data:)";
const RUNS = "must not have scripts or foreign content";
const ENTITIES = "must not declare entities or other document types of its own";

/** Thrown by what the parser calls, to end it: the rest is not read. */
class Fault extends Error {}

/** Returns what is wrong with an SVG, whose root is known to be one; null for one that may be drawn. */
export function svgFault(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return damaged("its text is not UTF-8");
  }
  // Lines stay, since a fault is named by its line.
  const markup = text.replaceAll(
    PICTURE,
    (_, head: string, data: string) => head + data.replaceAll(/[^\n]+/g, ""),
  );
  if (markup.length > MAX_CHARACTERS) {
    return `must not have more than ${MAX_CHARACTERS} characters beside the pictures in it`;
  }
  try {
    return read(markup) ? null : EMPTY;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

/** Reads the markup to its end and returns whether it draws anything. Throws Fault. */
function read(text: string): boolean {
  const parser = new SaxesParser({ xmlns: true });
  const reader = new Reader();
  parser.on("error", () => {
    throw new Fault(damaged(`it is not well-formed XML, at line ${parser.line}`));
  });
  parser.on("xmldecl", ({ encoding = "utf-8" }) => {
    if (!ENCODING.test(encoding)) throw new Fault(damaged("its text is not UTF-8"));
  });
  parser.on("doctype", (type) => {
    if (type.includes("[")) throw new Fault(ENTITIES);
  });
  parser.on("processinginstruction", ({ target }) => {
    if (target === "xml-stylesheet") throw new Fault(OUTSIDE);
  });
  parser.on("opentagstart", () => reader.begin());
  parser.on("attribute", ({ name }) => reader.countAttribute(name));
  parser.on("opentag", (tag) => reader.open(tag));
  parser.on("text", (part) => reader.keep(part));
  parser.on("cdata", (part) => reader.keep(part));
  parser.on("closetag", (tag) => reader.close(tag));
  parser.write(text).close();
  return reader.draws;
}

/** What is known of an SVG while it is read, from its start. Each method throws Fault. */
class Reader {
  /** Whether anything is drawn that no other has to refer to. */
  draws = false;
  #elements = 0;
  #attributes = 0;
  #lookups = 0;
  /** The names of the open elements. */
  readonly #open: string[] = [];
  /** How many of them are drawn only where another refers to them. */
  #templates = 0;
  /** The style sheet that is open. */
  #style = "";

  /** Counts an element, before its attributes are read. */
  begin(): void {
    this.#attributes = 0;
    this.#elements += 1;
    if (this.#elements > MAX_ELEMENTS) {
      throw new Fault(`must not have more than ${MAX_ELEMENTS} elements`);
    }
    if (this.#open.length >= MAX_DEPTH) {
      throw new Fault(`must not be nested more than ${MAX_DEPTH} deep`);
    }
  }

  countAttribute(name: string): void {
    this.#attributes += 1;
    if (name.includes(":")) this.#lookups += this.#open.length;
    if (this.#lookups > MAX_LOOKUPS) {
      throw new Fault("must not have so many attributes with a prefix so deep");
    }
    if (this.#attributes > MAX_ATTRIBUTES) {
      throw new Fault(`must not have more than ${MAX_ATTRIBUTES} attributes in an element`);
    }
  }

  open({ local, uri, attributes }: SaxesTagNS): void {
    const isSvg = uri === SVG;
    if (uri === HTML || FORBIDDEN.has(local.toLowerCase())) throw new Fault(RUNS);
    for (const attribute of Object.values(attributes)) checkAttribute(local, attribute);
    if (this.#open.length === 0) {
      if (!isSvg) throw new Fault(damaged(`its root lacks xmlns="${SVG}"`));
      checkRoot(attributes);
    }
    if (isSvg && TEMPLATES.has(local)) this.#templates += 1;
    else if (isSvg && this.#templates === 0 && DRAWING.has(local)) this.draws = true;
    this.#open.push(local);
  }

  keep(text: string): void {
    if (this.#open.at(-1) === "style") this.#style += text;
  }

  close({ local, uri }: SaxesTagNS): void {
    this.#open.pop();
    if (uri === SVG && TEMPLATES.has(local)) this.#templates -= 1;
    if (local !== "style") return;
    if (hasOutsideLink(this.#style)) throw new Fault(OUTSIDE);
    this.#style = "";
  }
}

/** Throws Fault for an attribute that runs, or leads outside. */
function checkAttribute(element: string, { local, prefix, value }: SaxesAttributeNS): void {
  if (/^on/i.test(local)) throw new Fault(RUNS);
  if (prefix === "xml" && local === "base") throw new Fault(OUTSIDE);
  // An animation may change a reference.
  if (local === "attributeName" && /href\s*$/i.test(value)) throw new Fault(OUTSIDE);
  if (local === "href" && !isOwn(element, value)) throw new Fault(OUTSIDE);
  if (prefix !== "xmlns" && hasOutsideLink(value)) throw new Fault(OUTSIDE);
}

/** Whether the address leads to a part of the SVG, or is a picture in it of a format that builders' drawing library knows there. */
function isOwn(element: string, address: string): boolean {
  const trimmed = address.trim();
  if (trimmed === "" || trimmed.startsWith("#")) return true;
  return (
    (element === "image" || element === "feImage") &&
    /^data:image\/(?:png|jpe?g)[;,]/i.test(trimmed)
  );
}

/** Throws Fault for a root that is too large, or has no area. */
function checkRoot(attributes: Readonly<Record<string, SaxesAttributeNS>>): void {
  const sides = ["width", "height"].map((name) => pixelsOf(attributes[name]?.value ?? ""));
  const box = (attributes["viewBox"]?.value ?? "").trim();
  const [, , width = 1, height = 1] = box === "" ? [] : box.split(/[\s,]+/).map(Number);
  for (const side of [...sides, width, height]) {
    if (side === null) continue;
    if (Number.isNaN(side)) throw new Fault(damaged("its viewBox is not four numbers"));
    if (side <= 0) throw new Fault(EMPTY);
  }
  if (sides.some((side) => side !== null && side > MAX_SIDE)) {
    throw new Fault(`must not be larger than ${MAX_SIDE} by ${MAX_SIDE}`);
  }
}

/** Returns a length in px; null where it has none of its own. */
function pixelsOf(length: string): number | null {
  const [, figure = "", unit = ""] =
    /^\s*([+-]?[\d.]+(?:e[+-]?\d+)?)\s*([a-z%]*)\s*$/i.exec(length) ?? [];
  const scale = UNITS[unit.toLowerCase()];
  return figure === "" || scale === undefined ? null : Number(figure) * scale;
}
