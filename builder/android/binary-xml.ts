// Binary XML, the form of AndroidManifest.xml and res/**.xml in an APK (ResourceTypes.h, ResXMLTree).
import { writeValue } from "./binary-value.ts";
import { CHUNK, chunk } from "./chunk.ts";
import { concat } from "./bytes.ts";
import type { ByteWriter } from "./bytes.ts";
import { attributeId } from "./framework.ts";
import type { XmlAttribute, XmlElement } from "./model.ts";
import type { ResolveReference } from "./resource-ids.ts";
import { StringPool } from "./string-pool.ts";

const ANDROID_PREFIX = "android";
const ANDROID_URI = "http://schemas.android.com/apk/res/android";

/** Marks an absent string. */
const NONE = 0xffffffff;
const ATTRIBUTES_START = 20;
const ATTRIBUTE_BYTES = 20;
/** The line number of elements, which have no source file. */
const LINE = 1;

/** Encodes a document. `resolve` returns the ids of referenced resources. */
export function encodeXml(root: XmlElement, resolve: ResolveReference): Uint8Array {
  const document = new XmlDocument(root, resolve);
  return document.encode();
}

class XmlDocument {
  readonly #root: XmlElement;
  readonly #resolve: ResolveReference;
  readonly #pool = new StringPool();
  /** Names of framework attributes by ascending id: the first strings of the pool, as the map needs. */
  readonly #attributeNames: readonly string[];
  readonly #nameIndexes: ReadonlyMap<string, number>;

  constructor(root: XmlElement, resolve: ResolveReference) {
    this.#root = root;
    this.#resolve = resolve;
    this.#attributeNames = [...androidNames(root)].toSorted(
      (a, b) => attributeId(a) - attributeId(b),
    );
    this.#nameIndexes = new Map(
      this.#attributeNames.map((name) => [name, this.#pool.append(name)]),
    );
  }

  encode(): Uint8Array {
    const prefix = this.#pool.index(ANDROID_PREFIX);
    const uri = this.#pool.index(ANDROID_URI);
    const namespace = (type: number): Uint8Array => node(type, (out) => out.u32(prefix).u32(uri));
    const nodes = [
      namespace(CHUNK.startNamespace),
      ...this.#element(this.#root),
      namespace(CHUNK.endNamespace),
    ];
    const resourceMap = chunk(
      CHUNK.resourceMap,
      () => {},
      (out) => this.#attributeNames.forEach((name) => out.u32(attributeId(name))),
    );
    // Written last, since only now the pool is complete.
    const parts = [this.#pool.encode("utf-16"), resourceMap, ...nodes];
    return chunk(
      CHUNK.xml,
      () => {},
      (out) => out.bytes(concat(parts)),
    );
  }

  #element(element: XmlElement): Uint8Array[] {
    const name = this.#pool.index(element.name);
    const start = node(CHUNK.startElement, (out) => {
      out.u32(NONE).u32(name);
      out.u16(ATTRIBUTES_START).u16(ATTRIBUTE_BYTES).u16(element.attributes.length);
      out.u16(0).u16(0).u16(0); // places of the id, class and style attributes: none
      for (const attribute of element.attributes.toSorted(byId)) this.#attribute(out, attribute);
    });
    return [
      start,
      ...(element.text === undefined ? [] : [this.#text(element.text)]),
      ...element.children.flatMap((child) => this.#element(child)),
      node(CHUNK.endElement, (out) => out.u32(NONE).u32(name)),
    ];
  }

  /** ResXMLTree_cdataExt: the text, and a value without a type. */
  #text(text: string): Uint8Array {
    const index = this.#pool.index(text);
    return node(CHUNK.text, (out) => out.u32(index).u16(8).u16(0).u32(0));
  }

  #attribute(out: ByteWriter, { android, name, value }: XmlAttribute): void {
    out.u32(android ? this.#pool.index(ANDROID_URI) : NONE);
    out.u32(android ? (this.#nameIndexes.get(name) ?? NONE) : this.#pool.index(name));
    out.u32(value.kind === "string" ? this.#pool.index(value.value) : NONE);
    writeValue(out, value, this.#pool, this.#resolve);
  }
}

function node(type: number, body: (out: ByteWriter) => void): Uint8Array {
  return chunk(type, (out) => out.u32(LINE).u32(NONE), body);
}

/** Sorts attributes by id, since Android finds them by binary search; attributes without an id come last, by name. */
function byId(a: XmlAttribute, b: XmlAttribute): number {
  if (a.android && b.android) return attributeId(a.name) - attributeId(b.name);
  if (a.android !== b.android) return a.android ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

function androidNames(element: XmlElement, names = new Set<string>()): Set<string> {
  for (const { android, name } of element.attributes) if (android) names.add(name);
  for (const child of element.children) androidNames(child, names);
  return names;
}
