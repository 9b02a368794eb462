// Opening keystores made by keytool, OpenSSL and Java: every format and cipher they write, and every refusal.
import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { exportPkcs12 } from "../../../../src/kit/keystore/export.ts";
import { generateKeystore } from "../../../../src/kit/keystore/generate.ts";
import { openKeystore } from "../../../../src/kit/keystore/open.ts";
import type { OpenOptions } from "../../../../src/kit/keystore/open.ts";
import { asIndefiniteBer } from "./ber.ts";
import { fixtures } from "./fixtures/keystores.ts";
import { fingerprintOf, isPair, leafOf } from "./leaf.ts";

/** While every fixture is valid but pkcs12Expired. */
const NOW = Date.parse("2030-01-01T00:00:00Z");
const bytes = (base64: string): Uint8Array => Buffer.from(base64, "base64");
const open = (file: Uint8Array, options: Partial<OpenOptions> = {}) =>
  openKeystore(file, { storePassword: "store-pass", now: NOW, ...options });

const refusalOf = (file: Uint8Array, options: Partial<OpenOptions> = {}) => {
  const result = open(file, options);
  return result.ok ? "opened" : result.refusal;
};

describe("keystores by keytool, OpenSSL and Java", () => {
  const cases: [keyof typeof fixtures, "rsa" | "ec", string, Partial<OpenOptions>?][] = [
    ["pkcs12Rsa", "rsa", "upload"],
    ["pkcs12Ec", "ec", "upload"],
    ["pkcs12LegacyRsa", "rsa", "upload"],
    ["pkcs12Sha256Mac", "ec", "upload"],
    ["pkcs12TwoKeys", "ec", "second", { alias: "SECOND" }],
    ["pkcs12BlankAlias", "rsa", "upload", { alias: "upload" }],
    ["pkcs12BlankAlias", "ec", "upload", { alias: " upload" }],
    ["pkcs12KeyPassword", "ec", "upload", { keyPassword: "key-pass" }],
    ["jksRsaKeyPassword", "rsa", "upload", { keyPassword: "key-pass", alias: "Upload" }],
    ["jksEcTwoKeys", "ec", "first", { alias: "first" }],
    ["opensslChain", "ec", "upload"],
    ["opensslLegacy", "ec", "upload"],
    ["opensslRc2128", "ec", "1"],
    ["opensslOddAlgorithms", "ec", "1"],
    ["opensslNoMac", "ec", "1"],
    ["opensslPlain", "ec", "1"],
    ["opensslUnicode", "ec", "Schlüssel 密钥", { storePassword: "pässwörd-密" }],
  ];
  test.each(cases)("%s opens", (name, algorithm, alias, options) => {
    const result = open(bytes(fixtures[name]), options);
    if (!result.ok) throw new Error(result.refusal.code);
    const { keystore } = result;
    expect(keystore).toMatchObject({ algorithm, alias });
    expect(isPair(keystore)).toBe(true);
    expect(keystore.certificateSha256).toBe(fingerprintOf(keystore));
    expect(keystore.expiresAt).toBe(Date.parse(leafOf(keystore).validTo));
    expect(keystore.certificates).toHaveLength(name === "opensslChain" ? 2 : 1);
  });

  test("a chain runs from the leaf to its issuer", () => {
    const result = open(bytes(fixtures.opensslChain));
    const subjects =
      result.ok && result.keystore.certificates.map((one) => new X509Certificate(one).subject);
    expect(subjects).toEqual(["CN=Leaf", "CN=Root"]);
  });

  test("a key password that keytool ignored is ignored too", () => {
    expect(open(bytes(fixtures.pkcs12Ec), { keyPassword: "never-used" }).ok).toBe(true);
  });

  test("BER with indefinite lengths and split strings opens, as Bouncy Castle and NSS write it", () => {
    const ber = asIndefiniteBer(bytes(fixtures.pkcs12Ec));
    expect(ber.length).toBeGreaterThan(bytes(fixtures.pkcs12Ec).length);
    const [fromBer, fromDer] = [open(ber), open(bytes(fixtures.pkcs12Ec))];
    expect(fromBer.ok).toBe(true);
    expect(fromBer).toEqual(fromDer);
  });
});

