// The address of a recipient, in the form that the providers take.
import type { Recipient } from "../domain/ports/notifications.ts";
import type { Address } from "./providers/index.ts";

/** Returns the address of a recipient. */
export function addressOf({ provider, token, p256dh, auth, registeredAt }: Recipient): Address {
  switch (provider) {
    case "fcm":
      return { provider, token };
    case "apns":
      return { provider, token, registeredAt };
    case "webpush":
      return { provider, endpoint: token, p256dh: p256dh ?? "", auth: auth ?? "" };
  }
}
