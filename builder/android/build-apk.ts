// The packager: makes a signed APK from an app, its icon, the shell's classes and a key.
import type { AppSnapshot, SigningKey } from "../../src/protocol/builder.ts";
import { appModel } from "./app-model.ts";
import { encodeResourceTable } from "./arsc.ts";
import { encodeXml } from "./binary-xml.ts";
import type { IconSet, RenderIcons } from "./icons/icon-set.ts";
import type { AppModel } from "./model.ts";
import { resourceIds } from "./resource-ids.ts";
import { resolveSettings } from "./settings.ts";
import { SHELL_CONFIG_PATH, encodeShellConfig } from "./shell-config.ts";
import { signApk } from "./signing/sign-apk.ts";
import { openSigner } from "./signing/signer-key.ts";
import { zipParts } from "./zip-writer.ts";
import type { ZipEntry } from "./zip-writer.ts";

export interface ApkInput {
  readonly app: AppSnapshot;
  /** Whether a debugger may attach to the app. */
  readonly debuggable: boolean;
  /** PNG, JPEG, WebP or SVG, or null to draw one from the name. */
  readonly icon: Uint8Array | null;
  /** The shell, the same file for every app. */
  readonly classesDex: Uint8Array;
  readonly signing: SigningKey;
}

/**
 * Builds and signs an APK. The same input gives the same bytes on the same host when the key is RSA; an
 * ECDSA signature differs each time. Throws PackagingError for input that can't be packaged.
 */
export async function buildApk(
  input: ApkInput,
  render: RenderIcons,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, backgroundColor, iconColor } = resolveSettings(input.app, input.debuggable);
  const icons = await render(input.icon, { name, backgroundColor, iconColor });
  return assembleApk(input, icons);
}

/** Like buildApk, but with rendered icons. */
export function assembleApk(
  input: Omit<ApkInput, "icon">,
  icons: IconSet,
): Uint8Array<ArrayBuffer> {
  const settings = resolveSettings(input.app, input.debuggable);
  const signer = openSigner(input.signing);
  const model = appModel(settings, icons);
  const entries: ZipEntry[] = [
    {
      name: "AndroidManifest.xml",
      bytes: encodeXml(model.manifest, resourceIds(model.resources)),
      stored: false,
    },
    // Android 11 and later refuse an APK whose table is compressed
    { name: "resources.arsc", bytes: encodeResourceTable(model), stored: true },
    { name: "classes.dex", bytes: input.classesDex, stored: false },
    { name: SHELL_CONFIG_PATH, bytes: encodeShellConfig(settings), stored: false },
    ...resourceFiles(model),
  ];
  return signApk(zipParts(entries), signer);
}

/** Returns every file that the table refers to. PNGs are already compressed. */
function resourceFiles(model: AppModel): ZipEntry[] {
  const resolve = resourceIds(model.resources);
  return model.resources
    .flatMap((type) => type.entries.flatMap((entry) => entry.values))
    .flatMap(({ value }): ZipEntry[] => {
      if (value.kind === "file") return [{ name: value.path, bytes: value.bytes, stored: true }];
      if (value.kind !== "xml-file") return [];
      return [{ name: value.path, bytes: encodeXml(value.root, resolve), stored: false }];
    });
}
