// The model of an app that the encoders write: a manifest tree and a resource table, made of names and typed values and
// independent of file formats. Binary XML and resources.arsc are one encoding of it.

/** A typed attribute or resource value. A reference names its target: "string/app_name" is the app's
 * own, "android:style/Theme.Material" the framework's. */
export type Value =
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "flags"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "color"; readonly rgb: number }
  | { readonly kind: "reference"; readonly to: string };

export interface XmlAttribute {
  /** Whether the attribute is in Android's namespace; otherwise it is in none. */
  readonly android: boolean;
  readonly name: string;
  readonly value: Value;
}

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** What stands between its tags, before its children. */
  readonly text?: string;
}

/** Screen density in dots per inch, or "any" for drawables that scale. */
export type Density = 160 | 240 | 320 | 480 | 640 | "any";

/** The devices that a value is for. An absent quality means all. */
export interface Configuration {
  readonly density?: Density;
  /** The lowest API level at which the value applies. */
  readonly sdk?: number;
  /** Whether it is for the dark mode of the system alone. */
  readonly night?: true;
}

/** A file that a resource refers to. XML stays a tree, since encoders write it differently. */
export type ResourceFile =
  | { readonly kind: "file"; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: "xml-file"; readonly path: string; readonly root: XmlElement };

export interface Style {
  readonly kind: "style";
  readonly parent: string;
  /** Values of Android's own attributes, by name. */
  readonly items: readonly { readonly attribute: string; readonly value: Value }[];
}

export interface ConfiguredValue {
  readonly configuration: Configuration;
  readonly value: Value | Style | ResourceFile;
}

export interface ResourceEntry {
  readonly name: string;
  readonly values: readonly ConfiguredValue[];
}

/** All resources of one type; its place in the table gives the type id, an entry's place the entry id. */
export interface ResourceType {
  readonly name: string;
  readonly entries: readonly ResourceEntry[];
}

export interface AppModel {
  readonly packageName: string;
  readonly manifest: XmlElement;
  readonly resources: readonly ResourceType[];
}

export const string = (value: string): Value => ({ kind: "string", value });
export const integer = (value: number): Value => ({ kind: "integer", value });
export const flags = (value: number): Value => ({ kind: "flags", value });
export const boolean = (value: boolean): Value => ({ kind: "boolean", value });
export const reference = (to: string): Value => ({ kind: "reference", to });
/** From "#rrggbb". */
export const color = (hex: string): Value => ({
  kind: "color",
  rgb: Number.parseInt(hex.slice(1), 16),
});

/** An element with Android's attributes. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Value>> = {},
  children: readonly XmlElement[] = [],
): XmlElement {
  return {
    name,
    attributes: Object.entries(attributes).map(([key, value]) => ({
      android: true,
      name: key,
      value,
    })),
    children,
  };
}

/**
 * An element with texts as attributes in no namespace. `true` and `false` get a type, as aapt2 gives them one: in place of a
 * text, Android takes its default (XmlBlock.Parser, getAttributeBooleanValue), whatever the text says.
 */
export function plainElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: { children?: readonly XmlElement[]; text?: string } = {},
): XmlElement {
  const { children = [], text } = content;
  return {
    name,
    attributes: Object.entries(attributes).map(([key, value]) => ({
      android: false,
      name: key,
      value: value === "true" || value === "false" ? boolean(value === "true") : string(value),
    })),
    children,
    ...(text === undefined ? {} : { text }),
  };
}
