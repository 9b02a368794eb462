// Resource ids 0xPPTTEEEE (package, type, entry) for the names of a model's table.
import { frameworkId } from "./framework.ts";
import type { ResourceType } from "./model.ts";

/** The package id of an app's own resources. */
export const APP_PACKAGE_ID = 0x7f;

const FRAMEWORK_PREFIX = "android:";

/** Returns the id of the resource that a reference names. */
export type ResolveReference = (to: string) => number;

/** Makes a resolver for references to `types` and the framework. It throws for unknown names. */
export function resourceIds(types: readonly ResourceType[]): ResolveReference {
  const ids = new Map<string, number>();
  types.forEach((type, typeIndex) => {
    type.entries.forEach((entry, entryIndex) => {
      // type ids begin at 1, entry ids at 0
      const id = APP_PACKAGE_ID * 0x1000000 + (typeIndex + 1) * 0x10000 + entryIndex;
      ids.set(`${type.name}/${entry.name}`, id);
    });
  });
  return (to) => {
    if (to.startsWith(FRAMEWORK_PREFIX)) return frameworkId(to.slice(FRAMEWORK_PREFIX.length));
    const id = ids.get(to);
    if (id === undefined) throw new Error(`the table has no resource ${to}`);
    return id;
  };
}
