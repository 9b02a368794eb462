// Generated keystores, read back with the platform's own X.509 and through a PKCS #12 export.
import { describe, expect, test } from "vitest";
import { exportPkcs12 } from "../../../../src/kit/keystore/export.ts";
import { generateKeystore } from "../../../../src/kit/keystore/generate.ts";
import { openKeystore } from "../../../../src/kit/keystore/open.ts";
import { fingerprintOf, isPair, keyOf, leafOf } from "./leaf.ts";

const NOW = Date.parse("2026-11-22T10:11:12.345Z");

describe.each(["rsa", "ec"] as const)("%s", (algorithm) => {
  test("makes a self-signed certificate of the key, valid for 30 years", async () => {
    const keystore = await generateKeystore({ algorithm, commonName: "Bücher 书 📚", now: NOW });
    expect(keystore.certificates).toHaveLength(1);
    const certificate = leafOf(keystore);
    expect(certificate.subject).toBe(certificate.issuer);
    expect(certificate.toLegacyObject().subject).toMatchObject({ CN: "Bücher 书 📚" });
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(isPair(keystore)).toBe(true);
    expect(keyOf(keystore).asymmetricKeyDetails).toMatchObject(
      algorithm === "rsa" ? { modulusLength: 2048 } : { namedCurve: "prime256v1" },
    );
    expect(Date.parse(certificate.validFrom)).toBe(Date.parse("2026-11-22T10:11:12Z"));
    expect(Date.parse(certificate.validTo)).toBe(Date.parse("2056-11-22T10:11:12Z"));
    expect(keystore.expiresAt).toBe(Date.parse("2056-11-22T10:11:12Z"));
    expect(keystore.certificateSha256).toBe(fingerprintOf(keystore));
  });

  test("exports a file that opens as the same keystore, and only with its password", async () => {
    const keystore = await generateKeystore({ algorithm, commonName: "Test", now: NOW });
    const file = exportPkcs12(keystore, "correct horse");
    const opened = openKeystore(file, { storePassword: "correct horse", now: NOW });
    expect(opened).toEqual({ ok: true, keystore });
    const refused = openKeystore(file, { storePassword: "Correct horse", now: NOW });
    expect(refused).toEqual({ ok: false, refusal: { code: "wrong_password" } });
  });
});

test("serial numbers are positive and all different", async () => {
  const input = { algorithm: "ec", commonName: "Test", now: NOW } as const;
  const serials = await Promise.all(
    Array.from({ length: 20 }, async () => {
      return leafOf(await generateKeystore(input)).serialNumber;
    }),
  );
  expect(new Set(serials).size).toBe(serials.length);
  for (const serial of serials) expect(serial).toMatch(/^[0-9A-Fa-f]{24,32}$/);
});

test("a long name is cut between characters, and an empty one is refused", async () => {
  const input = { algorithm: "ec", now: NOW } as const;
  const keystore = await generateKeystore({ ...input, commonName: "📚".repeat(100) });
  expect(leafOf(keystore).toLegacyObject().subject).toMatchObject({ CN: "📚".repeat(64) });
  await expect(generateKeystore({ ...input, commonName: "  " })).rejects.toThrow(RangeError);
});

test("dates on either side of 2050 are written as RFC 5280 requires", async () => {
  const input = { algorithm: "ec", commonName: "Test" } as const;
  const early = await generateKeystore({ ...input, now: Date.parse("2019-12-31T23:59:59Z") });
  const late = await generateKeystore({ ...input, now: Date.parse("2020-01-01T00:00:00Z") });
  const ascii = ({ certificates }: typeof early) =>
    Buffer.from(certificates[0] ?? []).toString("latin1");
  expect(ascii(early)).toContain("\x17\x0d491231235959Z");
  expect(ascii(late)).toContain("\x18\x0f20500101000000Z");
});
