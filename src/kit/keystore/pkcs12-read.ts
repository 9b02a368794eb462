// Reads a PKCS #12 file (RFC 7292): checks its MAC, decrypts its certificates and finds its private keys, which stay
// encrypted until one of them is chosen. In a file without a MAC, only decryption reveals a wrong password. Everything
// that shows without a password is read first, and the work that it asks for added up, before a key is derived.
import { createHmac, timingSafeEqual } from "node:crypto";
import * as asn1 from "./asn1-read.ts";
import { SEQUENCE, SET, children, context, decode, inner } from "./asn1-read.ts";
import type { Element } from "./asn1-read.ts";
import { FOR_MAC, macWork, pkcs12Kdf } from "./kdf.ts";
import type { HashName, KdfBudget } from "./kdf.ts";
import { MAX_ENTRIES, Refused } from "./keystore.ts";
import type { PrivateKeyEntry } from "./keystore.ts";
import * as OID from "./oids.ts";
import { pbeProtected } from "./pbe.ts";
import type { Protected } from "./pbe.ts";

const MAC_HASHES: Record<string, HashName> = {
  [OID.SHA1]: "sha1",
  [OID.SHA256]: "sha256",
  [OID.SHA384]: "sha384",
  [OID.SHA512]: "sha512",
};
const VERSION = 3;

/**
 * A SafeBag. `keyId` is its localKeyId in hex, which is the same for a key and its leaf; `key` is there in a bag of a
 * private key.
 */
type Bag = {
  kind: string;
  value: Element;
  alias: string | undefined;
  keyId: string | undefined;
  key: Protected | undefined;
};

/** A ContentInfo of the AuthenticatedSafe: its bags, or what has to be decrypted to see them. */
type Content = { bags: Bag[] } | Protected;

/**
 * Returns the private keys in `file`; up to `tries` passwords may be tried on one of them. Refused if it is malformed, asks
 * for more work than `budget` has, or `password` is wrong.
 */
export function readPkcs12(
  file: Uint8Array,
  password: string,
  tries: number,
  budget: KdfBudget,
): PrivateKeyEntry[] {
  const [version, authSafe, macData] = children(decode(file), SEQUENCE);
  if (asn1.smallInteger(version) !== VERSION || authSafe === undefined) throw malformed();
  const [contentType, content] = children(authSafe, SEQUENCE);
  // The other type is signedData, with a public-key signature, which no Android tool writes.
  if (asn1.objectIdentifier(contentType) !== OID.DATA) throw unsupported();
  const authenticated = asn1.octets(content && inner(content, context(0)));
  const mac = macData && macOf(macData, authenticated);
  const contentInfos = children(decode(authenticated), SEQUENCE);
  if (contentInfos.length > MAX_ENTRIES) throw new Refused({ code: "too_many_entries" });
  const contents = contentInfos.map(contentOf);
  const shown = bounded(contents.flatMap((content) => ("bags" in content ? content.bags : [])));
  const works = [mac, ...contents].map((each) => (each && "work" in each ? each.work : 0));
  const keyWork = tries * dearestKey(shown);
  budget.reserve(works.reduce((sum, work) => sum + work, keyWork));
  if (mac !== undefined && !mac.proves(password)) throw new Refused({ code: "wrong_password" });
  const bags = contents.flatMap((content) =>
    "bags" in content ? content.bags : decrypted(content, password, mac === undefined),
  );
  // Keys that only now have come to light.
  budget.reserve(tries * dearestKey(bags) - keyWork);
  return entries(bounded(bags));
}

/** The MAC of a file, over `data`. */
type Mac = { work: number; proves: (password: string) => boolean };

function macOf(macData: Element, data: Uint8Array): Mac {
  const [digestInfo, salt, iterations] = children(macData, SEQUENCE);
  if (digestInfo === undefined) throw malformed();
  const [algorithm, expected] = children(digestInfo, SEQUENCE);
  const hash = algorithm && MAC_HASHES[asn1.objectIdentifier(children(algorithm, SEQUENCE)[0])];
  if (hash === undefined) throw unsupported();
  const mac = asn1.octets(expected);
  const rounds = iterations ? asn1.smallInteger(iterations) : 1;
  const saltBytes = asn1.saltOf(salt);
  const size = createHmac(hash, "").digest().length;
  return {
    work: macWork(rounds, hash),
    proves: (password) => {
      const input = { password, salt: saltBytes, iterations: rounds, hash };
      const key = pkcs12Kdf(input, FOR_MAC, size);
      const actual = createHmac(hash, key).update(data).digest();
      return mac.length === actual.length && timingSafeEqual(mac, actual);
    },
  };
}

