// Checks the files under res/: the table must name each of them and only these, and the launcher icon must be complete.
import type { DecodedElement } from "./binary-xml.ts";
import { must } from "./byte-reader.ts";
import type { DecodedApp } from "./check-app.ts";
import type { ManifestFacts } from "./manifest-facts.ts";
import { checkXmlReferences } from "./references.ts";
import { isColor, resource } from "./resource-table.ts";
import type { DecodedTable, DecodedValue } from "./resource-table.ts";
import { webpSide } from "./webp.ts";

/** Dots per inch: mdpi to xxxhdpi, and "any" for the adaptive icon. */
const BITMAP_DENSITIES = [160, 240, 320, 480, 640];
const ANY_DENSITY = 0xfffe;
const LEGACY_DP = 48;
const ADAPTIVE_DP = 108;
const NOTIFICATION_DP = 24;
/** By this name the shell finds the icon of its notifications. */
const NOTIFICATION_ICON = /^res\/drawable-[a-z]+\/ic_notification\.webp$/;
const DRAWABLE = 0x01010199;

/**
 * Throws MalformedApp for a file that is missing, unreferenced or of the wrong kind.
 * @param labelIds the resources that hold names for people
 * @param hasPush whether the app shows notifications
 */
export function checkResourceFiles(
  { table, files, decodeXml }: DecodedApp,
  { icon }: Pick<ManifestFacts, "icon">,
  labelIds: readonly number[],
  hasPush: boolean,
): void {
  // All strings in the table except labels are names of files.
  const named = [...table]
    .filter(([id]) => !labelIds.includes(id))
    .flatMap(([, values]) => values.map(({ value }) => value?.text ?? null))
    .filter((text) => text !== null);
  for (const [name, bytes] of files) {
    if (!name.startsWith("res/")) continue;
    must(named.includes(name), `the table does not name ${name}`);
    if (name.endsWith(".xml")) checkXmlReferences(decodeXml(bytes), table);
    else webpSide(bytes, name);
  }
  for (const name of named) must(files.has(name), `has no ${name}, which the table names`);
  const file = (values: readonly DecodedValue[], density: number, what: string) => {
    const path = values.find((one) => one.density === density)?.value?.text;
    const bytes = files.get(path ?? "");
    must(path && bytes, `has no ${what} for ${density} dpi`);
    return { name: path, bytes };
  };
  const checkBitmaps = (values: readonly DecodedValue[], dp: number, what: string): void => {
    for (const density of BITMAP_DENSITIES) {
      const { name, bytes } = file(values, density, what);
      const side = (dp * density) / 160;
      must(webpSide(bytes, name) === side, `${name} is not ${side} px wide`);
    }
  };
  const icons = resource(table, icon);
  checkBitmaps(icons, LEGACY_DP, "launcher icon");
  const adaptive = decodeXml(file(icons, ANY_DENSITY, "adaptive launcher icon").bytes);
  must(adaptive.name === "adaptive-icon", "the adaptive launcher icon is something else");
  must(layer(adaptive, "background", table).every(isColor), "the icon's background is no colour");
  for (const name of ["foreground", "monochrome"]) {
    checkBitmaps(layer(adaptive, name, table), ADAPTIVE_DP, `icon's ${name}`);
  }
  const small = [...table.values()].filter((values) =>
    values.some(({ value }) => NOTIFICATION_ICON.test(value?.text ?? "")),
  );
  must(small.length === (hasPush ? 1 : 0), "has no notification icon, or one that nothing shows");
  for (const values of small) checkBitmaps(values, NOTIFICATION_DP, "notification icon");
}

/** Returns the values of the drawable of a layer of an adaptive icon. */
function layer(icon: DecodedElement, name: string, table: DecodedTable): readonly DecodedValue[] {
  const [found, ...others] = icon.children.filter((one) => one.name === name);
  must(found !== undefined && others.length === 0, `the adaptive icon has not one ${name}`);
  return resource(table, found.byId.get(DRAWABLE));
}
