// XML and the resource table in both forms, binary and protobuf, read back by the verifier's own decoders.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeResourceTable } from "../../../builder/android/arsc.ts";
import { encodeXml } from "../../../builder/android/binary-xml.ts";
import { encodeProtoTable } from "../../../builder/android/bundle/proto-table.ts";
import { encodeProtoXml } from "../../../builder/android/bundle/proto-xml.ts";
import { message, text, uint } from "../../../builder/android/bundle/protobuf.ts";
import { KNOWN_ATTRIBUTES, attributeId } from "../../../builder/android/framework.ts";
import { element, integer, reference, string } from "../../../builder/android/model.ts";
import type { AppModel, XmlElement } from "../../../builder/android/model.ts";
import { resourceIds } from "../../../builder/android/resource-ids.ts";
import { decodeXml } from "../../../builder/android/verify/binary-xml.ts";
import type { DecodedElement } from "../../../builder/android/verify/binary-xml.ts";
import { MalformedApp } from "../../../builder/android/verify/byte-reader.ts";
import { ProtoMessage } from "../../../builder/android/verify/proto-message.ts";
import { decodeProtoTable } from "../../../builder/android/verify/proto-table.ts";
import { decodeProtoXml } from "../../../builder/android/verify/proto-xml.ts";
import { decodeResourceTable } from "../../../builder/android/verify/resource-table.ts";

const anyText = fc.string({ unit: "binary", maxLength: 300 });
const attributeName = fc.constantFrom(...KNOWN_ATTRIBUTES.map(([name]) => name));
const anyValue = fc.oneof(
  anyText.map(string),
  fc.integer({ min: 0, max: 0xffffffff }).map(integer),
);
const attributes = fc.dictionary(attributeName, anyValue, { maxKeys: 8, noNullPrototype: true });
const trees = fc.letrec<{ tree: XmlElement }>((tie) => ({
  tree: fc
    .tuple(
      fc.constantFrom("manifest", "activity", "label", "name"),
      attributes,
      fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie("tree"), { maxLength: 3 })),
    )
    .map(([name, own, children]) => element(name, own, children)),
}));

function expectSame(decoded: DecodedElement, tree: XmlElement): void {
  expect(decoded.name).toBe(tree.name);
  const wanted = new Map(
    tree.attributes.map(({ name, value }) => [
      attributeId(name),
      value.kind === "string" ? value.value : value.kind === "integer" ? value.value : null,
    ]),
  );
  const found = new Map([...decoded.byId].map(([id, { text, data }]) => [id, text ?? data]));
  expect(found).toEqual(wanted);
  expect(decoded.children).toHaveLength(tree.children.length);
  tree.children.forEach((child, at) => {
    const same = decoded.children[at];
    expect(same).toBeDefined();
    if (same !== undefined) expectSame(same, child);
  });
}

/** The kind of error that decoding ends with, null for none. */
function refusalOf(decode: () => unknown): unknown {
  try {
    decode();
    return null;
  } catch (error) {
    return error instanceof Error ? error.constructor : error;
  }
}

function modelNamed(name: string): AppModel {
  return {
    packageName: "com.example",
    manifest: element("manifest"),
    resources: [
      { name: "color", entries: [] },
      {
        name: "string",
        entries: [
          { name: "other", values: [{ configuration: { sdk: 31 }, value: string("other") }] },
          { name: "app_name", values: [{ configuration: {}, value: string(name) }] },
        ],
      },
    ],
  };
}

describe("XML", () => {
  test("any tree is decoded as it was encoded, in both forms", () => {
    fc.assert(
      fc.property(trees.tree, (tree) => {
        expectSame(decodeXml(encodeXml(tree, () => 0)), tree);
        expectSame(decodeProtoXml(encodeProtoXml(tree, () => 0)), tree);
      }),
    );
  });

  test("an element, an attribute and one without a namespace may have the same name", () => {
    const { name, attributes, children } = element("label", {
      label: string("label"),
      name: string("name"),
    });
    const plain = { android: false, name: "label", value: string("plain") };
    const tree = { name, attributes: [...attributes, plain], children };
    const turned = { ...tree, attributes: tree.attributes.toReversed() };
    for (const decoded of [
      decodeXml(encodeXml(tree, () => 0)),
      decodeProtoXml(encodeProtoXml(tree, () => 0)),
      decodeProtoXml(encodeProtoXml(turned, () => 0)),
    ]) {
      expect(decoded.byName.get("label")?.text).toBe("plain");
      expect(new Set(decoded.byId.keys())).toEqual(new Set(["label", "name"].map(attributeId)));
    }
  });

  test("a string longer than 32,767 units is kept", () => {
    const long = "x".repeat(40_000);
    const tree = element("a", { label: string(long) });
    for (const decoded of [
      decodeXml(encodeXml(tree, () => 0)),
      decodeProtoXml(encodeProtoXml(tree, () => 0)),
    ]) {
      expect(decoded.byId.get(attributeId("label"))?.text).toBe(long);
    }
  });

  test("an attribute without a known id is refused", () => {
    const tree = element("a", { nonsense: integer(1) });
    expect(() => encodeXml(tree, () => 0)).toThrow("nonsense");
    expect(() => encodeProtoXml(tree, () => 0)).toThrow("nonsense");
  });

  test("a damaged document fails in no other way than as malformed", () => {
    const tree = element("a", { label: string("text") }, [element("b")]);
    for (const [whole, decode] of [
      [encodeXml(tree, () => 0), decodeXml],
      [encodeProtoXml(tree, () => 0), decodeProtoXml],
    ] as const) {
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
          const damaged = Uint8Array.from(whole);
          damaged[at] = byte;
          expect(refusalOf(() => decode(damaged))).toBeOneOf([null, MalformedApp]);
        }),
      );
    }
  });
});