/** Reads one ContentInfo of the AuthenticatedSafe, as far as it is readable without a password. */
function contentOf(contentInfo: Element): Content {
  const [type, content] = children(contentInfo, SEQUENCE);
  if (content === undefined) throw malformed();
  const value = inner(content, context(0));
  const name = asn1.objectIdentifier(type);
  if (name === OID.DATA) return { bags: readBags(decode(asn1.octets(value))) };
  if (name !== OID.ENCRYPTED_DATA) throw unsupported();
  const encrypted = children(value, SEQUENCE)[1];
  const [, algorithm, ciphertext] = encrypted ? children(encrypted, SEQUENCE) : [];
  if (algorithm === undefined) throw malformed();
  return pbeProtected(algorithm, asn1.octets(ciphertext, context(0)));
}

/** Decrypts the bags of a ContentInfo. */
function decrypted(content: Protected, password: string, unproven: boolean): Bag[] {
  const plaintext = content.decrypt(password);
  // After a MAC has proven the password, a failure means that the file is malformed.
  const refused = new Refused({ code: unproven ? "wrong_password" : "not_a_keystore" });
  if (plaintext === null) throw refused;
  let contents: Element;
  try {
    contents = decode(plaintext);
  } catch {
    throw refused;
  }
  return readBags(contents);
}

function bounded(bags: Bag[]): Bag[] {
  if (bags.length > MAX_ENTRIES) throw new Refused({ code: "too_many_entries" });
  return bags;
}

/** The most work that any private key among `bags` takes; only one of them will be decrypted. */
function dearestKey(bags: Bag[]): number {
  return Math.max(0, ...bags.map(({ key }) => key?.work ?? 0));
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
    const name = asn1.objectIdentifier(kind);
    const value = inner(wrapped, context(0));
    return {
      kind: name,
      value,
      key: keyOf(name, value),
      alias: alias && new TextDecoder("utf-16be").decode(asn1.octets(alias, asn1.BMP_STRING)),
      keyId: keyId && Buffer.from(asn1.octets(keyId)).toString("hex"),
    };
  });
}

/** Returns the private key in a bag, if it is the bag of one. */
function keyOf(kind: string, value: Element): Protected | undefined {
  if (kind === OID.KEY_BAG) return { work: 0, decrypt: () => value.encoded };
  if (kind !== OID.SHROUDED_KEY_BAG) return undefined;
  const [algorithm, ciphertext] = children(value, SEQUENCE);
  if (algorithm === undefined) throw malformed();
  return pbeProtected(algorithm, asn1.octets(ciphertext));
}

function entries(bags: Bag[]): PrivateKeyEntry[] {
  const certificates = bags
    .filter((bag) => bag.kind === OID.CERT_BAG)
    .flatMap(({ value, keyId }) => {
      const [type, wrapped] = children(value, SEQUENCE);
      if (asn1.objectIdentifier(type) !== OID.X509_CERTIFICATE || wrapped === undefined) return [];
      return [{ keyId, bytes: asn1.octets(inner(wrapped, context(0))) }];
    });
  const issuers = certificates.map(({ bytes }) => bytes);
  return bags
    .flatMap(({ key, alias, keyId }) => (key ? [{ key, alias, keyId }] : []))
    .map(({ key, alias, keyId }, index) => {
      const own = certificates.filter((one) => one.keyId !== undefined && one.keyId === keyId);
      return {
        // Java names keys without an alias by their number.
        alias: alias ?? String(index + 1),
        decrypt: (password) => key.decrypt(password),
        leaves: [...own.map(({ bytes }) => bytes), ...issuers],
        issuers,
      };
    });
}

const malformed = (): Refused => new Refused({ code: "not_a_keystore" });
const unsupported = (): Refused => new Refused({ code: "unsupported_encryption" });
