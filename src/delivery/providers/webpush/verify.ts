// Asks a push service whether it would take a message for a browser: an empty message that is not kept (RFC 8030 section
// 5.2: TTL 0), of which the website's service worker gets no data.
import { exchange } from "../exchange.ts";
import type { ProviderDeps, Verdict, WebPushAddress, WebPushSender } from "../types.ts";
import { serviceUrl } from "./service-url.ts";
import { ttlHeaders } from "./ttl-headers.ts";
import { unfitHost } from "./unfit-host.ts";
import { webPushVerdict } from "./verdicts.ts";

/** Sends the message to the endpoint of `address`, if a send would. */
export async function probeWebPush(
  deps: Pick<ProviderDeps, "fetch" | "now" | "vapid" | "leadsTo" | "fcmUrl">,
  { endpoint }: Pick<WebPushAddress, "endpoint">,
  sender: WebPushSender,
): Promise<Verdict> {
  const url = URL.parse(endpoint);
  if (url === null) return { kind: "rejected", reason: "invalid subscription" };
  const unfit = await unfitHost(deps, url.hostname);
  if (unfit !== null) return unfit;
  const authorization = await deps.vapid.authorization(sender, url.origin, deps.now());
  const answer = await exchange(deps.fetch, serviceUrl(deps, endpoint, url.origin), {
    headers: { authorization, ...ttlHeaders(url.hostname, 0), urgency: "very-low" },
    body: new Uint8Array(),
    successBody: "cancelled",
  });
  if (!answer.answered) return { kind: "retry", reason: answer.reason, afterMs: null };
  return webPushVerdict(answer, deps.now());
}
