// The verifier: checks that an APK or a bundle is complete, correctly signed, and the one that was requested. It shares no
// code with the packager, whose faults it could otherwise not find.
import { decodeXml } from "./verify/binary-xml.ts";
import { checkBundleFiles, checkResourceReferences } from "./verify/bundle-files.ts";
import { checkBundleManifest } from "./verify/bundle-manifest.ts";
import { must } from "./verify/byte-reader.ts";
import { checkApp } from "./verify/check-app.ts";
import type { DecodedApp, AppVerification } from "./verify/check-app.ts";
import type { Expected } from "./verify/expectations.ts";
import { checkJarSignature } from "./verify/jar-signature.ts";
import { decodeProtoTable } from "./verify/proto-table.ts";
import { decodeProtoXml } from "./verify/proto-xml.ts";
import { decodeResourceTable } from "./verify/resource-table.ts";
import { checkSignatures } from "./verify/signatures.ts";
import { readArchive, readEntriesOnly } from "./verify/zip-archive.ts";
import type { Archive, ArchiveEntry } from "./verify/zip-archive.ts";

export type { AppReport, AppVerification } from "./verify/check-app.ts";
export type { Expected } from "./verify/expectations.ts";

/** Checks an APK, and compares it with `expected` if that is given. Never throws for invalid bytes. */
export function verifyApk(apk: Uint8Array, expected?: Expected): AppVerification {
  return checkApp(apk, decodeApk, expected);
}

/**
 * Checks an app bundle, and compares it with `expected` if that is given: by the rules that bundletool has for a bundle of
 * one module, and by those that Android has for the APKs that are made of it. Never throws for invalid bytes.
 */
export function verifyBundle(bundle: Uint8Array, expected?: Expected): AppVerification {
  return checkApp(bundle, decodeBundle, expected);
}

function decodeApk(apk: Uint8Array): DecodedApp {
  const archive = readArchive(apk);
  const { entries } = archive;
  const signature = checkSignatures(archive);
  const tableEntry = entry(entries, "resources.arsc");
  must(tableEntry.stored, "resources.arsc is compressed");
  return {
    manifest: decodeXml(entry(entries, "AndroidManifest.xml").bytes),
    table: decodeResourceTable(tableEntry.bytes),
    classesDex: entry(entries, "classes.dex").bytes,
    files: filesUnder("", entries),
    decodeXml,
    signature,
    entries: entries.size,
  };
}

function decodeBundle(bundle: Uint8Array): DecodedApp {
  const entries = readEntriesOnly(bundle);
  checkBundleFiles(entries);
  const signature = checkJarSignature(entries);
  const manifest = decodeProtoXml(entry(entries, "base/manifest/AndroidManifest.xml").bytes);
  const table = decodeProtoTable(entry(entries, "base/resources.pb").bytes);
  checkBundleManifest(manifest, table.packageName);
  const files = filesUnder("base/", entries);
  checkResourceReferences(table.files, files);
  return {
    manifest,
    table: table.values,
    classesDex: entry(entries, "base/dex/classes.dex").bytes,
    files,
    decodeXml: decodeProtoXml,
    signature,
    entries: entries.size,
  };
}

function entry(entries: Archive["entries"], name: string): ArchiveEntry {
  const found = entries.get(name);
  must(found !== undefined, `has no ${name}`);
  return found;
}

/** Assets and resource files under a prefix, by their paths without it. */
function filesUnder(prefix: string, entries: Archive["entries"]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [name, { bytes }] of entries) {
    const path = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    if (/^(assets|res)\//.test(path)) files.set(path, bytes);
  }
  return files;
}
