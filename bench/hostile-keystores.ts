// Keystore files that ask for as much work as they may, for bench/hostile-input.ts: each is a file and its password.
import {
  createCipheriv,
  createHash,
  createHmac,
  generateKeyPairSync,
  pbkdf2Sync,
  randomBytes,
} from "node:crypto";
import * as asn1 from "../src/kit/keystore/asn1-write.ts";
import { generateKeystore } from "../src/kit/keystore/generate.ts";
import { FOR_IV, FOR_KEY, FOR_MAC, pkcs12Kdf } from "../src/kit/keystore/kdf.ts";
import * as OID from "../src/kit/keystore/oids.ts";

const PASSWORD = "store-pass";
/** Largest file, bytes, less some room for what is around the content that fills it. */
const ROOM = 256 * 1024 - 2000;
const SALT = Buffer.alloc(20, 1);
/** More bits than any certificate of an app has, and the most that BoringSSL reads. */
const LONG_MODULUS_BITS = 16_384;

type Encrypt = (data: Uint8Array) => { algorithm: Uint8Array; ciphertext: Uint8Array };

/** 3DES under the older derivation: three times the iterations, for two blocks of key and one of the vector. */
const old3Des =
  (iterations: number): Encrypt =>
  (data) => {
    const input = { password: PASSWORD, salt: SALT, iterations, hash: "sha1" } as const;
    const [key, iv] = [pkcs12Kdf(input, FOR_KEY, 24), pkcs12Kdf(input, FOR_IV, 8)];
    const cipher = createCipheriv("des-ede3-cbc", key, iv);
    return {
      algorithm: asn1.sequence(
        asn1.oid(OID.PBE_SHA1_3DES),
        asn1.sequence(asn1.octetString(SALT), asn1.integer(iterations)),
      ),
      ciphertext: Buffer.concat([cipher.update(data), cipher.final()]),
    };
  };

/** AES-256 under PBKDF2 with SHA-512. */
const pbes2 =
  (iterations: number): Encrypt =>
  (data) => {
    const iv = randomBytes(16);
    const key = pbkdf2Sync(PASSWORD, SALT, iterations, 32, "sha512");
    const cipher = createCipheriv("aes-256-cbc", key, iv);
    const prf = asn1.sequence(asn1.oid(OID.HMAC_SHA512), asn1.NULL);
    const kdf = asn1.sequence(asn1.octetString(SALT), asn1.integer(iterations), prf);
    const parameters = asn1.sequence(
      asn1.sequence(asn1.oid(OID.PBKDF2), kdf),
      asn1.sequence(asn1.oid(OID.AES_256_CBC), asn1.octetString(iv)),
    );
    return {
      algorithm: asn1.sequence(asn1.oid(OID.PBES2), parameters),
      ciphertext: Buffer.concat([cipher.update(data), cipher.final()]),
    };
  };

const shown = (content: Uint8Array): Uint8Array =>
  asn1.sequence(asn1.oid(OID.DATA), asn1.explicit(0, asn1.octetString(content)));

function hidden(content: Uint8Array, encrypt: Encrypt): Uint8Array {
  const { algorithm, ciphertext } = encrypt(content);
  const info = asn1.sequence(asn1.oid(OID.DATA), algorithm, asn1.element(0x80, ciphertext));
  return asn1.sequence(
    asn1.oid(OID.ENCRYPTED_DATA),
    asn1.explicit(0, asn1.sequence(asn1.integer(0), info)),
  );
}

function keyBag(privateKey: Uint8Array, encrypt: Encrypt): Uint8Array {
  const { algorithm, ciphertext } = encrypt(privateKey);
  const info = asn1.sequence(algorithm, asn1.octetString(ciphertext));
  return asn1.sequence(asn1.oid(OID.SHROUDED_KEY_BAG), asn1.explicit(0, info));
}

function certificateBags(certificates: readonly Uint8Array[]): Uint8Array {
  const bags = certificates.map((bytes) => {
    const type = asn1.oid(OID.X509_CERTIFICATE);
    const value = asn1.sequence(type, asn1.explicit(0, asn1.octetString(bytes)));
    return asn1.sequence(asn1.oid(OID.CERT_BAG), asn1.explicit(0, value));
  });
  return asn1.sequence(...bags);
}

/** A file of these contents, with a MAC that asks for `iterations`. */
function pfx(
  contents: Uint8Array[],
  mac: { hash: "sha1" | "sha512"; iterations: number } | null,
): Uint8Array {
  const safe = asn1.sequence(...contents);
  if (mac === null) return asn1.sequence(asn1.integer(3), shown(safe));
  const bytes = mac.hash === "sha1" ? 20 : 64;
  const key = pkcs12Kdf({ ...mac, password: PASSWORD, salt: SALT }, FOR_MAC, bytes);
  const algorithm = asn1.sequence(asn1.oid(mac.hash === "sha1" ? OID.SHA1 : OID.SHA512), asn1.NULL);
  const digest = createHmac(mac.hash, key).update(safe).digest();
  const macData = asn1.sequence(
    asn1.sequence(algorithm, asn1.octetString(digest)),
    asn1.octetString(SALT),
    asn1.integer(mac.iterations),
  );
  return asn1.sequence(asn1.integer(3), shown(safe), macData);
}

