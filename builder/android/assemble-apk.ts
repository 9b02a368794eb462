// Puts a signed APK together from an app and its icons, which are rendered already.
import { prepareApp, resourceFiles } from "./app-input.ts";
import type { AppInput } from "./app-input.ts";
import { encodeResourceTable } from "./arsc.ts";
import { encodeXml } from "./binary-xml.ts";
import type { IconSet } from "./icons/icon-set.ts";
import { resourceIds } from "./resource-ids.ts";
import { signApk } from "./signing/sign-apk.ts";
import { zipParts } from "./zip-writer.ts";
import type { ZipEntry } from "./zip-writer.ts";

/** Like buildApk, but with rendered icons. */
export function assembleApk(
  input: Omit<AppInput, "pictures">,
  icons: IconSet,
): Uint8Array<ArrayBuffer> {
  const { model, signer, assets } = prepareApp(input, icons);
  const resolve = resourceIds(model.resources);
  const entries: ZipEntry[] = [
    { name: "AndroidManifest.xml", bytes: encodeXml(model.manifest, resolve), stored: false },
    // Android 11 and later refuse an APK whose table is compressed
    { name: "resources.arsc", bytes: encodeResourceTable(model), stored: true },
    { name: "classes.dex", bytes: input.classesDex, stored: false },
    ...assets,
    ...resourceFiles(model, (root) => encodeXml(root, resolve)),
  ];
  return signApk(zipParts(entries), signer);
}
