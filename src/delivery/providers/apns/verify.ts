// Asks APNs whether it would take a message for a token. APNs has no dry run, so a message is sent: a background push
// without content, which the device neither shows nor has to be woken for.
import type { ApnsAddress, ApnsSender, ProviderDeps, SendResult } from "../types.ts";
import { deviceUrl } from "./request.ts";
import { apnsVerdict } from "./verdicts.ts";

/** A well-formed token that no device has. APNs looks at it only if it accepts key and topic. */
const FAKE_TOKEN = "0".repeat(64);
/** Background pushes have to be sent with this priority. */
const PRIORITY = "5";
/** A single attempt: the push is not kept for a device that is offline. */
const EXPIRATION = "0";
/** What makes a push one that runs in the background (developer.apple.com, "Pushing background updates"). */
const BODY = JSON.stringify({ aps: { "content-available": 1 } });

/** Sends the push to `address`, or to a token that can't exist if that is null. */
export async function probeApns(
  deps: Pick<ProviderDeps, "apns" | "now" | "apnsUrl">,
  address: ApnsAddress | null,
  sender: ApnsSender,
): Promise<SendResult> {
  const answer = await deps.apns({
    url: deviceUrl(address?.token ?? FAKE_TOKEN, sender, deps.apnsUrl),
    headers: {
      authorization: `bearer ${sender.providerToken}`,
      "content-type": "application/json",
      "apns-topic": sender.topic,
      "apns-push-type": "background",
      "apns-priority": PRIORITY,
      "apns-expiration": EXPIRATION,
    },
    body: BODY,
  });
  if (!answer.answered) return { kind: "retry", reason: answer.reason, afterMs: null };
  return apnsVerdict(answer, address?.registeredAt ?? null, deps.now());
}
