// Decodes XML as protobuf (Resources.proto, XmlNode) into the same tree as binary XML.
import { MAX_DEPTH } from "./binary-xml.ts";
import type { DecodedElement } from "./binary-xml.ts";
import { must } from "./byte-reader.ts";
import type { TypedValue } from "./chunks.ts";
import { ProtoMessage } from "./proto-message.ts";
import { ITEM, readItem } from "./proto-value.ts";

const ANDROID_URI = "http://schemas.android.com/apk/res/android";

/** Fields of XmlNode. */
const NODE_ELEMENT = 1;
const NODE_TEXT = 2;
/** Fields of XmlElement and XmlAttribute. */
const ELEMENT = { namespaces: 1, uri: 2, name: 3, attribute: 4, child: 5 } as const;
const ATTRIBUTE = { uri: 1, name: 2, value: 3, id: 5, item: 6 } as const;

/**
 * Returns the root element; throws MalformedApp. Names in a namespace other than Android's have it before them, in braces.
 */
export function decodeProtoXml(bytes: Uint8Array): DecodedElement {
  return readNode(new ProtoMessage(bytes, [NODE_ELEMENT]), 0);
}

function readNode(node: ProtoMessage, depth: number): DecodedElement {
  must(depth < MAX_DEPTH, "elements are too deep inside one another");
  must(node.has(NODE_ELEMENT), "a node is not an element");
  const element = node.message(NODE_ELEMENT, Object.values(ELEMENT));
  const name = element.text(ELEMENT.name);
  must(name !== "", "an element has no name");
  const byId = new Map<number, TypedValue>();
  const byName = new Map<string, TypedValue>();
  for (const attribute of element.messages(ELEMENT.attribute, Object.values(ATTRIBUTE))) {
    const uri = attribute.text(ATTRIBUTE.uri);
    const id = attribute.number(ATTRIBUTE.id);
    const key = qualified(uri, attribute.text(ATTRIBUTE.name));
    must((uri === ANDROID_URI) === (id !== 0), `the attribute ${key} has no id, or one too many`);
    const isNew = id === 0 ? !byName.has(key) : !byId.has(id);
    must(isNew, `the attribute ${key} is there twice`);
    if (id === 0) byName.set(key, readValue(attribute));
    else byId.set(id, readValue(attribute));
  }
  const nodes = element.messages(ELEMENT.child, [NODE_ELEMENT, NODE_TEXT]);
  for (const node of nodes) must(node.has(NODE_ELEMENT) !== node.has(NODE_TEXT), "a node is two");
  return {
    name: qualified(element.text(ELEMENT.uri), name),
    byId,
    byName,
    children: nodes
      .filter((node) => node.has(NODE_ELEMENT))
      .map((child) => readNode(child, depth + 1)),
    text: nodes.map((node) => node.text(NODE_TEXT)).join(""),
  };
}

/** Reads the compiled value. Some tools read the text beside it, so a string must be the same in both. */
function readValue(attribute: ProtoMessage): TypedValue {
  const item = attribute.message(ATTRIBUTE.item, ITEM);
  const value = readItem(item, () => must(false, "an attribute is a file"));
  const text = attribute.text(ATTRIBUTE.value);
  must(value.text === null || value.text === text, "an attribute has two values");
  return value;
}

function qualified(uri: string, name: string): string {
  return uri === "" || uri === ANDROID_URI ? name : `{${uri}}${name}`;
}
