// XML as protobuf, the form of AndroidManifest.xml and res/**.xml in a bundle (Resources.proto, XmlNode).
import { attributeId } from "../framework.ts";
import type { XmlAttribute, XmlElement } from "../model.ts";
import type { ResolveReference } from "../resource-ids.ts";
import { encodeItem } from "./proto-value.ts";
import { message, text, uint } from "./protobuf.ts";

const ANDROID_URI = "http://schemas.android.com/apk/res/android";

/** Fields of XmlNode, XmlElement, XmlNamespace and XmlAttribute. */
const NODE = { element: 1, text: 2 } as const;
const ELEMENT = { namespace: 1, name: 3, attribute: 4, child: 5 } as const;
const NAMESPACE = { prefix: 1, uri: 2 } as const;
const ATTRIBUTE = { namespace: 1, name: 2, value: 3, id: 5, item: 6 } as const;

/** Encodes a document. `resolve` returns the ids of referenced resources. */
export function encodeProtoXml(root: XmlElement, resolve: ResolveReference): Uint8Array {
  const android = message(
    ELEMENT.namespace,
    text(NAMESPACE.prefix, "android"),
    text(NAMESPACE.uri, ANDROID_URI),
  );
  return message(NODE.element, android, ...elementFields(root, resolve));
}

function elementFields(element: XmlElement, resolve: ResolveReference): Uint8Array[] {
  return [
    text(ELEMENT.name, element.name),
    ...element.attributes.map((one) =>
      message(ELEMENT.attribute, ...attributeFields(one, resolve)),
    ),
    ...(element.text === undefined ? [] : [message(ELEMENT.child, text(NODE.text, element.text))]),
    ...element.children.map((child) =>
      message(ELEMENT.child, message(NODE.element, ...elementFields(child, resolve))),
    ),
  ];
}

function attributeFields(attribute: XmlAttribute, resolve: ResolveReference): Uint8Array[] {
  const { android, name, value } = attribute;
  return [
    ...(android ? [text(ATTRIBUTE.namespace, ANDROID_URI)] : []),
    text(ATTRIBUTE.name, name),
    // a string is read from either place
    ...(value.kind === "string" ? [text(ATTRIBUTE.value, value.value)] : []),
    ...(android ? [uint(ATTRIBUTE.id, attributeId(name))] : []),
    message(ATTRIBUTE.item, encodeItem(value, resolve)),
  ];
}
