// Collects what launchers read of an app's static shortcuts, by Android's rules (AOSP services, ShortcutParser).
import type { DecodedElement } from "./binary-xml.ts";
import { must } from "./byte-reader.ts";
import type { DecodedApp } from "./check-app.ts";
import { VALUE_TYPE } from "./chunks.ts";
import type { TypedValue } from "./chunks.ts";
import { label, text } from "./manifest-facts.ts";
import type { ManifestFacts } from "./manifest-facts.ts";
import { resource } from "./resource-table.ts";

export interface ShortcutFacts {
  readonly id: string;
  readonly name: string;
  readonly short_name: string;
  /** The intent. */
  readonly opens: {
    readonly action: string;
    readonly package: string;
    readonly class: string;
    readonly data: string;
  };
}

/** The resource ids of the attributes that are read here. */
const ID = {
  icon: 0x01010002,
  targetPackage: 0x01010021,
  action: 0x0101002d,
  data: 0x0101002e,
  targetClass: 0x0101002f,
  shortcutId: 0x01010528,
  shortLabel: 0x01010529,
  longLabel: 0x0101052a,
} as const;

/**
 * Returns the shortcuts, none for an app without, and the resources that hold their labels. Throws MalformedApp for what
 * Android would leave out: a label that is no reference, no action, an id that is there twice.
 */
export function shortcutFacts(
  { table, files, decodeXml }: DecodedApp,
  { shortcutFile, icon: launcherIcon }: Pick<ManifestFacts, "shortcutFile" | "icon">,
): { list: readonly ShortcutFacts[]; labelIds: readonly number[] } {
  if (shortcutFile === undefined) return { list: [], labelIds: [] };
  const [file, ...others] = resource(table, shortcutFile);
  const bytes = files.get(file?.value?.text ?? "");
  must(bytes !== undefined && others.length === 0, "the shortcuts are not one file");
  const root = decodeXml(bytes);
  must(root.name === "shortcuts" && root.children.length > 0, "the file of shortcuts has none");
  const labelIds: number[] = [];
  const labelOf = (value: TypedValue | undefined): string => {
    must(value?.type === VALUE_TYPE.reference, "a shortcut's label is not a reference");
    labelIds.push(value.data);
    return label(value, table);
  };
  const list = root.children.map(({ name, byId, children }) => {
    const [intent, ...more] = children;
    must(name === "shortcut" && intent?.name === "intent" && more.length === 0, "no shortcut");
    must(byId.get(ID.icon)?.data === launcherIcon?.data, "a shortcut has not the launcher icon");
    return {
      id: text(byId.get(ID.shortcutId), "shortcut's id"),
      name: labelOf(byId.get(ID.longLabel)),
      short_name: labelOf(byId.get(ID.shortLabel)),
      opens: opens(intent),
    };
  });
  must(new Set(list.map(({ id }) => id)).size === list.length, "two shortcuts have one id");
  return { list, labelIds };
}

function opens({ byId }: DecodedElement): ShortcutFacts["opens"] {
  return {
    action: text(byId.get(ID.action), "shortcut's action"),
    package: text(byId.get(ID.targetPackage), "shortcut's package"),
    class: text(byId.get(ID.targetClass), "shortcut's class"),
    data: text(byId.get(ID.data), "shortcut's address"),
  };
}