describe("protobuf", () => {
  // protobuf.dev, "Encoding": "A Simple Message", "Length-Delimited Records"
  test.each([
    ["a number", uint(1, 150), "08 96 01"],
    ["a string", text(2, "testing"), "12 07 74 65 73 74 69 6e 67"],
    ["a message", message(3, uint(1, 150)), "1a 03 08 96 01"],
    ["a field above 15", uint(24, 26), "c0 01 1a"],
    ["the greatest number of 32 bits", uint(1, 0xffffffff), "08 ff ff ff ff 0f"],
    ["zero", uint(1, 0), "08 00"],
  ])("%s is encoded as it is specified", (_, encoded, hex) => {
    expect(Buffer.from(encoded)).toEqual(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  });

  test("any number of 32 bits is read back", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.integer({ min: 1, max: 1000 }), (value, field) => {
        expect(new ProtoMessage(uint(field, value), [field]).number(field)).toBe(value);
      }),
    );
  });

  test.each([
    ["an unknown field", "10 01", "not expected"],
    ["a field twice", "08 01 08 01", "twice"],
    ["a field of eight bytes", "09 00 00 00 00 00 00 00 00", "wrong type"],
    ["a number of 64 bits", "08 ff ff ff ff ff ff ff ff ff 01", "out of range"],
    ["a number without end", "08 ff", "too early"],
    ["a number of eleven bytes", `08 ${"80 ".repeat(10)}00`, "out of range"],
    ["a length beyond the end", "0a 05 00", "too early"],
  ])("%s is refused", (_, hex, problem) => {
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(() => new ProtoMessage(bytes, [1]).number(1)).toThrow(problem);
  });

  test.each<[string, string, (message: ProtoMessage) => unknown, string]>([
    ["a string for a number", "0a 00", (one) => one.number(1), "not a number"],
    ["a number for a string", "08 01", (one) => one.text(1), "not a string"],
    ["a number for a message", "08 01", (one) => one.message(1, []), "not a message"],
    ["two messages for one", "0a 00 0a 00", (one) => one.message(1, []), "twice"],
    ["a string that is not UTF-8", "0a 01 ff", (one) => one.text(1), "not UTF-8"],
  ])("%s is refused", (_, hex, read, problem) => {
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(() => read(new ProtoMessage(bytes, [1]))).toThrow(problem);
  });
});

describe("XML as protobuf", () => {
  const uri = "http://schemas.android.com/apk/res/android";
  const name = text(3, "a");
  const document = (...fields: Uint8Array[]) => message(1, ...fields);
  const item = (...fields: Uint8Array[]) => message(6, ...fields);
  /** An attribute of Android's with an id, and what else is given. */
  const attribute = (...fields: Uint8Array[]) =>
    message(4, text(1, uri), text(2, "label"), uint(5, 1), ...fields);
  const string = item(message(2, text(1, "")));
  let deep = document(name);
  for (let at = 0; at < 50; at += 1) deep = document(name, message(5, deep));

  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(), "a node is not an element"],
    ["an element without a name", document(), "an element has no name"],
    ["51 elements inside one another", deep, "too deep inside one another"],
    ["an attribute without a value", document(name, attribute()), "an item has not one value"],
    [
      "an attribute with two values",
      document(name, attribute(item(message(2), message(7, uint(6, 1))))),
      "an item has not one value",
    ],
    [
      "an empty value",
      document(name, attribute(item(message(7)))),
      "a primitive has not one value",
    ],
    [
      "a value of two kinds",
      document(name, attribute(item(message(7, uint(6, 1), uint(8, 1))))),
      "a primitive has not one value",
    ],
    ["a reference to nothing", document(name, attribute(item(message(1)))), "has no id"],
    ["a file", document(name, attribute(item(message(5, text(1, "a"))))), "an attribute is a file"],
    [
      "an attribute of Android's without an id",
      document(name, message(4, text(1, uri), text(2, "label"), string)),
      "the attribute label has no id, or one too many",
    ],
    [
      "another attribute with an id",
      document(name, message(4, text(2, "label"), uint(5, 1), string)),
      "the attribute label has no id, or one too many",
    ],
    [
      "an attribute twice",
      document(name, attribute(string), attribute(string)),
      "the attribute label is there twice",
    ],
  ])("%s is refused", (_, bytes, problem) => {
    expect(() => decodeProtoXml(bytes)).toThrow(problem);
  });
});

