// Reads a PKCS #12 file (RFC 7292): checks its MAC, decrypts its certificates and finds its private keys, which stay
// encrypted until one of them is chosen. In a file without a MAC, only decryption reveals a wrong password.
import { createHmac, timingSafeEqual } from "node:crypto";
import * as asn1 from "./asn1-read.ts";
import { SEQUENCE, SET, children, context, decode, inner } from "./asn1-read.ts";
import type { Element } from "./asn1-read.ts";
import { FOR_MAC, pkcs12Kdf } from "./kdf.ts";
import type { HashName, KdfBudget } from "./kdf.ts";
import { MAX_ENTRIES, Refused } from "./keystore.ts";
import type { PrivateKeyEntry } from "./keystore.ts";
import * as OID from "./oids.ts";
import { pbeDecrypt } from "./pbe.ts";

const MAC_HASHES: Record<string, HashName> = {
  [OID.SHA1]: "sha1",
  [OID.SHA256]: "sha256",
  [OID.SHA384]: "sha384",
  [OID.SHA512]: "sha512",
};
const VERSION = 3;

/** A SafeBag. `keyId` is its localKeyId in hex, which is the same for a key and its leaf. */
type Bag = { kind: string; value: Element; alias: string | undefined; keyId: string | undefined };

/** Returns the private keys in `file`. Refused if it is malformed or `password` is wrong. */
export function readPkcs12(
  file: Uint8Array,
  password: string,
  budget: KdfBudget,
): PrivateKeyEntry[] {
  const [version, authSafe, macData] = children(decode(file), SEQUENCE);
  if (asn1.smallInteger(version) !== VERSION || authSafe === undefined) throw malformed();
  const [contentType, content] = children(authSafe, SEQUENCE);
  // The other type is signedData, with a public-key signature, which no Android tool writes.
  if (asn1.objectIdentifier(contentType) !== OID.DATA) throw unsupported();
  const authenticated = asn1.octets(content && inner(content, context(0)));
  if (macData !== undefined) checkMac(macData, authenticated, password, budget);
  const bags = children(decode(authenticated), SEQUENCE).flatMap((contentInfo) =>
    readBags(safeContents(contentInfo, password, macData === undefined, budget)),
  );
  if (bags.length > MAX_ENTRIES) throw unsupported();
  return entries(bags, budget);
}

function checkMac(macData: Element, data: Uint8Array, password: string, budget: KdfBudget): void {
  const [digestInfo, salt, iterations] = children(macData, SEQUENCE);
  if (digestInfo === undefined) throw malformed();
  const [algorithm, expected] = children(digestInfo, SEQUENCE);
  const hash = algorithm && MAC_HASHES[asn1.objectIdentifier(children(algorithm, SEQUENCE)[0])];
  if (hash === undefined) throw unsupported();
  const mac = asn1.octets(expected);
  const rounds = iterations ? asn1.smallInteger(iterations) : 1;
  // The key is as long as the hash, which is always one block of work.
  budget.spend(rounds, hash, 1);
  const size = createHmac(hash, "").digest().length;
  const key = pkcs12Kdf(
    { password, salt: asn1.octets(salt), iterations: rounds, hash },
    FOR_MAC,
    size,
  );
  const actual = createHmac(hash, key).update(data).digest();
  if (mac.length !== actual.length || !timingSafeEqual(mac, actual))
    throw new Refused({ code: "wrong_password" });
}

/** Reads the SafeContents in one ContentInfo of the AuthenticatedSafe. */
function safeContents(
  contentInfo: Element,
  password: string,
  unproven: boolean,
  budget: KdfBudget,
): Element {
  const [type, content] = children(contentInfo, SEQUENCE);
  if (content === undefined) throw malformed();
  const value = inner(content, context(0));
  const name = asn1.objectIdentifier(type);
  if (name === OID.DATA) return decode(asn1.octets(value));
  if (name !== OID.ENCRYPTED_DATA) throw unsupported();
  const encrypted = children(value, SEQUENCE)[1];
  const [, algorithm, ciphertext] = encrypted ? children(encrypted, SEQUENCE) : [];
  if (algorithm === undefined) throw malformed();
  const plaintext = pbeDecrypt(algorithm, asn1.octets(ciphertext, context(0)), password, budget);
  // After a MAC has proven the password, a failure means that the file is malformed.
  const refused = new Refused({ code: unproven ? "wrong_password" : "not_a_keystore" });
  if (plaintext === null) throw refused;
  try {
    return decode(plaintext);
  } catch {
    throw refused;
  }
}

function readBags(contents: Element): Bag[] {
  return children(contents, SEQUENCE).map((bag) => {
    const [kind, wrapped, attributes] = children(bag, SEQUENCE);
    if (wrapped === undefined) throw malformed();
    const values = new Map<string, Element>();
    for (const attribute of attributes ? children(attributes, SET) : []) {
      const [name, set] = children(attribute, SEQUENCE);
      const value = set && children(set, SET)[0];
      if (value !== undefined) values.set(asn1.objectIdentifier(name), value);
    }
    const alias = values.get(OID.FRIENDLY_NAME);
    const keyId = values.get(OID.LOCAL_KEY_ID);
    return {
      kind: asn1.objectIdentifier(kind),
      value: inner(wrapped, context(0)),
      alias: alias && new TextDecoder("utf-16be").decode(asn1.octets(alias, asn1.BMP_STRING)),
      keyId: keyId && Buffer.from(asn1.octets(keyId)).toString("hex"),
    };
  });
}

function entries(bags: Bag[], budget: KdfBudget): PrivateKeyEntry[] {
  const certificates = bags
    .filter((bag) => bag.kind === OID.CERT_BAG)
    .flatMap(({ value, keyId }) => {
      const [type, wrapped] = children(value, SEQUENCE);
      if (asn1.objectIdentifier(type) !== OID.X509_CERTIFICATE || wrapped === undefined) return [];
      return [{ keyId, bytes: asn1.octets(inner(wrapped, context(0))) }];
    });
  const issuers = certificates.map(({ bytes }) => bytes);
  return bags
    .filter((bag) => bag.kind === OID.KEY_BAG || bag.kind === OID.SHROUDED_KEY_BAG)
    .map((bag, index) => {
      const own = certificates.filter(({ keyId }) => keyId !== undefined && keyId === bag.keyId);
      return {
        // Java names keys without an alias by their number.
        alias: bag.alias ?? String(index + 1),
        decrypt: (password) => {
          if (bag.kind === OID.KEY_BAG) return bag.value.encoded;
          const [algorithm, ciphertext] = children(bag.value, SEQUENCE);
          if (algorithm === undefined) throw malformed();
          return pbeDecrypt(algorithm, asn1.octets(ciphertext), password, budget);
        },
        leaves: [...own.map(({ bytes }) => bytes), ...issuers],
        issuers,
      };
    });
}

const malformed = (): Refused => new Refused({ code: "not_a_keystore" });
const unsupported = (): Refused => new Refused({ code: "unsupported_encryption" });
