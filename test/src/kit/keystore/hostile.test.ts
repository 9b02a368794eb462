// Hostile files: whatever the bytes, openKeystore answers, in bounded time, and never with a wrong key.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode } from "../../../../src/kit/keystore/asn1-read.ts";
import * as asn1 from "../../../../src/kit/keystore/asn1-write.ts";
import { KdfBudget, MAX_KDF_ITERATIONS, MAX_KDF_WORK } from "../../../../src/kit/keystore/kdf.ts";
import { MAX_ENTRIES, Refused } from "../../../../src/kit/keystore/keystore.ts";
import * as OID from "../../../../src/kit/keystore/oids.ts";
import { openKeystore } from "../../../../src/kit/keystore/open.ts";
import { fixtures } from "./fixtures/keystores.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const open = (file: Uint8Array) =>
  openKeystore(file, { storePassword: "store-pass", alias: "upload", now: NOW });
const codeOf = (file: Uint8Array): string => {
  const result = open(file);
  return result.ok ? "opened" : result.refusal.code;
};

/** Keystores that open quickly, one a format; the two without a MAC have no guard but their shape. */
const TARGETS = (["jksEcTwoKeys", "opensslLegacy", "opensslNoMac", "opensslPlain"] as const).map(
  (name) => {
    const file = bytes(fixtures[name]);
    const options = {
      storePassword: "store-pass",
      alias: name.startsWith("jks") ? "first" : undefined,
    };
    const openTarget = (altered: Uint8Array) => openKeystore(altered, { ...options, now: NOW });
    return { name, file, openTarget };
  },
);

describe("altered files", () => {
  test.each(TARGETS)("$name does not open when it is cut anywhere", ({ file, openTarget }) => {
    expect(openTarget(file).ok).toBe(true);
    for (let length = 0; length < file.length; length++) {
      expect(openTarget(file.subarray(0, length)).ok, `${length} bytes`).toBe(false);
    }
  });

  test.each(TARGETS)(
    "$name never gives another key when bytes are altered",
    ({ file, openTarget }) => {
      const original = openTarget(file);
      if (!original.ok) throw new Error(original.refusal.code);
      const change = fc.record({
        at: fc.nat(file.length - 1),
        xor: fc.integer({ min: 1, max: 255 }),
      });
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
          const altered = Uint8Array.from(file);
          for (const { at, xor } of changes) altered[at] = (altered[at] ?? 0) ^ xor;
          const result = openTarget(altered);
          // A name may change where no MAC guards it, the key may not.
          const key = result.ok ? result.keystore.privateKey : original.keystore.privateKey;
          expect(key).toEqual(original.keystore.privateKey);
        }),
        { numRuns: propertyRuns(300) },
      );
    },
  );

  test("random bytes do not open, with or without a keystore's first bytes", () => {
    const beginnings = [
      [],
      [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2],
      [0x30, 0x80, 2, 1, 3],
      [0x30, 0x82],
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...beginnings),
        fc.uint8Array({ maxLength: 600 }),
        (begin, rest) => {
          expect(open(Uint8Array.from([...begin, ...rest])).ok).toBe(false);
        },
      ),
      { numRuns: propertyRuns(1000) },
    );
  });
});

