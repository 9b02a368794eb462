// Computes how large push content becomes for each provider, before its links exist.
import { APNS_LIMIT_BYTES, buildApnsPayload } from "./apns/payload.ts";
import { apnsExpiration } from "./apns/request.ts";
import { buildMessage, FCM_LIMIT_BYTES } from "./fcm/message.ts";
import { jsonBytes } from "./json.ts";
import { Provider } from "../../kit/push/credentials.ts";
import type { PayloadSize, PushContent } from "../../kit/push/content.ts";
import { PLATFORMS, type SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { MAX_LINK_BYTES, type Links } from "./types.ts";
import { buildDeclaredPayload } from "./webpush/declared.ts";
import { WEB_PUSH_LIMIT_BYTES } from "./webpush/encrypt.ts";
import { buildWebPayload } from "./webpush/payload.ts";

/** A link of the greatest length, none of whose characters is escaped in JSON. */
const LONGEST_LINK = "https://".padEnd(MAX_LINK_BYTES, "x");
/** Without a click link, FCM and Safari receive the notification's own URL, which may be longer than both links. */
const WORST_LINKS: readonly Links[] = [
  { click: LONGEST_LINK, receipt: LONGEST_LINK },
  { click: null, receipt: LONGEST_LINK },
];

type Build = (content: PushContent, links: Links, platform: SubscriberPlatform) => unknown;

/** All forms of a provider's payload, any of which a recipient may get. */
const PAYLOADS: Readonly<Record<Provider, { builds: readonly Build[]; limit: number }>> = {
  fcm: {
    // All except the token, which is an upper bound of what FCM counts.
    builds: [
      (content, links, platform) =>
        buildMessage(content, links, platform, content.ttlSeconds, apnsExpiration(content)),
    ],
    limit: FCM_LIMIT_BYTES,
  },
  apns: { builds: [buildApnsPayload], limit: APNS_LIMIT_BYTES },
  webpush: { builds: [buildWebPayload, buildDeclaredPayload], limit: WEB_PUSH_LIMIT_BYTES },
};

/**
 * Returns the size for each provider: the largest of the platforms that it serves, with the longest links that a recipient
 * can have.
 */
export function payloadSizes(
  content: PushContent,
  providers: readonly Provider[] = Provider.options,
): PayloadSize[] {
  return providers.map((provider) => {
    const { builds, limit } = PAYLOADS[provider];
    const sizes = PLATFORMS[provider].flatMap((platform) =>
      WORST_LINKS.flatMap((links) =>
        builds.map((build) => jsonBytes(build(content, links, platform))),
      ),
    );
    return { provider, bytes: Math.max(...sizes), limit };
  });
}
