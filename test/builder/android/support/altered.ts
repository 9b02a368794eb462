// A rightly signed APK or bundle one of whose entries was changed: what only the verifier's deeper checks can find.
import { signApk } from "../../../../builder/android/signing/sign-apk.ts";
import { openSigner } from "../../../../builder/android/signing/signer-key.ts";
import { signJar } from "../../../../builder/android/signing/sign-jar.ts";
import { verifyBundle } from "../../../../builder/android/verify.ts";
import type { Expected } from "../../../../builder/android/verify.ts";
import { readArchive, readEntriesOnly } from "../../../../builder/android/verify/zip-archive.ts";
import { zip, zipParts } from "../../../../builder/android/zip-writer.ts";
import type { ZipEntry } from "../../../../builder/android/zip-writer.ts";
import type { SigningKey } from "../../../../src/protocol/builder.ts";

/** Takes the archive apart, lets `change` have each entry (null: drop it) and signs what is left. */
export function altered(
  apk: Uint8Array,
  key: SigningKey,
  change: (entry: ZipEntry) => ZipEntry | null,
): Uint8Array {
  const entries = [...readArchive(apk).entries.values()]
    .map((entry) => change(entry))
    .filter((entry) => entry !== null);
  return signApk(zipParts(entries), openSigner(key));
}

/** The same app with nothing compressed: it is made and read in a fraction of the time, which counts where thousands are. */
export const uncompressed = (apk: Uint8Array, key: SigningKey): Uint8Array =>
  altered(apk, key, (entry) => ({ ...entry, stored: true }));

/** Changes the bytes of one entry, and compresses no other. */
export function withEntry(
  apk: Uint8Array,
  key: SigningKey,
  name: string,
  change: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  return altered(apk, key, (entry) =>
    entry.name === name
      ? { ...entry, bytes: change(Uint8Array.from(entry.bytes)) }
      : { ...entry, stored: true },
  );
}

/** The entries of a bundle without those of its signature. */
export function bundleEntries(bundle: Uint8Array): ZipEntry[] {
  const entries = [...readEntriesOnly(bundle).values()];
  return entries.filter(({ name }) => !name.startsWith("META-INF/"));
}

/** Signs other entries as a bundle. */
export function bundleOf(entries: readonly ZipEntry[], key: SigningKey): Uint8Array {
  return zip(signJar(entries, openSigner(key)));
}

/** What the verifier says of a bundle: nothing, when all is right. */
export function problemsOf(bundle: Uint8Array, expected?: Expected): string {
  const result = verifyBundle(bundle, expected);
  return result.ok ? "" : result.problems.join("; ");
}

export const file = (name: string, contents: Uint8Array | string = "x"): ZipEntry => ({
  name,
  bytes: Buffer.from(contents),
  stored: false,
});
