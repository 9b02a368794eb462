// Sends one message through APNs.
import type { PushContent } from "../../../kit/push/content.ts";
import type { ApnsSender, ApnsAddress, Links, ProviderDeps, SendResult } from "../types.ts";
import { buildApnsRequest } from "./request.ts";
import { apnsVerdict } from "./verdicts.ts";

/** Sends `content` to one device. `token_expired` asks the caller to send again with a new provider token. */
export async function sendApns(
  deps: Pick<ProviderDeps, "apns" | "now" | "apnsUrl">,
  address: ApnsAddress,
  content: PushContent,
  links: Links,
  sender: ApnsSender,
): Promise<SendResult> {
  const answer = await deps.apns(buildApnsRequest(address, content, links, sender, deps.apnsUrl));
  if (!answer.answered) return { kind: "retry", reason: answer.reason, afterMs: null };
  return apnsVerdict(answer, address.registeredAt, deps.now());
}