/** A certificate that is well-formed and nobody's, of an RSA key of LONG_MODULUS_BITS. */
function longCertificate(serial: number): Uint8Array {
  const modulus = randomBytes(LONG_MODULUS_BITS / 8);
  modulus[0] = 0xff;
  modulus[modulus.length - 1] = 0xff;
  const rsa = asn1.sequence(asn1.unsignedInteger(modulus), asn1.integer(0xffffffff));
  const algorithm = asn1.sequence(asn1.oid(OID.RSA_ENCRYPTION), asn1.NULL);
  const signing = asn1.sequence(asn1.oid(OID.SHA256_WITH_RSA), asn1.NULL);
  const tbs = asn1.sequence(
    asn1.explicit(0, asn1.integer(2)),
    asn1.integer(serial),
    signing,
    asn1.sequence(),
    asn1.sequence(asn1.time(0), asn1.time(4e12)),
    asn1.sequence(),
    asn1.sequence(algorithm, asn1.bitString(rsa)),
  );
  return asn1.sequence(tbs, signing, asn1.bitString(randomBytes(256)));
}

/** A JKS file of one key of `length` bytes, which is none. */
function longJks(length: number, password: string): Uint8Array {
  const protection = asn1.sequence(asn1.oid(OID.SUN_JKS_KEY_PROTECTOR), asn1.NULL);
  const key = asn1.sequence(protection, asn1.octetString(randomBytes(length)));
  const u32 = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  const head = [u32(0xfeedfeed), u32(2), u32(1), u32(1), Uint8Array.of(0, 1, 0x61)];
  const body = Buffer.concat([...head, Buffer.alloc(8), u32(key.length), key, u32(0)]);
  const digest = createHash("sha1")
    .update(asn1.utf16(password))
    .update("Mighty Aphrodite")
    .update(body)
    .digest();
  return Buffer.concat([body, digest]);
}

interface HostileKeystore {
  name: string;
  file: Uint8Array;
  password: string;
  keyPassword?: string;
}

/** Makes the files, which takes seconds. */
export async function hostileKeystores(): Promise<HostileKeystore[]> {
  const { privateKey, certificates } = await generateKeystore({
    algorithm: "rsa",
    commonName: "Bench",
    now: Date.now(),
  });
  const password = PASSWORD;
  const bags = certificateBags(certificates);
  const key = (encrypt: Encrypt) => shown(asn1.sequence(keyBag(privateKey, encrypt)));
  const sha1 = { hash: "sha1", iterations: 100_000 } as const;
  // MAC 100,000, certificates 33,333 * 3, key 50,000 * 3.
  const asJdk8 = pfx([hidden(bags, old3Des(33_333)), key(old3Des(50_000))], sha1);
  const asJdk17 = pfx([hidden(bags, pbes2(10_000)), key(pbes2(10_000))], {
    hash: "sha512",
    iterations: 10_000,
  });
  const ofSha1 = pfx([hidden(bags, old3Des(33_333)), key(old3Des(100_000))], sha1);
  const ofSha512 = pfx([hidden(bags, pbes2(100_000)), key(pbes2(100_000))], {
    hash: "sha512",
    iterations: 100_000,
  });
  return [
    { name: "as of JDK 17", file: asJdk17, password },
    { name: "as of JDK 8 to 15, 350,000", file: asJdk8, password },
    { name: "350,000, wrong password", file: asJdk8, password: "wrong" },
    { name: "500,000 of SHA-1", file: ofSha1, password },
    { name: "500,000 of SHA-512", file: ofSha512, password },
    ...otherwiseHostile(),
  ];
}

/** Files that cost something else than derivation. */
function otherwiseHostile(): HostileKeystore[] {
  const long = generateKeyPairSync("rsa", { modulusLength: 4096 }).privateKey;
  const pkcs8 = long.export({ format: "der", type: "pkcs8" });
  const others = Array.from({ length: 95 }, (_, at) => longCertificate(at + 1));
  const longKeyBag = asn1.sequence(asn1.oid(OID.KEY_BAG), asn1.explicit(0, new Uint8Array(pkcs8)));
  const rc2: Encrypt = () => ({
    algorithm: asn1.sequence(
      asn1.oid(OID.PBE_SHA1_RC2_128),
      asn1.sequence(asn1.octetString(SALT), asn1.integer(1)),
    ),
    ciphertext: randomBytes(ROOM - (ROOM % 8)),
  });
  const salted: Encrypt = () => ({
    algorithm: asn1.sequence(
      asn1.oid(OID.PBE_SHA1_3DES),
      asn1.sequence(asn1.octetString(randomBytes(ROOM)), asn1.integer(1)),
    ),
    ciphertext: randomBytes(16),
  });
  const tiny = hidden(asn1.sequence(), pbes2(1));
  const longPassword = "p".repeat(1000);
  return [
    {
      name: "with 95 long certificates",
      file: pfx([shown(asn1.sequence(longKeyBag)), shown(certificateBags(others))], null),
      password: PASSWORD,
    },
    { name: "of RC2", file: pfx([hidden(asn1.sequence(), rc2)], null), password: PASSWORD },
    {
      name: "with a long salt",
      file: pfx([hidden(asn1.sequence(), salted)], null),
      password: PASSWORD,
    },
    {
      name: "of many contents",
      file: pfx(
        Array.from({ length: Math.floor(ROOM / tiny.length) }, () => tiny),
        null,
      ),
      password: PASSWORD,
    },
    {
      name: "of nested BER",
      file: Buffer.from("3080".repeat(ROOM / 2), "hex"),
      password: PASSWORD,
    },
    {
      name: "JKS with a long key",
      file: longJks(ROOM, longPassword),
      password: longPassword,
      keyPassword: "q".repeat(1000),
    },
  ];
}