describe("openKeystore", () => {
  const cases: [keyof typeof fixtures, Partial<OpenOptions>, object][] = [
    ["pkcs12Rsa", { storePassword: "wrong-pass" }, { code: "wrong_password" }],
    ["pkcs12Rsa", { storePassword: "" }, { code: "wrong_password" }],
    ["pkcs12LegacyRsa", { storePassword: "wrong-pass" }, { code: "wrong_password" }],
    ["opensslNoMac", { storePassword: "wrong-pass" }, { code: "wrong_password" }],
    ["jksRsaKeyPassword", { storePassword: "wrong-pass" }, { code: "wrong_password" }],
    ["pkcs12KeyPassword", {}, { code: "wrong_key_password" }],
    ["pkcs12KeyPassword", { keyPassword: "wrong" }, { code: "wrong_key_password" }],
    ["jksRsaKeyPassword", {}, { code: "wrong_key_password" }],
    ["jksEcTwoKeys", { alias: "second" }, { code: "wrong_key_password" }],
    ["pkcs12TwoKeys", {}, { code: "alias_needed", aliases: ["first", "second"] }],
    ["jksEcTwoKeys", {}, { code: "alias_needed", aliases: ["first", "second"] }],
    ["pkcs12Ec", { alias: "other" }, { code: "alias_not_found", aliases: ["upload"] }],
    [
      "jksEcTwoKeys",
      { alias: "trusted" },
      { code: "alias_not_found", aliases: ["first", "second"] },
    ],
    ["pkcs12NoKey", {}, { code: "no_private_key" }],
    ["jksNoKey", {}, { code: "no_private_key" }],
    ["opensslNoCertificate", {}, { code: "no_certificate" }],
    ["pkcs12Rsa1024", {}, { code: "unsupported_key" }],
    ["pkcs12P521", {}, { code: "unsupported_key" }],
    ["pkcs12Ed25519", {}, { code: "unsupported_key" }],
    ["jksDsa", {}, { code: "unsupported_key" }],
  ];
  test.each(cases)("refuses %s with %o", (name, options, refusal) => {
    expect(refusalOf(bytes(fixtures[name]), options)).toEqual(refusal);
  });

  test("refuses an expired certificate, and says when it expired", () => {
    const refusal = refusalOf(bytes(fixtures.pkcs12Expired));
    expect(refusal).toMatchObject({ code: "expired_certificate" });
    const expiredAt = typeof refusal === "object" && "expiredAt" in refusal ? refusal.expiredAt : 0;
    expect(new Date(expiredAt).toISOString()).toMatch(/^2020-01-0[12]T/);
    expect(open(bytes(fixtures.pkcs12Expired), { now: expiredAt }).ok).toBe(true);
    expect(open(bytes(fixtures.pkcs12Expired), { now: expiredAt + 1 }).ok).toBe(false);
  });

  test("refuses another key's certificate", async () => {
    const input = { algorithm: "ec", commonName: "Test", now: NOW } as const;
    const [one, other] = [await generateKeystore(input), await generateKeystore(input)];
    const mixed = exportPkcs12({ ...one, certificates: other.certificates }, "store-pass");
    expect(refusalOf(mixed)).toEqual({ code: "key_mismatch" });
    const rsa = await generateKeystore({ ...input, algorithm: "rsa" });
    const kinds = exportPkcs12({ ...one, certificates: rsa.certificates }, "store-pass");
    expect(refusalOf(kinds)).toEqual({ code: "key_mismatch" });
  });

  test("refuses files that are not keystores", () => {
    const [leaf = new Uint8Array()] = (() => {
      const result = open(bytes(fixtures.pkcs12Ec));
      return result.ok ? result.keystore.certificates : [];
    })();
    const files = [
      new Uint8Array(),
      Buffer.concat([bytes(fixtures.pkcs12Ec), Uint8Array.of(0)]),
      Buffer.from("-----BEGIN CERTIFICATE-----"),
      Uint8Array.of(0xfe, 0xed, 0xfe, 0xed),
      Uint8Array.of(0xce, 0xce, 0xce, 0xce, 0, 0, 0, 2),
      leaf,
    ];
    for (const file of files) expect(refusalOf(file)).toEqual({ code: "not_a_keystore" });
  });
});