describe("resources.pb", () => {
  const value = message(6, message(1), message(2, message(4, message(2, text(1, "x")))));
  const entry = (id: number, ...fields: Uint8Array[]) =>
    message(3, message(1, uint(1, id)), text(2, "e"), ...fields);
  const type = (id: number, ...fields: Uint8Array[]) =>
    message(3, message(1, uint(1, id)), text(2, "t"), ...fields);
  const table = (id: number, ...fields: Uint8Array[]) =>
    message(2, message(1, uint(1, id)), text(2, "p"), ...fields);
  const inStyle = (...items: Uint8Array[]) =>
    table(
      0x7f,
      type(
        1,
        entry(0, message(6, message(2, message(5, message(2, message(1, uint(2, 1)), ...items))))),
      ),
    );
  const styled = (...item: Uint8Array[]) => message(3, message(3, uint(2, 1)), message(4, ...item));
  const string = message(2, text(1, ""));

  test("a table made by hand is read", () => {
    const found = decodeProtoTable(table(0x7f, type(1, entry(0, value))));
    expect([...found.values.keys()]).toEqual([0x7f010000]);
    expect(decodeProtoTable(inStyle(styled(string))).values.get(0x7f010000)).toHaveLength(1);
  });

  test.each<[string, Uint8Array, string]>([
    ["another package", table(0x7e), "the table's package has another id than 0x7f"],
    ["a type without an id", table(0x7f, type(0, entry(0, value))), "a type has no id"],
    ["a type of too great an id", table(0x7f, type(256, entry(0, value))), "a type has no id"],
    ["an entry of too great an id", table(0x7f, type(1, entry(65_536, value))), "out of range"],
    [
      "an entry without a value",
      table(0x7f, type(1, entry(0, message(6, message(2))))),
      "a resource has not one value",
    ],
    ["an attribute twice in a style", inStyle(styled(string), styled(string)), "attribute twice"],
    ["a file in a style", inStyle(styled(message(5, text(1, "a")))), "a style has a file"],
    [
      "a configuration of a language",
      table(0x7f, type(1, entry(0, message(6, message(1, text(3, "de")))))),
      "not expected",
    ],
  ])("%s is refused", (_, bytes, problem) => {
    expect(() => decodeProtoTable(bytes)).toThrow(problem);
  });

  const decoded = (name: string) => {
    const model = modelNamed(name);
    return decodeProtoTable(encodeProtoTable(model, resourceIds(model.resources))).values;
  };

  test("a name in any script is found under its id", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(decoded(name).get(0x7f020001)).toMatchObject([{ value: { text: name } }]);
      }),
    );
  });

  test("values keep their configuration", () => {
    expect(decoded("x").get(0x7f020000)).toMatchObject([
      { sdk: 31, density: 0, value: { text: "other" } },
    ]);
  });
});

describe("resources.arsc", () => {
  test("a name in any script is found under its id", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const model = modelNamed(name);
        const id = resourceIds(model.resources)("string/app_name");
        expect(id).toBe(0x7f020001);
        const values = decodeResourceTable(encodeResourceTable(model)).get(id);
        expect(values?.map(({ value }) => value?.text)).toEqual([name]);
      }),
    );
  });

  test("values keep their configuration", () => {
    const table = decodeResourceTable(encodeResourceTable(modelNamed("x")));
    expect(table.get(0x7f020000)).toMatchObject([
      { sdk: 31, density: 0, value: { text: "other" } },
    ]);
  });

  test("a style's items are sorted by the ids of their attributes, as the system reads them", () => {
    const items = ["navigationBarColor", "windowBackground", "statusBarColor"].map((attribute) => ({
      attribute,
      value: integer(1),
    }));
    const parent = "android:style/Theme.Material.NoActionBar";
    const style = { kind: "style", parent, items } as const;
    const entries = [{ name: "AppTheme", values: [{ configuration: {}, value: style }] }];
    const bytes = encodeResourceTable({
      ...modelNamed("x"),
      resources: [{ name: "style", entries }],
    });
    expect(decodeResourceTable(bytes).get(0x7f010000)).toHaveLength(1);
    const view = new DataView(bytes.buffer);
    // three items of twelve bytes end the table
    const ids = [36, 24, 12].map((fromEnd) => view.getUint32(bytes.length - fromEnd, true));
    expect(ids).toEqual(
      ["windowBackground", "statusBarColor", "navigationBarColor"].map(attributeId),
    );
    view.setUint32(bytes.length - 12, 0, true);
    expect(() => decodeResourceTable(bytes)).toThrow("order");
  });

  test("a reference to a missing resource is refused", () => {
    const resolve = resourceIds(modelNamed("x").resources);
    expect(() => resolve("string/nothing")).toThrow("string/nothing");
    expect(() => encodeXml(element("a", { label: reference("style/none") }), resolve)).toThrow(
      "style/none",
    );
  });
});
