// Checks that all references resolve: Android ends an app that follows one that does not.
import type { DecodedElement } from "./binary-xml.ts";
import { must } from "./byte-reader.ts";
import { VALUE_TYPE } from "./chunks.ts";
import type { TypedValue } from "./chunks.ts";
import type { DecodedTable } from "./resource-table.ts";

/** The package of Android's own resources, which are not in the archive. */
const FRAMEWORK_PACKAGE = 0x01;

/** Throws MalformedApp for a reference of the table to nothing in it. */
export function checkTableReferences(table: DecodedTable): void {
  for (const { value, style } of [...table.values()].flat()) {
    if (value !== null) checkReference(value, table);
    if (style === null) continue;
    checkId(style.parent, table);
    for (const item of style.items.values()) checkReference(item, table);
  }
}

/** Throws MalformedApp for a reference of an element, or of one inside it, to nothing in the table. */
export function checkXmlReferences(element: DecodedElement, table: DecodedTable): void {
  for (const value of [...element.byId.values(), ...element.byName.values()]) {
    checkReference(value, table);
  }
  for (const child of element.children) checkXmlReferences(child, table);
}

function checkReference({ type, data }: TypedValue, table: DecodedTable): void {
  if (type === VALUE_TYPE.reference) checkId(data, table);
}

function checkId(id: number, table: DecodedTable): void {
  const found = id >>> 24 === FRAMEWORK_PACKAGE || table.has(id);
  must(found, `a reference to 0x${id.toString(16)} leads nowhere`);
}
