// The values of the v2 and v3 signature blocks (source.android.com, "APK Signature Scheme v2" and "v3").
// One signer, no rotation of keys.
import { concat } from "../bytes.ts";
import { prefixed, sequence, uint32, underAlgorithm } from "./length-prefixed.ts";
import type { Signer } from "./signer-key.ts";

export const V2_BLOCK_ID = 0x7109871a;
export const V3_BLOCK_ID = 0xf05368c0;

/** A v2 attribute that names the newer scheme, so that nobody can remove its signature unnoticed. */
const STRIPPING_PROTECTION_ID = 0xbeeff00d;
const SCHEME_V3 = 3;

/** Android 9 is the first release that reads v3. */
const V3_MIN_SDK = 28;
const V3_MAX_SDK = 0x7fffffff;

/** Makes the value of the v2 block for the digest of the contents. */
export function v2Block(signer: Signer, digest: Uint8Array): Uint8Array {
  const signedData = concat([
    ...digestAndCertificates(signer, digest),
    sequence([concat([uint32(STRIPPING_PROTECTION_ID), uint32(SCHEME_V3)])]),
  ]);
  return sequence([
    concat([
      prefixed(signedData),
      sequence([
        underAlgorithm(signer.algorithm.id, signer.sign(signer.algorithm.digest, signedData)),
      ]),
      prefixed(signer.publicKey),
    ]),
  ]);
}

/** Makes the value of the v3 block for the digest of the contents. */
export function v3Block(signer: Signer, digest: Uint8Array): Uint8Array {
  const sdkRange = concat([uint32(V3_MIN_SDK), uint32(V3_MAX_SDK)]);
  const signedData = concat([
    ...digestAndCertificates(signer, digest),
    sdkRange,
    sequence([]), // attributes
  ]);
  return sequence([
    concat([
      prefixed(signedData),
      sdkRange,
      sequence([
        underAlgorithm(signer.algorithm.id, signer.sign(signer.algorithm.digest, signedData)),
      ]),
      prefixed(signer.publicKey),
    ]),
  ]);
}

function digestAndCertificates(signer: Signer, digest: Uint8Array): Uint8Array[] {
  return [sequence([underAlgorithm(signer.algorithm.id, digest)]), sequence(signer.certificates)];
}
