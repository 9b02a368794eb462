// Asks FCM whether it would take a message for a token, without delivering one.
import type { FcmAddress, FcmSender, ProviderDeps, SendResult } from "../types.ts";
import { postMessage } from "./send.ts";

/** A token that no device has. FCM looks at it only if it accepts the credential. */
const FAKE_TOKEN = "slipway-credential-check";

/** Sends a `validate_only` message to `address`, or to a token that can't exist if that is null. */
export async function probeFcm(
  deps: Pick<ProviderDeps, "fetch" | "now" | "fcmUrl">,
  address: FcmAddress | null,
  sender: FcmSender,
): Promise<SendResult> {
  const message = { token: address?.token ?? FAKE_TOKEN, data: { slipway_check: "1" } };
  return postMessage(deps, sender, { validate_only: true, message });
}
