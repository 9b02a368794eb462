// What the stand-in uses of http_ece, which comes without types.
declare module "http_ece" {
  import type { ECDH } from "node:crypto";

  interface DecryptParams {
    version: "aes128gcm";
    privateKey: ECDH;
    /** base64url */
    authSecret: string;
  }

  const ece: {
    /** @throws when the bytes were not encrypted for this key. */
    decrypt(body: Buffer, params: DecryptParams): Buffer;
  };
  export default ece;
}
