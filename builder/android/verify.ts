// The verifier: checks that an APK is complete, correctly signed, and the one that was requested. It shares no code
// with the packager, whose faults it could otherwise not find.
import { ShellConfig } from "../../src/protocol/shell-config.ts";
import { decodeXml } from "./verify/binary-xml.ts";
import { MalformedApk, must } from "./verify/byte-reader.ts";
import { checkDex } from "./verify/dex.ts";
import { differences } from "./verify/expectations.ts";
import type { Expected } from "./verify/expectations.ts";
import { manifestFacts } from "./verify/manifest-facts.ts";
import { checkTableReferences } from "./verify/references.ts";
import { checkResourceFiles } from "./verify/resource-files.ts";
import { decodeResourceTable } from "./verify/resource-table.ts";
import { checkSignatures } from "./verify/signatures.ts";
import type { Scheme } from "./verify/signatures.ts";
import { readArchive } from "./verify/zip-archive.ts";
import type { Archive, ArchiveEntry } from "./verify/zip-archive.ts";

export type { Expected } from "./verify/expectations.ts";

/** The facts of an APK that passed all checks. */
export interface ApkReport {
  readonly package_name: string;
  readonly version_name: string;
  readonly version_code: number;
  readonly label: string;
  readonly min_sdk: number;
  readonly target_sdk: number;
  readonly debuggable: boolean;
  /** Sorted. */
  readonly permissions: readonly string[];
  readonly url: string;
  readonly schemes: readonly Scheme[];
  /** Of the signer's certificate, lower-case hex. */
  readonly certificate_sha256: string;
  readonly entries: number;
  /** Bytes. */
  readonly size: number;
}

export type ApkVerification =
  | { readonly ok: true; readonly report: ApkReport }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks an APK, and compares it with `expected` if that is given. Never throws for invalid bytes. */
export function verifyApk(apk: Uint8Array, expected?: Expected): ApkVerification {
  try {
    const archive = readArchive(apk);
    const signature = checkSignatures(archive);
    const tableEntry = entry(archive, "resources.arsc");
    must(tableEntry.stored, "resources.arsc is compressed");
    const table = decodeResourceTable(tableEntry.bytes);
    const manifest = manifestFacts(decodeXml(entry(archive, "AndroidManifest.xml").bytes), table);
    checkTableReferences(table);
    checkResourceFiles(archive, table, manifest);
    checkDex(entry(archive, "classes.dex").bytes, manifest.launchActivity);
    const shell = readShellConfig(entry(archive, "assets/config.json").bytes);
    const problems = expected === undefined ? [] : differences(expected, manifest, shell);
    const certificate = expected?.certificateSha256;
    if (certificate !== undefined && certificate !== signature.certificateSha256) {
      problems.push(`the signer is ${signature.certificateSha256}, not ${certificate}`);
    }
    if (problems.length > 0) return { ok: false, problems };
    return {
      ok: true,
      report: {
        package_name: manifest.packageName,
        version_name: manifest.versionName,
        version_code: manifest.versionCode,
        label: manifest.label,
        min_sdk: manifest.minSdk,
        target_sdk: manifest.targetSdk,
        debuggable: manifest.debuggable,
        permissions: manifest.permissions,
        url: shell.url,
        schemes: signature.schemes,
        certificate_sha256: signature.certificateSha256,
        entries: archive.entries.size,
        size: apk.length,
      },
    };
  } catch (error) {
    if (error instanceof MalformedApk) return { ok: false, problems: [error.message] };
    throw error;
  }
}

function entry(archive: Archive, name: string): ArchiveEntry {
  const found = archive.entries.get(name);
  must(found !== undefined, `has no ${name}`);
  return found;
}

function readShellConfig(bytes: Uint8Array): ShellConfig {
  try {
    return ShellConfig.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    must(false, "assets/config.json is not what the shell reads");
  }
}
