// Checks the APK signing block: v2 and v3 signatures of one signer, over digests that are computed here.
import { X509Certificate, createHash, verify } from "node:crypto";
import { ByteReader, must, sameBytes } from "./byte-reader.ts";
import type { Archive } from "./zip-archive.ts";

/** v1 is the JAR signature, which bundles have; v2 and v3 are those of APKs. */
export type Scheme = "v1" | "v2" | "v3";

export interface SignatureFacts {
  readonly schemes: readonly Scheme[];
  /** Of the signer's certificate, lower-case hex. */
  readonly certificateSha256: string;
}

type ApkScheme = Exclude<Scheme, "v1">;

const BLOCK_IDS: Readonly<Record<ApkScheme, number>> = { v2: 0x7109871a, v3: 0xf05368c0 };
const PADDING_ID = 0x42726577;
const STRIPPING_PROTECTION_ID = 0xbeeff00d;

/** Signature algorithms by id, with their kind of key and their digest. */
const ALGORITHMS: ReadonlyMap<number, { key: "rsa" | "ec"; digest: "sha256" | "sha512" }> = new Map(
  [
    [0x0103, { key: "rsa", digest: "sha256" }],
    [0x0104, { key: "rsa", digest: "sha512" }],
    [0x0201, { key: "ec", digest: "sha256" }],
  ],
);

const CHUNK_BYTES = 1024 * 1024;
/** A v3 signer must cover every release that reads v3: API 28 and later. */
const FIRST_V3_SDK = 28;
const LAST_SDK = 0x7fffffff;

/** Checks both schemes. Throws MalformedApp unless they are present and valid. */
export function checkSignatures({ sections }: Archive): SignatureFacts {
  const pairs = readPairs(sections.signingBlock);
  const certificates = (["v2", "v3"] as const).map((scheme) => {
    const block = pairs.get(BLOCK_IDS[scheme]);
    must(block !== undefined, `has no ${scheme} signature`);
    return checkScheme(scheme, block, sections);
  });
  const [v2, v3] = certificates;
  must(v2 !== undefined && v3 !== undefined && sameBytes(v2, v3), "v2 and v3 signers differ");
  return {
    schemes: ["v2", "v3"],
    certificateSha256: createHash("sha256").update(v2).digest("hex"),
  };
}

/** Returns the pairs of the block by id. Unknown ones are refused, since their contents are not signed. */
function readPairs(block: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const pairs = new Map<number, Uint8Array>();
  const reader = new ByteReader(block.subarray(0, -24), 8);
  while (reader.left > 0) {
    const length = reader.u64();
    const id = reader.u32();
    const value = reader.bytes(length - 4);
    must(!pairs.has(id), "the signing block has a pair twice");
    pairs.set(id, value);
  }
  const known = new Set([...Object.values(BLOCK_IDS), PADDING_ID]);
  must(
    [...pairs.keys()].every((id) => known.has(id)),
    "the signing block has an unknown pair",
  );
  const padding = pairs.get(PADDING_ID) ?? new Uint8Array();
  must(
    padding.every((byte) => byte === 0),
    "the signing block's padding is not empty",
  );
  return pairs;
}

/** Checks the only signer of a scheme and returns its certificate. */
function checkScheme(
  scheme: ApkScheme,
  block: Uint8Array,
  sections: Archive["sections"],
): Uint8Array {
  const outer = new ByteReader(block);
  const [signer, ...others] = outer.sequence();
  outer.end(`the ${scheme} block`);
  must(signer !== undefined && others.length === 0, `${scheme} must have one signer`);

  const reader = new ByteReader(signer);
  const signedData = reader.prefixed();
  const range = scheme === "v3" ? [reader.u32(), reader.u32()] : [];
  const signature = onlyUnderAlgorithm(reader.sequence(), `${scheme} signature`);
  const publicKey = reader.prefixed();
  reader.end(`the ${scheme} signer`);

  const data = new ByteReader(signedData);
  const digest = onlyUnderAlgorithm(data.sequence(), `${scheme} digest`);
  const [certificate] = data.sequence();
  const signedRange = scheme === "v3" ? [data.u32(), data.u32()] : [];
  const attributes = data.sequence();
  must(certificate !== undefined, `${scheme} has no certificate`);

  const algorithm = ALGORITHMS.get(signature.id);
  must(algorithm !== undefined && digest.id === signature.id, `${scheme} algorithms don't match`);
  checkSignature(scheme, algorithm, { certificate, publicKey, signedData, signature });
  must(
    sameBytes(digest.value, contentDigest(algorithm.digest, sections)),
    `${scheme}: the contents are not what was signed`,
  );
  if (scheme === "v3") {
    must(range.join() === signedRange.join(), "v3 SDK ranges differ");
    must(range.join() === [FIRST_V3_SDK, LAST_SDK].join(), "v3 leaves out some releases");
  } else {
    must(namesV3(attributes), "v2 does not protect v3 from being stripped");
  }
  return certificate;
}

function checkSignature(
  scheme: ApkScheme,
  algorithm: { key: string; digest: string },
  signer: {
    certificate: Uint8Array;
    publicKey: Uint8Array;
    signedData: Uint8Array;
    signature: { value: Uint8Array };
  },
): void {
  let right = false;
  try {
    const key = new X509Certificate(signer.certificate).publicKey;
    must(
      sameBytes(key.export({ type: "spki", format: "der" }), signer.publicKey),
      `${scheme}: the key is not the certificate's`,
    );
    right =
      key.asymmetricKeyType === algorithm.key &&
      verify(algorithm.digest, signer.signedData, key, signer.signature.value);
  } catch {
    // an unreadable certificate or key
  }
  must(right, `${scheme}: the signature is wrong`);
}

function onlyUnderAlgorithm(
  elements: readonly Uint8Array[],
  what: string,
): { id: number; value: Uint8Array } {
  const [element, ...others] = elements;
  must(element !== undefined && others.length === 0, `there must be one ${what}`);
  const reader = new ByteReader(element);
  const found = { id: reader.u32(), value: reader.prefixed() };
  reader.end(`the ${what}`);
  return found;
}

function namesV3(attributes: readonly Uint8Array[]): boolean {
  return attributes.some((attribute) => {
    const reader = new ByteReader(attribute);
    return reader.u32() === STRIPPING_PROTECTION_ID && reader.u32() === 3;
  });
}

/** Computes the two-level digest, as if the central directory began where the signing block does. */
function contentDigest(algorithm: string, sections: Archive["sections"]): Uint8Array {
  const end = Buffer.from(sections.end);
  end.writeUInt32LE(sections.entries.length, 16);
  const chunks: Buffer[] = [];
  for (const section of [sections.entries, sections.centralDirectory, end]) {
    for (let at = 0; at < section.length; at += CHUNK_BYTES) {
      const chunk = section.subarray(at, at + CHUNK_BYTES);
      const prefix = Buffer.from([0xa5, 0, 0, 0, 0]);
      prefix.writeUInt32LE(chunk.length, 1);
      chunks.push(createHash(algorithm).update(prefix).update(chunk).digest());
    }
  }
  const prefix = Buffer.from([0x5a, 0, 0, 0, 0]);
  prefix.writeUInt32LE(chunks.length, 1);
  return createHash(algorithm)
    .update(Buffer.concat([prefix, ...chunks]))
    .digest();
}
