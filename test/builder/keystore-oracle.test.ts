// The keystores that Slipway generates and exports, used with keytool, OpenSSL and apksigner. Runs where those
// tools are, and everywhere under REQUIRE_ALL=1.
import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportPkcs12 } from "../../src/kit/keystore/export.ts";
import { generateKeystore } from "../../src/kit/keystore/generate.ts";
import type { KeyAlgorithm, OpenKeystore } from "../../src/kit/keystore/keystore.ts";
import { openKeystore } from "../../src/kit/keystore/open.ts";

/** Beyond ASCII in the certificate; in the password only where all tools read it alike. */
const COMMON_NAME = "Bücher 书 📚";
const PASSWORD = "correct horse, 7";
const SHOWS_VERSION = {
  keytool: "-help",
  openssl: "version",
  apksigner: "--version",
  jar: "--version",
};

const directory = mkdtempSync(join(tmpdir(), "slipway-keystore-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Whether to skip for want of tools; says so. */
function missing(...tools: (keyof typeof SHOWS_VERSION)[]): boolean {
  const absent = tools.filter((tool) => spawnSync(tool, [SHOWS_VERSION[tool]]).error !== undefined);
  if (absent.length === 0 || process.env["REQUIRE_ALL"] === "1") return false;
  console.warn(`SKIPPED: keystore checks that need ${absent.join(", ")}`);
  return true;
}

const run = (tool: string, ...args: string[]): string =>
  execFileSync(tool, args, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

describe.each<KeyAlgorithm>(["rsa", "ec"])("a generated %s keystore", (algorithm) => {
  const file = `${algorithm}.p12`;
  let keystore: OpenKeystore;
  let fingerprint: string;

  beforeAll(async () => {
    keystore = await generateKeystore({ algorithm, commonName: COMMON_NAME, now: Date.now() });
    fingerprint = keystore.certificateSha256.toUpperCase().replaceAll(/..(?!$)/g, "$&:");
    writeFileSync(join(directory, file), exportPkcs12(keystore, PASSWORD));
  });

  test.skipIf(missing("keytool"))("is listed by keytool under its alias", () => {
    const listing = run("keytool", "-list", "-v", "-keystore", file, "-storepass", PASSWORD);
    expect(listing).toContain("Keystore type: PKCS12");
    expect(listing).toContain(`Alias name: ${keystore.alias}`);
    expect(listing).toContain("Entry type: PrivateKeyEntry");
    expect(listing).toContain("Certificate chain length: 1");
    expect(listing).toContain(`SHA256: ${fingerprint}`);
    expect(listing).toContain(
      algorithm === "rsa" ? "2048-bit RSA key" : "256-bit EC (secp256r1) key",
    );
    expect(() =>
      run("keytool", "-list", "-keystore", file, "-storepass", "wrong password"),
    ).toThrow(/Command failed/);
  });

  test.skipIf(missing("keytool"))(
    "is used by keytool, and the keystore that keytool writes opens here",
    () => {
      const copy = `${algorithm}.jks`;
      const source = ["-srckeystore", file, "-srcstorepass", PASSWORD];
      const target = [
        "-destkeystore",
        copy,
        "-deststoretype",
        "JKS",
        "-deststorepass",
        "store-pass",
      ];
      // The key keeps its password; only the file gets a new one.
      run("keytool", "-importkeystore", ...source, ...target, "-noprompt");
      const certified = ["-keystore", copy, "-storepass", "store-pass", "-alias", keystore.alias];
      expect(run("keytool", "-certreq", ...certified, "-keypass", PASSWORD)).toContain(
        "BEGIN NEW CERTIFICATE REQUEST",
      );
      const bytes = readFileSync(join(directory, copy));
      const opened = openKeystore(bytes, {
        storePassword: "store-pass",
        keyPassword: PASSWORD,
        now: Date.now(),
      });
      expect(opened).toEqual({ ok: true, keystore });
    },
  );

  test.skipIf(missing("openssl"))(
    "is decrypted by openssl to the same key, with a certificate that openssl accepts",
    () => {
      const input = ["pkcs12", "-in", file, "-passin", `pass:${PASSWORD}`];
      const key = createPrivateKey(run("openssl", ...input, "-nodes", "-nocerts"));
      expect(Uint8Array.from(key.export({ format: "der", type: "pkcs8" }))).toEqual(
        keystore.privateKey,
      );
      writeFileSync(join(directory, `${algorithm}.crt`), run("openssl", ...input, "-nokeys"));
      const strict = ["-x509_strict", "-check_ss_sig", "-CAfile", `${algorithm}.crt`];
      expect(run("openssl", "verify", ...strict, `${algorithm}.crt`)).toContain("OK");
      const shown = run("openssl", "x509", "-in", `${algorithm}.crt`, "-noout", "-text");
      expect(shown).toContain("Version: 3 (0x2)");
    },
  );

  test.skipIf(missing("apksigner", "jar"))("is used by apksigner to sign", () => {
    const [unsigned, signed] = [`${algorithm}.zip`, `${algorithm}.apk`];
    run("jar", "--create", "--no-manifest", "--file", unsigned, file);
    const key = ["--ks", file, "--ks-pass", `pass:${PASSWORD}`, "--ks-key-alias", keystore.alias];
    run("apksigner", "sign", ...key, "--min-sdk-version", "24", "--in", unsigned, "--out", signed);
    const apk = readFileSync(join(directory, signed));
    expect(apk.includes("APK Sig Block 42")).toBe(true);
    expect(apk.includes(Buffer.from(keystore.certificates[0] ?? "no certificate"))).toBe(true);
  });
});

/** All that a password may hold: printable ASCII. */
const PRINTABLE = String.fromCharCode(...Array.from({ length: 95 }, (_, at) => 0x20 + at));

describe.each([
  ["the shortest password", "key0", "123456"],
  ["the longest password", "key0", "x".repeat(1000)],
  ["each character that a password may hold", "key0", PRINTABLE],
  ["blanks around the password", "key0", "  pass  "],
  ["an alias beyond ASCII", "schlüssel 密钥 📚", "store-pass"],
  ["the longest alias", "x".repeat(200), "store-pass"],
])("a keystore exported with %s", (_name, alias, password) => {
  const file = "named.p12";
  const asText = {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, SECRET: password },
  } as const;

  beforeAll(async () => {
    const made = await generateKeystore({ algorithm: "ec", commonName: "Name", now: Date.now() });
    writeFileSync(join(directory, file), exportPkcs12({ ...made, alias }, password));
  });

  test.skipIf(missing("keytool"))("is opened by keytool", () => {
    const args = ["-J-Dstdout.encoding=UTF-8", "-J-Dfile.encoding=UTF-8", "-list", "-v"];
    const opening = ["-keystore", file, "-storepass:env", "SECRET"];
    const listing = execFileSync("keytool", [...args, ...opening], asText);
    expect(listing).toContain(`Alias name: ${alias}`);
    expect(listing).toContain("Entry type: PrivateKeyEntry");
  });

  test.skipIf(missing("apksigner", "jar"))("is used by apksigner to sign", () => {
    run("jar", "--create", "--no-manifest", "--file", "named.zip", file);
    const key = ["--ks", file, "--ks-pass", "env:SECRET", "--min-sdk-version", "24"];
    const files = ["--in", "named.zip", "--out", "named.apk"];
    execFileSync("apksigner", ["sign", ...key, ...files], asText);
    expect(readFileSync(join(directory, "named.apk")).includes("APK Sig Block 42")).toBe(true);
  });
});

test.skipIf(missing("keytool"))("keytool opens no file whose password is not ASCII", async () => {
  const made = await generateKeystore({ algorithm: "ec", commonName: "Name", now: Date.now() });
  writeFileSync(join(directory, "odd.p12"), exportPkcs12(made, "pässwört"));
  const tried = spawnSync(
    "keytool",
    ["-list", "-keystore", "odd.p12", "-storepass:env", "SECRET"],
    {
      cwd: directory,
      encoding: "utf8",
      env: { ...process.env, SECRET: "pässwört", LC_ALL: "C.UTF-8" },
    },
  );
  expect(tried.status, tried.stdout).not.toBe(0);
});
