// The verifier judges the JAR signature of bundles: what is signed, by which key, and what is beside it.
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { signedData } from "../../../builder/android/signing/pkcs7.ts";
import { signJar } from "../../../builder/android/signing/sign-jar.ts";
import { openSigner } from "../../../builder/android/signing/signer-key.ts";
import { verifyBundle } from "../../../builder/android/verify.ts";
import type { Expected } from "../../../builder/android/verify.ts";
import { zip } from "../../../builder/android/zip-writer.ts";
import type { ZipEntry } from "../../../builder/android/zip-writer.ts";
import { bundleEntries, bundleOf, file, problemsOf } from "./support/altered.ts";
import { anInput, buildAab } from "./support/inputs.ts";
import { ecKey, rsaKey } from "./support/signing-keys.ts";

const key = rsaKey();
const input = anInput({ signing: key });
const expected: Expected = { app: input.app, debuggable: input.debuggable };
let bundle: Uint8Array;
let files: ZipEntry[];

beforeAll(async () => {
  bundle = await buildAab(input);
  files = bundleEntries(bundle);
});

describe("the JAR signature", () => {
  /** The entries with those of a signature, changed afterwards. */
  const signed = (change: (entries: ZipEntry[]) => ZipEntry[], by = key): string =>
    problemsOf(zip(change(signJar(files, openSigner(by)))));
  const on =
    (name: string, change: (bytes: Buffer) => Uint8Array) =>
    (entries: ZipEntry[]): ZipEntry[] =>
      entries.map((one) =>
        one.name === name ? { ...one, bytes: change(Buffer.from(one.bytes)) } : one,
      );
  const edited = (name: string, from: string | RegExp, to: string) =>
    on(name, (bytes) => Buffer.from(bytes.toString("latin1").replace(from, to), "latin1"));
  const [M, SF, RSA] = ["META-INF/MANIFEST.MF", "META-INF/CERT.SF", "META-INF/CERT.RSA"];

  test.each([
    ["RSA 2048", rsaKey(2048)],
    ["RSA 4096", rsaKey(4096)],
    ["RSA 2048 with a certificate of version 1", rsaKey(2048, 1)],
    ["EC P-256", ecKey()],
  ])("of a key of %s is right", (_, by) => {
    expect(signed((entries) => entries, by)).toBe("");
  });

  test.each<[string, (entries: ZipEntry[]) => ZipEntry[], string]>([
    [
      "an entry was changed",
      on("base/assets/config.json", (bytes) => Buffer.concat([bytes, Buffer.from(" ")])),
      "base/assets/config.json is not what was signed",
    ],
    [
      "an entry was added",
      (entries) => [...entries, file("base/assets/more")],
      "base/assets/more is not signed",
    ],
    [
      "an entry was taken away",
      (entries) => entries.filter(({ name }) => name !== "base/res/mipmap-mdpi/ic_launcher.webp"),
      "the manifest names base/res/mipmap-mdpi/ic_launcher.webp, which is not there",
    ],
    ["there is none", (entries) => entries.slice(3), `${M} is not the first entry`],
    [
      "its manifest is not first",
      ([manifest = file("x"), ...rest]) => [...rest, manifest],
      `${M} is not the first entry`,
    ],
    ["the signature file is missing", (entries) => entries.toSpliced(1, 1), "one signature file"],
    ["its block is missing", (entries) => entries.toSpliced(2, 1), "has no signature"],
    [
      "there are two",
      (entries) => entries.toSpliced(3, 0, file("META-INF/OTHER.SF")),
      "there must be one signature file",
    ],
    [
      "META-INF/ has another file",
      (entries) => entries.toSpliced(3, 0, file("META-INF/services/a")),
      "META-INF/ has a file that belongs to no signature",
    ],
    [
      "the manifest has another digest",
      edited(M, /(Name: BundleConfig.pb\r\nSHA-256-Digest: )./, "$1_"),
      "the manifest is not the one that was signed",
    ],
    ["the manifest is cut", on(M, (bytes) => bytes.subarray(0, -1)), "a manifest is cut"],
    [
      "the signature file was changed",
      edited(SF, "Created-By: 1.0", "Created-By: 1.1"),
      "the JAR signature is wrong",
    ],
    ["the block is empty", on(RSA, () => Buffer.of()), "data ends too early"],
    [
      "the block is of other files",
      on(RSA, () => signJar(files.slice(1), openSigner(key))[2]?.bytes ?? Buffer.of()),
      "the JAR signature is wrong",
    ],
  ])("is refused when %s", (_, change, problem) => {
    expect(signed(change)).toContain(problem);
  });

  test("is refused when an entry is in neither manifest nor signature file", () => {
    const entry = "base/assets/config.json";
    const all = [
      ...signJar(
        files.filter(({ name }) => name !== entry),
        openSigner(key),
      ),
      file(entry),
    ];
    expect(problemsOf(zip(all))).toBe(`${entry} is not signed`);
  });

  /** The problems of a bundle with another manifest, and with a signature file and a block that are rightly made of it. */
  const withManifest = (change: (manifest: string) => string): string => {
    const signer = openSigner(key);
    const digest = (of: string) => createHash("sha256").update(of).digest("base64");
    const manifest = change(Buffer.from(signJar(files, signer)[0]?.bytes ?? []).toString());
    const [, ...sections] = manifest.split(/(?<=\r\n\r\n)/);
    const lines = sections.map((section) => {
      const name = /^Name: .*\r\n/.exec(section)?.[0] ?? "";
      return `${name}SHA-256-Digest: ${digest(section)}\r\n\r\n`;
    });
    const head = `Signature-Version: 1.0\r\nSHA-256-Digest-Manifest: ${digest(manifest)}\r\n\r\n`;
    const signatureFile = Buffer.from([head, ...lines].join(""));
    const block = file(RSA, signedData(signatureFile, signer));
    return problemsOf(zip([file(M, manifest), file(SF, signatureFile), block, ...files]));
  };

  const line = "Name: BundleConfig.pb\r\n";
  test.each([
    ["nothing", "Nothing", "", ""],
    ["another digest", line, `${line}SHA-1-Digest: x\r\n`, "says something else than a digest of"],
    ["a digest twice", line, `${line}SHA-256-Digest: x\r\n`, "has SHA-256-Digest twice"],
    ["a section twice", line, `${line}SHA-256-Digest: x\r\n\r\n${line}`, "BundleConfig.pb twice"],
    ["a section without a name", line, "", "a section of a manifest has no name"],
    ["a line that is no attribute", line, `${line}nonsense\r\n`, "has a line that is no attribute"],
    ["another version", "Version: 1.0", "Version: 2.0", "a manifest has no Manifest-Version"],
    ["a name of nothing", line, "Name: nothing\r\n", "names nothing, which is not there"],
  ])("of a manifest with %s, as all of it is rightly signed", (_, from, to, problem) => {
    const found = withManifest((manifest) => manifest.replace(from, to));
    if (problem === "") expect(found).toBe("");
    else expect(found).toContain(problem);
  });

  test("is refused for a flipped bit in any part of its block, when the certificate is known", () => {
    const entries = signJar(files, openSigner(key));
    const own = verifyBundle(bundle);
    if (!own.ok) throw new Error("not verified");
    const certificateSha256 = own.report.certificate_sha256;
    const block = Buffer.from(entries[2]?.bytes ?? []);
    const certificate = Buffer.from(key.certificates[0] ?? "", "base64");
    const start = block.indexOf(certificate);
    expect(start).toBeGreaterThan(0);
    // each byte of the structure, and some of the certificate and of the signature, which ends the block
    const isInside = (at: number) =>
      (at > start && at < start + certificate.length) || at > block.length - 256;
    const places = [...block.keys()].filter((at) => !isInside(at) || at % 30 === 0);
    const unnoticed = places.filter((at) => {
      const flipped = Uint8Array.from(block);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const changed = zip(on(RSA, () => flipped)(entries));
      return problemsOf(changed, { ...expected, certificateSha256 }) === "";
    });
    expect(unnoticed).toEqual([]);
  });

  test("keeps a chain of certificates, and takes the signer's own for the report", () => {
    const own = ecKey();
    const certificates = [own, ecKey(), ecKey()].flatMap((one) => one.certificates);
    const alone = verifyBundle(bundleOf(files, own));
    const chained = verifyBundle(bundleOf(files, { ...own, certificates }));
    if (!alone.ok || !chained.ok) throw new Error("not verified");
    expect(chained.report.certificate_sha256).toBe(alone.report.certificate_sha256);
  });
});

test("a block with something else than certificates beside the signer's is refused", () => {
  const own = openSigner(key);
  const beside = (bytes: Uint8Array) => {
    const signer = { ...own, certificates: [own.certificate, bytes] };
    return problemsOf(zip(signJar(files, signer)));
  };
  const other = Buffer.from(ecKey().certificates[0] ?? "", "base64");
  expect(beside(other)).toBe("");
  const problem = "the signature block holds something else than certificates";
  expect(beside(Buffer.from([0x30, 0]))).toBe(problem);
  const cut = Buffer.from(other);
  cut[4] = 0; // the tag of what is signed
  expect(beside(cut)).toBe(problem);
});
