// Checks the files under res/: each is named by the table, and the launcher icon is whole.
import { decodeXml } from "./binary-xml.ts";
import { ByteReader, must, sameBytes } from "./byte-reader.ts";
import type { ManifestFacts } from "./manifest-facts.ts";
import type { DecodedTable } from "./resource-table.ts";
import type { Archive } from "./zip-archive.ts";

/** Dots per inch: mdpi to xxxhdpi, and "any" for the adaptive icon. */
const BITMAP_DENSITIES = [160, 240, 320, 480, 640];
const ANY_DENSITY = 0xfffe;
const LEGACY_DP = 48;
const PNG_SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** Throws MalformedApk for a file that is missing, unreferenced or not what it should be. */
export function checkResourceFiles(
  { entries }: Archive,
  table: DecodedTable,
  icons: ManifestFacts["iconFiles"],
): void {
  const named = new Set([...table.values()].flat().map(({ value }) => value?.text));
  for (const { name, bytes } of entries.values()) {
    if (!name.startsWith("res/")) continue;
    must(named.has(name), `the table does not name ${name}`);
    if (name.endsWith(".xml")) decodeXml(bytes);
    else pngWidth(bytes, name);
  }
  for (const density of BITMAP_DENSITIES) {
    const path = icons.find((icon) => icon.density === density)?.path ?? "";
    const file = entries.get(path);
    must(file !== undefined, `has no launcher icon for ${density} dpi`);
    const width = (LEGACY_DP * density) / 160;
    must(pngWidth(file.bytes, path) === width, `${path} is not ${width} px wide`);
  }
  const adaptive = icons.find((icon) => icon.density === ANY_DENSITY)?.path ?? "";
  must(entries.has(adaptive), "has no adaptive launcher icon");
}

/** From the header of a PNG (its specification, 11.2.1). */
function pngWidth(bytes: Uint8Array, name: string): number {
  const reader = new ByteReader(bytes);
  must(sameBytes(reader.bytes(8), PNG_SIGNATURE), `${name} is not a PNG`);
  reader.skip(8); // length and type of the header chunk
  return Buffer.from(reader.bytes(4)).readUInt32BE();
}
