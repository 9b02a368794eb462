// Checks an app that either format holds, once it is decoded, and compares it with what was requested.
import { ShellConfig } from "../../../src/protocol/shell-config.ts";
import type { DecodedElement } from "./binary-xml.ts";
import { MalformedApp, must } from "./byte-reader.ts";
import { checkDex } from "./dex.ts";
import { differences } from "./expectations.ts";
import type { Expected } from "./expectations.ts";
import { manifestFacts } from "./manifest-facts.ts";
import { networkFacts } from "./network-facts.ts";
import { checkTableReferences } from "./references.ts";
import { checkResourceFiles } from "./resource-files.ts";
import type { DecodedTable } from "./resource-table.ts";
import { shortcutFacts } from "./shortcut-facts.ts";
import type { ShortcutFacts } from "./shortcut-facts.ts";
import type { Scheme, SignatureFacts } from "./signatures.ts";
import { themeFacts } from "./theme-facts.ts";

/** An app in memory, the same whichever format held it. */
export interface DecodedApp {
  readonly manifest: DecodedElement;
  readonly table: DecodedTable;
  readonly classesDex: Uint8Array;
  /** What is under assets/ and res/, by its path in an APK. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Decodes a file of XML in the form that the format has. */
  readonly decodeXml: (bytes: Uint8Array) => DecodedElement;
  readonly signature: SignatureFacts;
  /** How many entries the archive has. */
  readonly entries: number;
}

/** The facts of an app that passed all checks. */
export interface AppReport {
  readonly package_name: string;
  readonly version_name: string;
  readonly version_code: number;
  readonly label: string;
  /** What the launcher shows below the icon. */
  readonly launcher_label: string;
  readonly orientation: string;
  /** #rrggbb. */
  readonly theme_color: string;
  readonly background_color: string;
  readonly fullscreen: boolean;
  /** In the order of the file. */
  readonly shortcuts: readonly ShortcutFacts[];
  readonly min_sdk: number;
  readonly target_sdk: number;
  readonly debuggable: boolean;
  /** Sorted. */
  readonly permissions: readonly string[];
  readonly url: string;
  /** Hosts that it may reach without TLS; `*.` and a host for one and all below it. Sorted. */
  readonly cleartext_hosts: readonly string[];
  /** Whether the app receives pushes. */
  readonly push: boolean;
  /** The token of a proof build; null for every other. */
  readonly adi_token: string | null;
  readonly schemes: readonly Scheme[];
  /** Of the signer's certificate, lower-case hex. */
  readonly certificate_sha256: string;
  readonly entries: number;
  /** Bytes. */
  readonly size: number;
}

export type AppVerification =
  | { readonly ok: true; readonly report: AppReport }
  | { readonly ok: false; readonly problems: readonly string[] };

const SHELL_CONFIG = "assets/config.json";
const BRIDGE = "assets/slipway.js";
/** One expression, to which the shell adds its arguments; it tells pages once they can call. */
const BRIDGE_CONTENTS = /^\(function\b[\x20-\x7e]*"slipway-ready"[\x20-\x7e]*\}\)\(\)$/;
const OFFLINE = "assets/offline.html";
const PROOF = "assets/adi-registration.properties";
/** What Google's console takes for a proof: the token, a newline, and nothing else. */
const PROOF_CONTENTS = /^([\x20-\x7e]+)\n$/;

/**
 * Checks what `decode` makes of `file`, and compares it with `expected` if that is given.
 * @param decode throws MalformedApp for bytes that are no app
 */
export function checkApp(
  file: Uint8Array,
  decode: (file: Uint8Array) => DecodedApp,
  expected: Expected | undefined,
): AppVerification {
  try {
    const app = decode(file);
    const { table, files, signature } = app;
    const manifest = manifestFacts(app.manifest, table);
    checkTableReferences(table);
    const shell = readShellConfig(files.get(SHELL_CONFIG));
    checkBridge(files.get(BRIDGE));
    const shortcuts = shortcutFacts(app, manifest);
    const network = networkFacts(app, manifest.networkConfig);
    const theme = themeFacts(app, manifest.theme, manifest.icon);
    const offlinePage = readOfflinePage(files.get(OFFLINE));
    const labelIds = [...manifest.labelIds, ...shortcuts.labelIds];
    checkResourceFiles(app, manifest, labelIds, shell.push !== null);
    const components = manifest.components.map(({ name }) => name);
    checkDex(app.classesDex, [manifest.launchActivity, ...components]);
    const adiToken = readProof(files.get(PROOF));
    const facts = { manifest, shell, shortcuts: shortcuts.list, network, theme, offlinePage };
    const problems = expected === undefined ? [] : differences(expected, facts);
    if (expected !== undefined) problems.push(...otherDifferences(expected, adiToken, signature));
    if (problems.length > 0) return { ok: false, problems };
    const report: AppReport = {
      package_name: manifest.packageName,
      version_name: manifest.versionName,
      version_code: manifest.versionCode,
      label: manifest.label,
      launcher_label: manifest.launcherLabel,
      orientation: manifest.orientation,
      theme_color: shell.theme_color,
      background_color: shell.background_color,
      fullscreen: shell.fullscreen,
      shortcuts: shortcuts.list,
      min_sdk: manifest.minSdk,
      target_sdk: manifest.targetSdk,
      debuggable: manifest.debuggable,
      permissions: manifest.permissions,
      url: shell.url,
      cleartext_hosts: network.cleartextHosts,
      push: shell.push !== null,
      adi_token: adiToken,
      schemes: signature.schemes,
      certificate_sha256: signature.certificateSha256,
      entries: app.entries,
      size: file.length,
    };
    return { ok: true, report };
  } catch (error) {
    if (error instanceof MalformedApp) return { ok: false, problems: [error.message] };
    throw error;
  }
}

/** Returns a line for a proof that was not asked for, is another or is missing, and for another signer. */
function otherDifferences(
  { adiToken: wanted = null, certificateSha256: certificate }: Expected,
  adiToken: string | null,
  { certificateSha256 }: SignatureFacts,
): string[] {
  const problems: string[] = [];
  if (adiToken !== wanted) {
    problems.push(
      wanted === null ? `has ${PROOF}, but is no proof build` : `${PROOF} is not right`,
    );
  }
  if (certificate !== undefined && certificate !== certificateSha256) {
    problems.push(`the signer is ${certificateSha256}, not ${certificate}`);
  }
  return problems;
}

/** Returns the token, or null if the app is no proof. */
function readProof(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined) return null;
  const token = PROOF_CONTENTS.exec(Buffer.from(bytes).toString("latin1"))?.[1];
  must(token !== undefined, `${PROOF} holds something else than a token and a newline`);
  return token;
}

/** Returns the page for when there is no network, or null for an app without. */
function readOfflinePage(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString("utf8");
}

function checkBridge(bytes: Uint8Array | undefined): void {
  must(bytes !== undefined, `has no ${BRIDGE}`);
  const isBridge = BRIDGE_CONTENTS.test(Buffer.from(bytes).toString("latin1"));
  must(isBridge, `${BRIDGE} is not the script that the shell runs in pages`);
}

function readShellConfig(bytes: Uint8Array | undefined): ShellConfig {
  must(bytes !== undefined, `has no ${SHELL_CONFIG}`);
  try {
    return ShellConfig.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    must(false, `${SHELL_CONFIG} is not what the shell reads`);
  }
}
