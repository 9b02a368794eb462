// Decodes binary XML (AOSP ResourceTypes.h, ResXMLTree) into a tree.
import { ByteReader, must } from "./byte-reader.ts";
import { innerChunks, readValue, wholeChunk } from "./chunks.ts";
import type { Chunk, TypedValue } from "./chunks.ts";
import { readStrings } from "./string-pool.ts";

/** Elements inside one another, in either form; manifests have five. */
export const MAX_DEPTH = 50;

export interface DecodedElement {
  readonly name: string;
  /** Android's attributes by resource id, as the system finds them. */
  readonly byId: ReadonlyMap<number, TypedValue>;
  /** Attributes without an id, by name. */
  readonly byName: ReadonlyMap<string, TypedValue>;
  readonly children: DecodedElement[];
  /** What stands between its tags besides elements. */
  text: string;
}

const XML = 0x0003;
const STRING_POOL = 0x0001;
const RESOURCE_MAP = 0x0180;
const START_ELEMENT = 0x0102;
const END_ELEMENT = 0x0103;
const TEXT = 0x0104;
const NONE = 0xffffffff;

/** The root element; throws MalformedApp. */
export function decodeXml(bytes: Uint8Array): DecodedElement {
  const [pool, map, ...nodes] = innerChunks(wholeChunk(bytes, XML));
  must(pool?.type === STRING_POOL && map?.type === RESOURCE_MAP, "binary XML begins wrongly");
  const strings = readStrings(pool);
  const mapReader = new ByteReader(map.bytes, map.headerSize);
  const ids: number[] = [];
  while (mapReader.left > 0) ids.push(mapReader.u32());

  const none = { byId: new Map(), byName: new Map() };
  const top: DecodedElement = { name: "", ...none, children: [], text: "" };
  const open = [top];
  for (const node of nodes) {
    if (node.type === START_ELEMENT) {
      must(open.length <= MAX_DEPTH, "elements are too deep inside one another");
      const element = readElement(node, strings, ids);
      open.at(-1)?.children.push(element);
      open.push(element);
    } else if (node.type === END_ELEMENT) {
      must(open.length > 1, "an element ends that never began");
      open.pop();
    } else if (node.type === TEXT) {
      const text = strings[new ByteReader(node.bytes, node.headerSize).u32()];
      const within = open.at(-1);
      must(text !== undefined && within !== undefined, "a text is missing");
      within.text += text;
    }
  }
  const [root, ...others] = top.children;
  must(open.length === 1 && root !== undefined && others.length === 0, "elements don't nest");
  return root;
}

function readElement(
  node: Chunk,
  strings: readonly string[],
  ids: readonly number[],
): DecodedElement {
  const reader = new ByteReader(node.bytes, node.headerSize).skip(4);
  const name = strings[reader.u32()];
  must(name !== undefined, "an element has no name");
  must(reader.u16() === 20 && reader.u16() === 20, "attributes have an unknown form");
  const count = reader.u16();
  reader.skip(6);
  const byId = new Map<number, TypedValue>();
  const byName = new Map<string, TypedValue>();
  let lastId = 0;
  for (let at = 0; at < count; at += 1) {
    const namespace = reader.u32();
    const nameIndex = reader.u32();
    reader.skip(4); // raw value
    const value = readValue(reader, strings);
    const attribute = strings[nameIndex];
    must(attribute !== undefined, "an attribute has no name");
    if (namespace === NONE) {
      // the system looks at the id alone
      must(nameIndex >= ids.length, "an attribute without a namespace has an id");
      must(!byName.has(attribute), `the attribute ${attribute} is there twice`);
      byName.set(attribute, value);
      continue;
    }
    const id = ids[nameIndex];
    must(id !== undefined && id > lastId, "attributes are not in the order of their ids");
    must(byName.size === 0, "attributes without an id don't come last");
    lastId = id;
    byId.set(id, value);
  }
  reader.end("an element");
  return { name, byId, byName, children: [], text: "" };
}
