// Keys and signatures: which algorithm a key gets, which keys are refused, what the block looks like.
import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { PackagingError } from "../../../builder/android/errors.ts";
import { signJar } from "../../../builder/android/signing/sign-jar.ts";
import { openSigner } from "../../../builder/android/signing/signer-key.ts";
import { V2_BLOCK_ID, V3_BLOCK_ID } from "../../../builder/android/signing/schemes.ts";
import { verifyApk } from "../../../builder/android/verify.ts";
import { ByteReader } from "../../../builder/android/verify/byte-reader.ts";
import { readArchive } from "../../../builder/android/verify/zip-archive.ts";
import type { ZipEntry } from "../../../builder/android/zip-writer.ts";
import { anInput, build } from "./support/inputs.ts";
import { ecKey, rsaKey } from "./support/signing-keys.ts";

/** The certificates in a scheme's signature, in order, base64. */
function certificatesIn(apk: Uint8Array, blockId: number): string[] {
  const pairs = new ByteReader(readArchive(apk).sections.signingBlock.subarray(0, -24), 8);
  for (;;) {
    const length = pairs.u64();
    const id = pairs.u32();
    const value = pairs.bytes(length - 4);
    if (id !== blockId) continue;
    const [signer = new Uint8Array()] = new ByteReader(value).sequence();
    const signedData = new ByteReader(new ByteReader(signer).prefixed());
    signedData.prefixed(); // digests
    return signedData.sequence().map((one) => Buffer.from(one).toString("base64"));
  }
}

describe("signing", () => {
  test.each([
    ["RSA 2048", rsaKey(2048), 0x0103],
    ["RSA 3072", rsaKey(3072), 0x0103],
    ["RSA 4096", rsaKey(4096), 0x0104],
    ["EC P-256", ecKey(), 0x0201],
  ])(
    "a key for %s gets its algorithm, and the APK it signs verifies",
    async (_, signing, algorithm) => {
      expect(openSigner(signing).algorithm.id).toBe(algorithm);
      const result = verifyApk(await build(anInput({ signing })));
      expect(result).toMatchObject({ ok: true, report: { schemes: ["v2", "v3"] } });
    },
  );

  test("the signing block is a whole number of pages", async () => {
    const { signingBlock } = readArchive(await build(anInput())).sections;
    expect(signingBlock.length % 4096).toBe(0);
    expect(Buffer.from(signingBlock.subarray(-16)).toString()).toBe("APK Sig Block 42");
  });

  test("a chain of certificates is kept whole and in order, the signer's own first", async () => {
    const own = ecKey();
    const certificates = [own, ecKey(), ecKey()].flatMap((key) => key.certificates);
    const alone = verifyApk(await build(anInput({ signing: own })));
    const apk = await build(anInput({ signing: { ...own, certificates } }));
    const chained = verifyApk(apk);
    if (!alone.ok || !chained.ok) throw new Error("not verified");
    expect(chained.report.certificate_sha256).toBe(alone.report.certificate_sha256);
    expect(certificates).toHaveLength(3);
    expect(certificatesIn(apk, V2_BLOCK_ID)).toEqual(certificates);
    expect(certificatesIn(apk, V3_BLOCK_ID)).toEqual(certificates);
  });

  const key = ecKey();
  const longer = ([own = ""]: readonly string[]): string =>
    Buffer.concat([Buffer.from(own, "base64"), Buffer.of(0)]).toString("base64");
  const pkcs8 = ({ privateKey }: { privateKey: KeyObject }): string =>
    privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  test.each([
    ["another key's certificate", { ...key, certificates: ecKey().certificates }],
    ["a missing certificate", { ...key, certificates: [] }],
    ["an unreadable key", { ...key, private_key: "AAAA" }],
    ["an unreadable certificate", { ...key, certificates: ["AAAA"] }],
    ["an unreadable issuer", { ...key, certificates: [...key.certificates, "AAAA"] }],
    ["a certificate with something after it", { ...key, certificates: [longer(key.certificates)] }],
    ["a curve Android does not sign with", ecKey("secp256k1")],
    ["a curve too long for the packager", ecKey("P-384")],
    ["an RSA key of 512 bits", rsaKey(512)],
    ["an Ed25519 key", { ...key, private_key: pkcs8(generateKeyPairSync("ed25519")) }],
    [
      "a DSA key",
      {
        ...key,
        private_key: pkcs8(generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 })),
      },
    ],
  ])("%s is refused", async (_, signing) => {
    const building = build(anInput({ signing }));
    await expect(building).rejects.toBeInstanceOf(PackagingError);
    await expect(building).rejects.toMatchObject({ code: "invalid_key" });
  });
});

describe("the JAR signature of a bundle", () => {
  const entryOf = (name: string): ZipEntry => ({ name, bytes: Buffer.of(1), stored: false });
  const signed = (names: readonly string[], signing = rsaKey()) =>
    signJar(names.map(entryOf), openSigner(signing));

  test.each([
    ["RSA", rsaKey(), "META-INF/CERT.RSA"],
    ["EC", ecKey(), "META-INF/CERT.EC"],
  ])("of an %s key stands before the files, its manifest first", (_, signing, block) => {
    const names = signed(["a", "b"], signing).map(({ name }) => name);
    expect(names).toEqual(["META-INF/MANIFEST.MF", "META-INF/CERT.SF", block, "a", "b"]);
  });

  test("of a long RSA key uses SHA-256 too, as Android's own signer does", () => {
    const [, , long] = signed(["a"], rsaKey(4096));
    const text = Buffer.from(long?.bytes ?? []).toString("hex");
    expect(text).toContain("608648016503040201"); // SHA-256
    expect(text).not.toContain("608648016503040203"); // SHA-512
    const signature = Buffer.from(long?.bytes ?? []).subarray(-512);
    expect(signature).toHaveLength(512);
  });

  test("has no line above 72 bytes, however long a name is", () => {
    const name = `base/assets/${"long".repeat(60)}`;
    const [manifest, signatureFile] = signed([name]).map(({ bytes }) => Buffer.from(bytes));
    for (const file of [manifest, signatureFile]) {
      const lines = file?.toString().split("\r\n") ?? [];
      expect(Math.max(...lines.map((line) => line.length + 2))).toBe(72);
      expect(lines.join("\r\n").replaceAll("\r\n ", "")).toContain(`Name: ${name}\r\n`);
    }
  });

  test("carries the whole chain of certificates, the signer's own first", () => {
    const own = ecKey();
    const certificates = [own, ecKey(), ecKey()].flatMap((key) => key.certificates);
    const [, , block] = signed(["a"], { ...own, certificates });
    const found = certificates.map((one) =>
      Buffer.from(block?.bytes ?? []).indexOf(Buffer.from(one, "base64")),
    );
    expect(found.every((at) => at > 0)).toBe(true);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
  });
});
