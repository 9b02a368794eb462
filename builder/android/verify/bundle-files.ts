// bundletool's rules for the files of a bundle with one module (bundletool 1.18, validation/BundleZipValidator,
// MandatoryFilesPresenceValidator, BundleFilesValidator, DexFilesValidator, BundleConfigValidator, ResourceTableValidator).
// Names that no archive may have are refused when the archive is read.
import { must } from "./byte-reader.ts";
import { ProtoMessage } from "./proto-message.ts";
import type { FileReference } from "./proto-value.ts";
import type { Archive } from "./zip-archive.ts";

const CONFIG = "BundleConfig.pb";
const MODULE = "base";
const MANIFEST = "manifest/AndroidManifest.xml";
/** Files beside those of modules: signatures, and what tools left for the store. */
const NON_MODULE_FOLDERS = ["META-INF", "BUNDLE-METADATA"];
const CLASSES_DEX = /^classes(\d*)\.dex$/;
/** What APKs have at their top is not for a bundle's root/. */
const RESERVED_IN_ROOT = ["AndroidManifest.xml", "resources.arsc", "resources.pb", "res", "lib"];
/** Of a bundle's files of resources (Resources.proto, FileReference.Type). */
const FILE_TYPE: Readonly<Record<string, number>> = { webp: 0, xml: 3 };

/** Throws MalformedApp for a file that is missing or is where none may be. */
export function checkBundleFiles(entries: Archive["entries"]): void {
  const config = entries.get(CONFIG);
  must(config !== undefined, `has no ${CONFIG}`);
  checkVersion(config.bytes);
  for (const name of entries.keys()) {
    const [folder = "", ...rest] = name.split("/");
    if (name === CONFIG || NON_MODULE_FOLDERS.includes(folder)) continue;
    must(rest.length > 0, `${name} belongs to no module`);
    must(entries.has(`${folder}/${MANIFEST}`), `the module ${folder} has no ${MANIFEST}`);
    must(folder === MODULE, `has a module other than ${MODULE}: ${folder}`);
    checkModuleFile(rest.join("/"));
  }
  checkDexNumbers([...entries.keys()]);
}

/** Checks that the version of bundletool that decides about defaults can be read. */
function checkVersion(config: Uint8Array): void {
  const version = new ProtoMessage(config, [1]).message(1, [2]).text(2);
  const isVersion = /^\d+\.\d+\.\d+(-.+)?$/.test(version);
  must(isVersion, `${CONFIG} names no version of bundletool: ${JSON.stringify(version)}`);
}

/** @param path inside the module */
function checkModuleFile(path: string): void {
  const parts = path.split("/");
  const [folder = "", second = ""] = parts;
  if (path === "resources.pb" || path === MANIFEST) return;
  must(folder !== "manifest", `manifest/ has something other than a manifest: ${path}`);
  must(folder !== "lib", `has native code, which an app of this kind has not: ${path}`);
  must(folder !== "apex", `has a system image: ${path}`);
  if (folder === "dex") {
    const isNamed = parts.length === 2 && CLASSES_DEX.test(second);
    must(isNamed, `dex/ has a file that is not named classes.dex or classes<N>.dex: ${path}`);
  }
  if (folder === "root") {
    const isReserved = RESERVED_IN_ROOT.includes(second) || CLASSES_DEX.test(second);
    must(!isReserved, `root/ has a reserved name: ${path}`);
  }
  const isKnown = ["assets", "dex", "res", "root"].includes(folder) && parts.length > 1;
  must(isKnown, `${path} is not in one of the folders of a module`);
}

/** Checks that the classes are numbered classes.dex, classes2.dex and so on, without a gap. */
function checkDexNumbers(names: readonly string[]): void {
  const numbers = names
    .filter((name) => name.startsWith(`${MODULE}/dex/`))
    .map((name) => CLASSES_DEX.exec(name.slice(`${MODULE}/dex/`.length))?.[1] ?? "")
    .toSorted((a, b) => Number(a || 1) - Number(b || 1));
  numbers.forEach((number, index) => {
    const wanted = index === 0 ? "" : String(index + 1);
    must(number === wanted, `dex/ has classes${number}.dex where classes${wanted}.dex must be`);
  });
}

/**
 * Throws MalformedApp unless the table refers to each file under res/ and only to these, as what they are.
 * @param references as the table has them
 * @param files by path in the module
 */
export function checkResourceReferences(
  references: readonly FileReference[],
  files: ReadonlyMap<string, Uint8Array>,
): void {
  for (const { path, type } of references) {
    must(path.startsWith("res/"), `the table refers to ${path}, which is not under res/`);
    must(files.has(path), `the table refers to ${path}, which is not there`);
    const extension = path.slice(path.lastIndexOf(".") + 1);
    must(FILE_TYPE[extension] === type, `the table says that ${path} is of another type`);
  }
  const referenced = new Set(references.map(({ path }) => path));
  for (const path of files.keys()) {
    const isReferenced = !path.startsWith("res/") || referenced.has(path);
    must(isReferenced, `the table does not refer to ${path}`);
  }
}
