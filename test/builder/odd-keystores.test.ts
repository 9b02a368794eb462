// Keystores that are odd, as keytool and OpenSSL write them: each is refused at once with a reason, or its key signs both
// formats rightly, also to the eyes of apksigner and jarsigner. Runs where those tools are, and everywhere under
// REQUIRE_ALL=1.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderAppIcons } from "../../builder/android/app-icons.ts";
import { assembleApk } from "../../builder/android/assemble-apk.ts";
import { assembleBundle } from "../../builder/android/build-bundle.ts";
import { renderIcons } from "../../builder/android/icons/render-icons.ts";
import { verifyApk, verifyBundle } from "../../builder/android/verify.ts";
import { openKeystore } from "../../src/kit/keystore/open.ts";
import { anInput } from "./android/support/inputs.ts";
import { missingForJava, runJavaOracles } from "./android/support/java-oracles.ts";
import { expectSigned } from "./android/support/seen-by-oracles.ts";
import { missing } from "./android/support/tools.ts";

// made only when a test runs: where all are skipped nothing would take it away again
const directory = join(tmpdir(), `slipway-odd-keystores-${randomUUID()}`);
beforeAll(() => {
  mkdirSync(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const isSkipped = [missingForJava(), missing("keytool"), missing("openssl")].includes(true);

/** Longest subject's name, characters. */
const LONG = 10_000;
const PASSWORD = "store-pass";
const KEYTOOL = `keytool -genkeypair -alias upload -validity 9000 -storepass ${PASSWORD} -keystore`;
const EC = "-keyalg EC -groupname secp256r1";
const EXPORT = `openssl pkcs12 -export -inkey key -passout pass:`;
const NEW_EC = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out";
const SELF_SIGNED = "openssl req -x509 -new -subj /CN=Test -days 9000 -key key";

/** An authority's key `key1` and certificate `one`, another's `key2` and `two`, and a signer's `key` and `leaf`. */
const CHAIN = [
  `${NEW_EC} key1`,
  "openssl req -x509 -new -subj /CN=Root -days 9000 -key key1 -out one",
  `${NEW_EC} key2`,
  "openssl req -x509 -new -subj /CN=Authority -days 9000 -key key2 -CA one -CAkey key1 -out two",
  `${NEW_EC} key`,
  "openssl req -x509 -new -subj /CN=Signer -days 9000 -key key -CA two -CAkey key2 -out leaf",
];

interface Odd {
  readonly commands: readonly string[];
  readonly password?: string;
  readonly alias?: string;
  /** How many certificates are found to belong to the key. */
  readonly certificates?: number;
}

const opened: readonly (readonly [words: string, odd: Odd])[] = [
  [
    "a name of 10,000 characters",
    { commands: [`${KEYTOOL} file ${EC} -dname "CN=${"x".repeat(LONG)}"`] },
  ],
  [
    "a serial number below zero",
    {
      commands: [
        `${NEW_EC} key`,
        `${SELF_SIGNED} -set_serial -77 -out leaf`,
        `${EXPORT}${PASSWORD} -in leaf -out file`,
      ],
    },
  ],
  [
    "a serial number of 20 bytes",
    {
      commands: [
        `${NEW_EC} key`,
        `${SELF_SIGNED} -set_serial 0x7f${"ab".repeat(19)} -out leaf`,
        `${EXPORT}${PASSWORD} -in leaf -out file`,
      ],
    },
  ],
  [
    "an empty password",
    {
      commands: [`${NEW_EC} key`, `${SELF_SIGNED} -out leaf`, `${EXPORT} -in leaf -out file`],
      password: "",
    },
  ],
  [
    "no MAC",
    {
      commands: [
        `${NEW_EC} key`,
        `${SELF_SIGNED} -out leaf`,
        `${EXPORT}${PASSWORD} -nomac -in leaf -out file`,
      ],
    },
  ],
  [
    "a chain in the wrong order",
    {
      commands: [...CHAIN, "cat one two leaf > all", `${EXPORT}${PASSWORD} -in all -out file`],
      certificates: 3,
    },
  ],
  [
    "a stranger's certificate beside its own",
    {
      commands: [
        ...CHAIN,
        "openssl req -x509 -new -subj /CN=Test -key key1 -out stranger",
        `${SELF_SIGNED} -out leaf`,
        "cat stranger leaf > all",
        `${EXPORT}${PASSWORD} -in all -out file`,
      ],
      certificates: 1,
    },
  ],
  [
    "three keys in a JKS, of which one is named",
    {
      commands: ["first", "upload", "third"].map(
        (alias) =>
          `${KEYTOOL.replace("upload", alias)} file ${EC} -dname CN=${alias} -storetype JKS -keypass ${PASSWORD}`,
      ),
      alias: "upload",
    },
  ],
  [
    "a subject in every script, and signed with SHA-1",
    {
      commands: [
        `${NEW_EC} key`,
        `${SELF_SIGNED.replace("/CN=Test", '"/C=DE/O=Müller 書🎉/CN=x=y"')} -sha1 -utf8 -out leaf`,
        `${EXPORT}${PASSWORD} -in leaf -out file`,
      ],
    },
  ],
  [
    "every extension of a signer",
    {
      commands: [
        `${NEW_EC} key`,
        `${SELF_SIGNED} -addext keyUsage=critical,digitalSignature -addext extendedKeyUsage=critical,codeSigning -out leaf`,
        `${EXPORT}${PASSWORD} -in leaf -out file`,
      ],
    },
  ],
  [
    "an extension that nobody knows, and one that is unreadable, neither of them critical",
    {
      commands: [
        `${NEW_EC} key`,
        `${SELF_SIGNED} -addext 1.2.3.4=DER:05:00 -addext keyUsage=DER:FF:FF -out leaf`,
        `${EXPORT}${PASSWORD} -in leaf -out file`,
      ],
    },
  ],
  [
    "an authority whose certificate holds half a point",
    {
      commands: [
        `${NEW_EC} new`,
        "openssl ec -in new -conv_form compressed -out key1",
        "openssl req -x509 -new -subj /CN=Root -days 9000 -key key1 -out one",
        `${NEW_EC} key`,
        "openssl req -x509 -new -subj /CN=Signer -days 9000 -key key -CA one -CAkey key1 -out leaf",
        "cat leaf one > all",
        `${EXPORT}${PASSWORD} -in all -out file`,
      ],
    },
  ],
  ["RSA of 3072 bits", { commands: [`${KEYTOOL} file -keyalg RSA -keysize 3072 -dname CN=Test`] }],
];

/** Runs the commands in a folder of their own, and returns the file that they make. */
function made(commands: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(directory, "made-"));
  execFileSync("sh", ["-e", "-c", commands.join("\n")], { cwd: folder, stdio: "pipe" });
  return readFileSync(join(folder, "file"));
}

test.skipIf(isSkipped).each(opened)(
  "a keystore with %s opens, and apksigner, jarsigner and our verifier accept what its key signs",
  async (_words, { commands, password = PASSWORD, alias, certificates = 1 }) => {
    const result = openKeystore(made(commands), {
      storePassword: password,
      alias,
      now: Date.now(),
    });
    if (!result.ok) throw new Error(result.refusal.code);
    const { keystore } = result;
    expect(keystore.certificates).toHaveLength(certificates);
    const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
    const input = anInput({
      signing: {
        algorithm: keystore.algorithm,
        private_key: base64(keystore.privateKey),
        certificates: keystore.certificates.map(base64),
      },
    });
    const icons = await renderAppIcons(input, renderIcons);
    const { certificateSha256 } = keystore;
    const [apk, aab] = [assembleApk(input, icons), assembleBundle(input, icons)];
    expect(verifyApk(apk, { ...input, certificateSha256 })).toMatchObject({ ok: true });
    expect(verifyBundle(aab, { ...input, certificateSha256 })).toMatchObject({ ok: true });

    const path = (name: string): string => join(directory, name);
    writeFileSync(path("a.apk"), apk);
    writeFileSync(path("a.aab"), aab);
    writeFileSync(path("root.der"), keystore.certificates.at(-1) ?? "");
    const [apksigner, jarsigner] = runJavaOracles([
      ["apksigner", path("a.apk"), "24"],
      ["jarsigner", path("a.aab"), path("root.der"), path("trusted.p12")],
    ]);
    if (apksigner === undefined || jarsigner === undefined) throw new Error("no outcome");
    expectSigned(apksigner, input);
    expect(jarsigner.printed).toContain("jar verified.");
    expect(jarsigner.ok, jarsigner.printed).toBe(true);
  },
);

/** A key of `openssl genpkey`, with a certificate of its own. */
const ofOpenssl = (options: string): string[] => [
  `openssl genpkey ${options} -out key`,
  `${SELF_SIGNED} -out leaf`,
  `${EXPORT}${PASSWORD} -in leaf -out file`,
];

/** A P-256 key with an odd certificate of its own. */
const certified = (options: string, convert = "mv new key"): string[] => [
  `${NEW_EC} new`,
  convert,
  `${SELF_SIGNED} ${options} -out leaf`,
  `${EXPORT}${PASSWORD} -in leaf -out file`,
];

test.skipIf(isSkipped).each([
  ["a certificate that names nobody", certified("-subj /"), "unsupported_certificate"],
  [
    "a certificate with half a point",
    certified("", "openssl ec -in new -conv_form compressed -out key"),
    "unsupported_certificate",
  ],
  [
    "a certificate that spells its curve out",
    certified("", "openssl ec -in new -param_enc explicit -out key"),
    "unsupported_certificate",
  ],
  [
    "a certificate that may not sign",
    certified("-addext keyUsage=critical,keyEncipherment"),
    "unsupported_certificate",
  ],
  [
    "a certificate that may not sign, as it says by the way",
    certified("-addext keyUsage=keyEncipherment"),
    "unsupported_certificate",
  ],
  [
    "a certificate with a critical extension that nobody knows",
    certified("-addext 1.2.3.4=critical,DER:05:00"),
    "unsupported_certificate",
  ],
  [
    "a certificate with a usage that can't be read",
    certified("-addext keyUsage=critical,DER:FF:FF"),
    "unsupported_certificate",
  ],
  [
    "a certificate with an empty list of names",
    certified("-addext subjectAltName=critical,DER:30:00"),
    "unsupported_certificate",
  ],
  [
    "a certificate with constraints that can't be read",
    certified("-addext nameConstraints=critical,DER:02:01:01"),
    "unsupported_certificate",
  ],
  ["secp256k1", ofOpenssl("-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1"), "unsupported_key"],
  ["P-384", ofOpenssl("-algorithm EC -pkeyopt ec_paramgen_curve:P-384"), "unsupported_key"],
  ["Ed25519", ofOpenssl("-algorithm ed25519"), "unsupported_key"],
  ["Ed448", ofOpenssl("-algorithm ed448"), "unsupported_key"],
  ["RSA-PSS", ofOpenssl("-algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048"), "unsupported_key"],
  ["RSA 1024", ofOpenssl("-algorithm rsa -pkeyopt rsa_keygen_bits:1024"), "unsupported_key"],
  ["DSA", [`${KEYTOOL} file -keyalg DSA -keysize 2048 -dname CN=Test`], "unsupported_key"],
  [
    "a certificate that has expired",
    [`${KEYTOOL} file ${EC} -dname CN=Test -startdate 2020/01/01`.replace("9000", "1")],
    "expired_certificate",
  ],
  [
    "the form of another Java keystore",
    [`${KEYTOOL} file ${EC} -dname CN=Test -storetype JCEKS -keypass ${PASSWORD}`],
    "not_a_keystore",
  ],
  [
    "the form of a PEM file",
    [`${NEW_EC} key`, `${SELF_SIGNED} -out leaf`, "cat key leaf > file"],
    "not_a_keystore",
  ],
  [
    "an empty password, opened with another",
    [`${NEW_EC} key`, `${SELF_SIGNED} -out leaf`, `${EXPORT} -in leaf -out file`],
    "wrong_password",
  ],
])("a keystore of %s is refused", (_words, commands, code) => {
  const result = openKeystore(made(commands), { storePassword: PASSWORD, now: Date.now() });
  expect(result).toMatchObject({ ok: false, refusal: { code } });
});
