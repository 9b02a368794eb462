// What an app is packaged from, in either format, and the parts that both formats share: settings, key, model, files.
import type { AppSnapshot, SigningKey } from "../../src/protocol/builder.ts";
import type { PushSource } from "../../src/protocol/shell-config.ts";
import type { IconPictures, IconSet } from "./icons/icon-set.ts";
import { manifestTree } from "./manifest.ts";
import type { AppModel, XmlElement } from "./model.ts";
import { resourceTable } from "./resource-table.ts";
import { resolveSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { SHELL_CONFIG_PATH, encodeShellConfig } from "./shell-config.ts";
import { openSigner } from "./signing/signer-key.ts";
import type { Signer } from "./signing/signer-key.ts";
import type { ZipEntry } from "./zip-writer.ts";

export interface AppInput {
  readonly app: AppSnapshot;
  /** Whether a debugger may attach to the app. */
  readonly debuggable: boolean;
  readonly pictures: IconPictures;
  /** The shell, the same file for every app. */
  readonly classesDex: Uint8Array;
  /** What the shell runs in pages of the app (browser/bridge.ts), the same file for every app. */
  readonly bridgeScript: Uint8Array;
  readonly signing: SigningKey;
  /** Of Android's developer verification, for a proof build; null for every other. */
  readonly adiToken: string | null;
  /** Where the app registers for pushes; null if that is not set up. */
  readonly push: PushSource | null;
}

export interface PreparedApp {
  readonly model: AppModel;
  readonly signer: Signer;
  /** The files under assets/. */
  readonly assets: readonly ZipEntry[];
}

/** Read by the shell's Bridge.java. */
const BRIDGE_PATH = "assets/slipway.js";
/** Shown by the shell's FailureView.java in place of a page that can't be reached. */
const OFFLINE_PATH = "assets/offline.html";
/** The file that proves who owns a package name (Android developer verification). */
const PROOF_PATH = "assets/adi-registration.properties";

/** Makes what both formats share. Throws PackagingError for an app or a key that can't be packaged. */
export function prepareApp(input: Omit<AppInput, "pictures">, icons: IconSet): PreparedApp {
  const settings = resolveSettings(input.app, input.debuggable, input.push);
  const signer = openSigner(input.signing);
  const assets = [
    { name: SHELL_CONFIG_PATH, bytes: encodeShellConfig(settings), stored: false },
    { name: BRIDGE_PATH, bytes: input.bridgeScript, stored: false },
    ...offlinePage(settings),
  ];
  if (input.adiToken !== null) {
    const bytes = new TextEncoder().encode(`${input.adiToken}\n`);
    assets.push({ name: PROOF_PATH, bytes, stored: false });
  }
  return { model: appModel(settings, icons), signer, assets };
}

function offlinePage({ offlinePage: html }: Settings): ZipEntry[] {
  if (html === null) return [];
  return [{ name: OFFLINE_PATH, bytes: new TextEncoder().encode(html), stored: false }];
}

/** Makes the model that both formats write. Pure: the same settings and icons give the same model. */
export function appModel(settings: Settings, icons: IconSet): AppModel {
  return {
    packageName: settings.packageName,
    manifest: manifestTree(settings),
    resources: resourceTable(settings, icons),
  };
}

/**
 * Returns every file that the table refers to. Pictures are already compressed.
 * @param encode writes a document in the form of the format
 */
export function resourceFiles(
  model: AppModel,
  encode: (root: XmlElement) => Uint8Array,
): ZipEntry[] {
  return model.resources
    .flatMap((type) => type.entries.flatMap((entry) => entry.values))
    .flatMap(({ value }): ZipEntry[] => {
      if (value.kind === "file") return [{ name: value.path, bytes: value.bytes, stored: true }];
      if (value.kind !== "xml-file") return [];
      return [{ name: value.path, bytes: encode(value.root), stored: false }];
    });
}
