// The address of a recipient, in the form that the providers take.
import type { Addressed } from "../domain/ports/notifications.ts";
import type { Address } from "./providers/index.ts";

/** Returns the address of a recipient. */
export function addressOf(recipient: Addressed): Address {
  const { platform, provider, token, p256dh, auth, registeredAt } = recipient;
  switch (provider) {
    case "fcm":
      return { provider, platform, token };
    case "apns":
      return { provider, token, registeredAt: registeredAt ?? null };
    case "webpush":
      return { provider, platform, endpoint: token, p256dh: p256dh ?? "", auth: auth ?? "" };
  }
}
