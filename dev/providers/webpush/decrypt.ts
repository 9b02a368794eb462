// Decrypts a push message with the subscription's private key, as the browser would (RFC 8291, RFC 8188), by
// a library that has nothing in common with what the Worker encrypts with.
import { createECDH } from "node:crypto";
import ece from "http_ece";
import type { SubscriptionKeys } from "../recipients.ts";

/** The text, or null when the message was not encrypted for this subscription. */
export function decrypt(body: Buffer, keys: SubscriptionKeys): string | null {
  const privateKey = createECDH("prime256v1");
  privateKey.setPrivateKey(keys.privateKey);
  try {
    return ece
      .decrypt(body, { version: "aes128gcm", privateKey, authSecret: keys.auth })
      .toString();
  } catch {
    return null;
  }
}
