// Makes the message for Safari: Declarative Web Push (W3C push-api, pull requests 385 and 402; WebKit's
// NotificationJSONParser.cpp). Safari 18.4 and later shows what it declares without a service worker, and takes its
// subscription from nobody whose worker shows nothing. One value of a wrong type, null included, voids the whole message, so
// that only what is certainly right stands among the declared fields:
//
//   {"web_push": 8030, "notification": {"title", "navigate", ..., "mutable": true, "data": {...}}, "mutable": true}
//
// The fields of the flat payload (payload.ts) are in `notification` where Safari reads them, and else in
// `notification.data` by the same names: a worker that spreads the one and then the other has the flat payload again.
import type { PushContent } from "../../../kit/push/content.ts";
import type { SubscriberPlatform } from "../../../kit/push/subscriber-platform.ts";
import { present } from "../json.ts";
import type { Links } from "../types.ts";
import { buildWebPayload } from "./payload.ts";

/** What tells a declared message from any other JSON: the number of the RFC that Web Push is. */
const WEB_PUSH = 8030;
/** An address where a message names none: it must have one, and this is one everywhere, and shows nothing. */
const NOWHERE = "about:blank";
/** A badge as Safari reads it, and no larger than an int of 32 bits holds: digits, as a number or a text. */
const BADGE = /^\d{1,9}$/;

/**
 * Returns the payload for one recipient whose push service is Apple's, as plain JSON. A tap opens `navigate`: the click
 * link, which counts it, or else the notification's URL. The worker, where there is one, gets it first (`mutable`), so that
 * receipts are counted too.
 */
export function buildDeclaredPayload(
  content: PushContent,
  links: Links,
  platform: SubscriberPlatform,
): Record<string, unknown> {
  const flat = buildWebPayload(content, links, platform);
  const navigate = links.click ?? webUrl(flat["url"]) ?? webUrl(content.url) ?? NOWHERE;
  const everywhere = { ...present({ app_badge: badge(flat["app_badge"]) }), mutable: true };
  const shown: Record<string, unknown> = { ...shownFields(flat, content, navigate), ...everywhere };
  // Where `navigate` is the URL itself, that does not have to travel twice, unless an override of that name hides it.
  const isTold = flat["url"] === navigate && !("navigate" in flat);
  const said: Record<string, unknown> = isTold ? { ...shown, url: navigate } : shown;
  const data = Object.fromEntries(
    Object.entries(flat).filter(([name, value]) => said[name] !== value),
  );
  // WebKit reads `app_badge` and `mutable` inside, the W3C's text has them at the top.
  return { web_push: WEB_PUSH, notification: { ...shown, navigate, data }, ...everywhere };
}

/**
 * The fields that are shown. Overrides of the web hold anything; instead of one that Safari would not take, the notification
 * itself speaks, or nobody.
 */
function shownFields(flat: Record<string, unknown>, content: PushContent, navigate: string) {
  const { dir, lang, silent } = flat;
  const titles = [flat["title"], content.title, content.body, navigate];
  return present({
    title: titles.find((one) => text(one) !== null && one !== ""),
    dir: dir === "auto" || dir === "ltr" || dir === "rtl" ? dir : null,
    lang: text(lang),
    body: text(flat["body"]) ?? content.body,
    tag: text(flat["tag"]) ?? content.collapseId,
    icon: absolute(flat["icon"]) ?? absolute(content.icon),
    silent: typeof silent === "boolean" ? silent : null,
  });
}

function badge(value: unknown): unknown {
  const isBadge =
    (typeof value === "number" || typeof value === "string") && BADGE.test(`${value}`);
  return isBadge ? value : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A URL that needs no base to be one. */
function absolute(value: unknown): string | null {
  return typeof value === "string" && URL.canParse(value) ? value : null;
}

function webUrl(value: unknown): string | null {
  const url = absolute(value);
  return url !== null && /^https?:$/.test(new URL(url).protocol) ? url : null;
}
