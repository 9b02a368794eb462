// Makes a signed app bundle (AAB), which a store takes and makes APKs of, from the same input as an APK
// (developer.android.com, "The Android App Bundle format"). It has one module, `base`.
import { renderAppIcons } from "./app-icons.ts";
import { prepareApp, resourceFiles } from "./app-input.ts";
import type { AppInput } from "./app-input.ts";
import { encodeBundleConfig } from "./bundle/bundle-config.ts";
import { encodeProtoTable } from "./bundle/proto-table.ts";
import { encodeProtoXml } from "./bundle/proto-xml.ts";
import { PackagingError } from "./errors.ts";
import type { IconSet, RenderIcons } from "./icons/icon-set.ts";
import { resourceIds } from "./resource-ids.ts";
import { signJar } from "./signing/sign-jar.ts";
import { zip } from "./zip-writer.ts";
import type { ZipEntry } from "./zip-writer.ts";

const MODULE = "base";

/**
 * Builds and signs a bundle. The same input gives the same bytes on the same host when the key is RSA; an
 * ECDSA signature differs each time. Throws PackagingError for input that can't be packaged, and for a token
 * of developer verification, whose proof is an APK.
 */
export async function buildBundle(
  input: AppInput,
  render: RenderIcons,
): Promise<Uint8Array<ArrayBuffer>> {
  return assembleBundle(input, await renderAppIcons(input, render));
}

/** Like buildBundle, but with rendered icons. */
export function assembleBundle(
  input: Omit<AppInput, "pictures">,
  icons: IconSet,
): Uint8Array<ArrayBuffer> {
  if (input.adiToken !== null) {
    throw new PackagingError("invalid_app", "the proof of a package name must be an APK");
  }
  const { model, signer, assets } = prepareApp(input, icons);
  const resolve = resourceIds(model.resources);
  const files: ZipEntry[] = [
    {
      name: "manifest/AndroidManifest.xml",
      bytes: encodeProtoXml(model.manifest, resolve),
      stored: false,
    },
    { name: "resources.pb", bytes: encodeProtoTable(model, resolve), stored: false },
    { name: "dex/classes.dex", bytes: input.classesDex, stored: false },
    ...assets,
    ...resourceFiles(model, (root) => encodeProtoXml(root, resolve)),
  ];
  const entries: ZipEntry[] = [
    { name: "BundleConfig.pb", bytes: encodeBundleConfig(), stored: false },
    ...files.map((file) => ({ ...file, name: `${MODULE}/${file.name}` })),
  ];
  return zip(signJar(entries, signer));
}
