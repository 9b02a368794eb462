// Sends one message through FCM HTTP v1.
import { exchange } from "../exchange.ts";
import { secondsLeft } from "../lifetime.ts";
import type { PushContent } from "../../../kit/push/content.ts";
import type { FcmSender, FcmAddress, Links, ProviderDeps, SendResult } from "../types.ts";
import { apnsExpiration } from "../apns/request.ts";
import { buildMessage, type FcmMessage } from "./message.ts";
import { fcmVerdict } from "./verdicts.ts";

type Deps = Pick<ProviderDeps, "fetch" | "now" | "fcmUrl">;

/**
 * Sends `content` to one token. A missing answer is a retry; `token_expired` asks the caller to send again with a new
 * access token.
 */
export async function sendFcm(
  deps: Deps,
  address: FcmAddress,
  content: PushContent,
  links: Links,
  sender: FcmSender,
): Promise<SendResult> {
  const ttl = secondsLeft(content, deps.now());
  const message = buildMessage(content, links, address.platform, ttl, apnsExpiration(content));
  return postMessage(deps, sender, { message: { token: address.token, ...message } });
}

/** Calls projects.messages:send. With `validate_only`, FCM checks everything and delivers nothing. */
export async function postMessage(
  deps: Deps,
  sender: FcmSender,
  body: { message: FcmMessage; validate_only?: true },
): Promise<SendResult> {
  const url = `${deps.fcmUrl}/v1/projects/${encodeURIComponent(sender.projectId)}/messages:send`;
  const answer = await exchange(deps.fetch, url, {
    headers: {
      authorization: `Bearer ${sender.accessToken}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  if (!answer.answered) return { kind: "retry", reason: answer.reason, afterMs: null };
  return fcmVerdict(answer, deps.now());
}
