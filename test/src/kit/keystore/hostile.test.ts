// Hostile files: whatever the bytes, openKeystore answers, in bounded time, and never with a wrong key.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHash } from "node:crypto";
import { decode } from "../../../../src/kit/keystore/asn1-read.ts";
import * as asn1 from "../../../../src/kit/keystore/asn1-write.ts";
import { MAX_KDF_ITERATIONS, MAX_KDF_WORK } from "../../../../src/kit/keystore/kdf.ts";
import { MAX_ENTRIES, MAX_KEY_BYTES, Refused } from "../../../../src/kit/keystore/keystore.ts";
import * as OID from "../../../../src/kit/keystore/oids.ts";
import { pbes2Encrypt } from "../../../../src/kit/keystore/pbe.ts";
import { openKeystore } from "../../../../src/kit/keystore/open.ts";
import { fixtures } from "./fixtures/keystores.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));
const open = (file: Uint8Array) =>
  openKeystore(file, { storePassword: "store-pass", alias: "upload", now: NOW });
const refusalOf = (file: Uint8Array, keyPassword?: string) => {
  const result = openKeystore(file, { storePassword: "store-pass", keyPassword, now: NOW });
  return result.ok ? { code: "opened" } : result.refusal;
};
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
  let salt = asn1.octetString(new Uint8Array(8));
  const pfx = (safe: Uint8Array, ...mac: Uint8Array[]): Uint8Array =>
    asn1.sequence(asn1.integer(3), data(safe), ...mac);
  const data = (content: Uint8Array): Uint8Array =>
    asn1.sequence(asn1.oid(OID.DATA), asn1.explicit(0, asn1.octetString(content)));
  const macOf = (iterations: number, hash = OID.SHA1): Uint8Array =>
    asn1.sequence(
      asn1.sequence(asn1.sequence(asn1.oid(hash), asn1.NULL), asn1.octetString(new Uint8Array(20))),
      salt,
      asn1.integer(iterations),
    );
  const algorithmOf = (scheme: string, iterations: number): Uint8Array => {
    const kdf = asn1.sequence(asn1.oid(OID.PBKDF2), asn1.sequence(salt, asn1.integer(iterations)));
    const aes = asn1.sequence(asn1.oid(OID.AES_256_CBC), asn1.octetString(new Uint8Array(16)));
    const parameters =
      scheme === OID.PBES2
        ? asn1.sequence(kdf, aes)
        : asn1.sequence(salt, asn1.integer(iterations));
    return asn1.sequence(asn1.oid(scheme), parameters);
  };
  const keyBag = (scheme: string, iterations: number): Uint8Array => {
    const info = asn1.sequence(
      algorithmOf(scheme, iterations),
      asn1.octetString(new Uint8Array(16)),
    );
    return asn1.sequence(asn1.oid(OID.SHROUDED_KEY_BAG), asn1.explicit(0, info));
  };
  const encrypted = (scheme: string, iterations: number): Uint8Array => {
    const info = asn1.sequence(
      asn1.oid(OID.DATA),
      algorithmOf(scheme, iterations),
      asn1.element(0x80, new Uint8Array(16)),
    );
    return asn1.sequence(
      asn1.oid(OID.ENCRYPTED_DATA),
      asn1.explicit(0, asn1.sequence(asn1.integer(0), info)),
    );
  };

  const schemes = [OID.PBES2, OID.PBE_SHA1_3DES, OID.PBE_SHA1_RC2_40];

  test.each([MAX_KDF_ITERATIONS + 1, 2 ** 31 - 1])(
    "are refused for %d iterations of a MAC, a cipher or a key, before the password is",
    (iterations) => {
      const refused = {
        code: "too_much_work",
        iterations,
        limit: MAX_KDF_ITERATIONS,
        of: "one",
      };
      expect(refusalOf(pfx(asn1.sequence(), macOf(iterations)))).toEqual(refused);
      for (const scheme of schemes) {
        const inContent = asn1.sequence(encrypted(scheme, iterations));
        expect(refusalOf(pfx(inContent, macOf(1)))).toEqual(refused);
        const inBag = asn1.sequence(data(asn1.sequence(keyBag(scheme, iterations))));
        expect(refusalOf(pfx(inBag, macOf(1)))).toEqual(refused);
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

  test("are refused for a salt of more than 1024 bytes", () => {
    const usual = salt;
    const codes = [1024, 1025].map((length) => {
      salt = asn1.octetString(new Uint8Array(length));
      const withMac = codeOf(pfx(asn1.sequence(), macOf(1)));
      const inContents = schemes.map((scheme) => codeOf(pfx(asn1.sequence(encrypted(scheme, 1)))));
      return [withMac, ...inContents];
    });
    salt = usual;
    const wrong = ["wrong_password", "wrong_password", "wrong_password", "wrong_password"];
    expect(codes).toEqual([wrong, wrong.map(() => "unsupported_encryption")]);
  });

  test("are tried with the most iterations allowed, and have the wrong password", () => {
    expect(codeOf(pfx(asn1.sequence(), macOf(MAX_KDF_ITERATIONS)))).toBe("wrong_password");
  });

  /** 350,000 iterations in all, as JDK 8 to 15 spread them over MAC, certificates and key. */
  const asOldJdks = (...more: Uint8Array[]): Uint8Array => {
    const key = data(asn1.sequence(keyBag(OID.PBE_SHA1_3DES, 50_000)));
    const contents = [key, encrypted(OID.PBE_SHA1_RC2_40, 50_000), ...more];
    return pfx(asn1.sequence(...contents), macOf(100_000));
  };

  test("are refused for many derivations that are each within the limit, before the password is", () => {
    const refused = { code: "too_much_work", limit: MAX_KDF_WORK, of: "all" };
    // The password of the key is tried first, then that of the file.
    expect(refusalOf(asOldJdks(), "key-pass").code).toBe("wrong_password");
    const more = encrypted(OID.PBE_SHA1_RC2_40, 75_000);
    expect(refusalOf(asOldJdks(more)).code).toBe("wrong_password");
    expect(refusalOf(asOldJdks(more), "key-pass")).toEqual({ ...refused, iterations: 650_000 });
    const dear = Array.from({ length: 3 }, () => encrypted(OID.PBE_SHA1_RC2_40, 100_000));
    expect(refusalOf(asOldJdks(...dear))).toEqual({ ...refused, iterations: 950_000 });
  });

  test("are refused for iterations of a MAC by SHA-384 or SHA-512, which count threefold", () => {
    // SHA-1 gives two blocks of the key of AES-256, and one each of the key and vector of RC2.
    const contents = [encrypted(OID.PBES2, 100_000), encrypted(OID.PBE_SHA1_RC2_40, 1)];
    const [first] = contents as [Uint8Array];
    for (const hash of [OID.SHA384, OID.SHA512]) {
      const most = pfx(asn1.sequence(first), macOf(100_000, hash));
      expect(refusalOf(most).code).toBe("wrong_password");
      const more = pfx(asn1.sequence(...contents), macOf(100_000, hash));
      expect(refusalOf(more)).toMatchObject({ code: "too_much_work", iterations: 500_002 });
    }
  });

  test("are tried with a MAC by SHA-256 as with one by SHA-1, so that JDK 12 to 15 may be told to write it", () => {
    const key = data(asn1.sequence(keyBag(OID.PBE_SHA1_3DES, 50_000)));
    const contents = (iterations: number) =>
      asn1.sequence(key, encrypted(OID.PBE_SHA1_RC2_40, iterations));
    // 100,000 for the MAC, 150,000 for the key.
    const most = pfx(contents(100_000), macOf(100_000, OID.SHA256));
    for (const keyPassword of [undefined, "key-pass"]) {
      const old = pfx(contents(50_000), macOf(100_000, OID.SHA256));
      expect(refusalOf(old, keyPassword).code).toBe("wrong_password");
    }
    expect(refusalOf(most).code).toBe("wrong_password");
    const refused = { code: "too_much_work", iterations: 600_000, limit: MAX_KDF_WORK, of: "all" };
    expect(refusalOf(most, "key-pass")).toEqual(refused);
  });

  test("are refused for the work of keys that show only when the file is decrypted", () => {
    const key = (iterations: number) => asn1.sequence(keyBag(OID.PBE_SHA1_3DES, iterations));
    const hidden = (iterations: number) => {
      const { algorithm, ciphertext } = pbes2Encrypt(key(iterations), "store-pass");
      const info = asn1.sequence(asn1.oid(OID.DATA), algorithm, asn1.element(0x80, ciphertext));
      return asn1.sequence(
        asn1.oid(OID.ENCRYPTED_DATA),
        asn1.explicit(0, asn1.sequence(asn1.integer(0), info)),
      );
    };
    // 10,000 for the content, and three blocks of SHA-1 for each try of the key.
    expect(refusalOf(pfx(asn1.sequence(hidden(81_000))), "key-pass").code).toBe(
      "wrong_key_password",
    );
    expect(refusalOf(pfx(asn1.sequence(hidden(82_000))), "key-pass")).toEqual({
      code: "too_much_work",
      iterations: 10_000 + 6 * 82_000,
      limit: MAX_KDF_WORK,
      of: "all",
    });
  });

  test("are refused for a key in JKS that is longer than any real one", () => {
    const protection = asn1.sequence(asn1.oid(OID.SUN_JKS_KEY_PROTECTOR), asn1.NULL);
    const encryptedKey = asn1.sequence(
      protection,
      asn1.octetString(new Uint8Array(MAX_KEY_BYTES + 1)),
    );
    const u32 = (value: number) => Uint8Array.of(0, value >>> 16, value >>> 8, value);
    const body = Buffer.concat([
      Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0x61),
      new Uint8Array(8),
      u32(encryptedKey.length),
      encryptedKey,
      u32(0),
    ]);
    const digest = createHash("sha1")
      .update(asn1.utf16("store-pass"))
      .update("Mighty Aphrodite")
      .update(body)
      .digest();
    expect(refusalOf(Buffer.concat([body, digest])).code).toBe("unsupported_key");
  });

  test("are refused for too many entries", () => {
    const bag = asn1.sequence(asn1.oid(OID.KEY_BAG), asn1.explicit(0, asn1.sequence()));
    const bags = (count: number) => asn1.sequence(...Array.from({ length: count }, () => bag));
    expect(codeOf(pfx(asn1.sequence(data(bags(MAX_ENTRIES)))))).toBe("alias_not_found");
    expect(codeOf(pfx(asn1.sequence(data(bags(MAX_ENTRIES + 1)))))).toBe("too_many_entries");
    const contents = Array.from({ length: MAX_ENTRIES + 1 }, () => encrypted(OID.PBES2, 1));
    expect(codeOf(pfx(asn1.sequence(...contents)))).toBe("too_many_entries");
    const jks = Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff);
    expect(codeOf(Buffer.concat([jks, new Uint8Array(2000)]))).toBe("too_many_entries");
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
