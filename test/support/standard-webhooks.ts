// Verification by the library of the Standard Webhooks project, as receivers use it.
import { Webhook } from "standardwebhooks";
import type { Received } from "./receiver.ts";

/**
 * Verifies what a receiver was sent with its secret, and returns the body; throws when the signature is not right. A secret
 * without the prefix is the key itself.
 */
export function verified(secret: string, { headers, body }: Received): any {
  const webhook = secret.startsWith("whsec_")
    ? new Webhook(secret)
    : new Webhook(new TextEncoder().encode(secret), { format: "raw" });
  return webhook.verify(body, Object.fromEntries(headers));
}

/** Whether that would be verified. */
export function isVerified(secret: string, received: Received): boolean {
  try {
    verified(secret, received);
    return true;
  } catch {
    return false;
  }
}
