// Makes a signed APK from an app, its icon, the shell's classes and a key.
import { prepareApp, renderAppIcons, resourceFiles } from "./app-input.ts";
import type { AppInput } from "./app-input.ts";
import { encodeResourceTable } from "./arsc.ts";
import { encodeXml } from "./binary-xml.ts";
import type { IconSet, RenderIcons } from "./icons/icon-set.ts";
import { resourceIds } from "./resource-ids.ts";
import { signApk } from "./signing/sign-apk.ts";
import { zipParts } from "./zip-writer.ts";
import type { ZipEntry } from "./zip-writer.ts";

/**
 * Builds and signs an APK. The same input gives the same bytes on the same host when the key is RSA; an
 * ECDSA signature differs each time. Throws PackagingError for input that can't be packaged.
 */
export async function buildApk(
  input: AppInput,
  render: RenderIcons,
): Promise<Uint8Array<ArrayBuffer>> {
  return assembleApk(input, await renderAppIcons(input, render));
}

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