describe("files that ask for too much", () => {
  const salt = asn1.octetString(new Uint8Array(8));
  const pfx = (safe: Uint8Array, ...mac: Uint8Array[]): Uint8Array =>
    asn1.sequence(asn1.integer(3), data(safe), ...mac);
  const data = (content: Uint8Array): Uint8Array =>
    asn1.sequence(asn1.oid(OID.DATA), asn1.explicit(0, asn1.octetString(content)));
  const macOf = (iterations: number): Uint8Array =>
    asn1.sequence(
      asn1.sequence(
        asn1.sequence(asn1.oid(OID.SHA1), asn1.NULL),
        asn1.octetString(new Uint8Array(20)),
      ),
      salt,
      asn1.integer(iterations),
    );
  const encrypted = (scheme: string, iterations: number): Uint8Array => {
    const kdf = asn1.sequence(asn1.oid(OID.PBKDF2), asn1.sequence(salt, asn1.integer(iterations)));
    const aes = asn1.sequence(asn1.oid(OID.AES_256_CBC), asn1.octetString(new Uint8Array(16)));
    const parameters =
      scheme === OID.PBES2
        ? asn1.sequence(kdf, aes)
        : asn1.sequence(salt, asn1.integer(iterations));
    const algorithm = asn1.sequence(asn1.oid(scheme), parameters);
    const info = asn1.sequence(
      asn1.oid(OID.DATA),
      algorithm,
      asn1.element(0x80, new Uint8Array(16)),
    );
    return asn1.sequence(
      asn1.oid(OID.ENCRYPTED_DATA),
      asn1.explicit(0, asn1.sequence(asn1.integer(0), info)),
    );
  };

  test.each([MAX_KDF_ITERATIONS + 1, 2 ** 31 - 1])(
    "are refused for %d iterations of a MAC or a cipher",
    (count) => {
      expect(codeOf(pfx(asn1.sequence(), macOf(count)))).toBe("unsupported_encryption");
      for (const scheme of [OID.PBES2, OID.PBE_SHA1_3DES, OID.PBE_SHA1_RC2_40]) {
        expect(codeOf(pfx(asn1.sequence(encrypted(scheme, count))))).toBe("unsupported_encryption");
      }
    },
  );

  test("are refused for zero and for negative iterations", () => {
    expect(codeOf(pfx(asn1.sequence(), macOf(0)))).toBe("unsupported_encryption");
    const negative = asn1.sequence(
      asn1.sequence(asn1.sequence(asn1.oid(OID.SHA1)), asn1.octetString(new Uint8Array(20))),
      salt,
      asn1.element(0x02, Uint8Array.of(0xff)),
    );
    expect(codeOf(pfx(asn1.sequence(), negative))).toBe("not_a_keystore");
  });

  test("are tried with the most iterations allowed, and have the wrong password", () => {
    expect(codeOf(pfx(asn1.sequence(), macOf(MAX_KDF_ITERATIONS)))).toBe("wrong_password");
  });

  test("are refused for many derivations that are each within the limit", () => {
    const budget = new KdfBudget();
    const spend = () => budget.spend(MAX_KDF_ITERATIONS, "sha1", 2 * 20);
    for (let left = MAX_KDF_WORK; left > 0; left -= 2 * MAX_KDF_ITERATIONS) spend();
    expect(spend).toThrow(Refused);
    expect(() => budget.spend(1, "sha1", 1)).toThrow(Refused);
  });

  test("are refused for too many entries", () => {
    const bag = asn1.sequence(asn1.oid(OID.KEY_BAG), asn1.explicit(0, asn1.sequence()));
    const bags = (count: number) => asn1.sequence(...Array.from({ length: count }, () => bag));
    expect(codeOf(pfx(asn1.sequence(data(bags(MAX_ENTRIES)))))).toBe("alias_not_found");
    expect(codeOf(pfx(asn1.sequence(data(bags(MAX_ENTRIES + 1)))))).toBe("unsupported_encryption");
    const jks = Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff);
    expect(codeOf(Buffer.concat([jks, new Uint8Array(2000)]))).toBe("not_a_keystore");
  });

  test("are refused for nesting too deep", () => {
    const indefinite = new Uint8Array(256 * 1024).map((_, index) =>
      index % 2 === 0 ? 0x30 : 0x80,
    );
    // Not by running out of stack.
    expect(() => decode(indefinite)).toThrow(Refused);
    expect(codeOf(indefinite)).toBe("not_a_keystore");
    const strings = new Uint8Array(256 * 1024).map((_, index) => (index % 2 === 0 ? 0x24 : 0x80));
    const content = asn1.sequence(asn1.oid(OID.DATA), asn1.explicit(0, strings));
    expect(codeOf(asn1.sequence(asn1.integer(3), content))).toBe("not_a_keystore");
  });
});
