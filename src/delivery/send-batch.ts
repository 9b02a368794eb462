// Sends to every recipient of a batch and returns the outcome of each. It never throws: a fault with one recipient is
// that recipient's outcome.
import type { Ctx } from "../domain/context.ts";
import { linkToken, type LinkIds } from "../domain/notifications/links.ts";
import { isReportable, messageId, reportableData } from "../domain/notifications/message-id.ts";
import type {
  BatchMessage,
  Findings,
  Outcome,
  ProviderFault,
  Recipient,
} from "../domain/ports/notifications.ts";
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import { pushContent } from "../domain/notifications/content.ts";
import type { DeliveryContext } from "./context.ts";
import type { Provider } from "../kit/push/credentials.ts";
import type { PushContent } from "../kit/push/content.ts";
import { sendOne, type Links, type Address, type Verdict } from "./providers/index.ts";

/** Recipients sent to in parallel: Cloudflare lets a Worker wait for six responses at a time, and queues the rest. */
const SENDS_AT_ONCE = 6;

export interface SentBatch {
  /** The outcome of each recipient, in no particular order. */
  outcomes: Outcome[];
  findings: Findings;
  /** The flag to set on the credential of each provider, for the owner to read. */
  flags: Map<Provider, string>;
}

/** Sends the content of `sendable` to every recipient in `message`. */
export async function sendBatch(
  ctx: Ctx,
  delivery: DeliveryContext,
  sendable: Sendable,
  message: BatchMessage,
): Promise<SentBatch> {
  const outcomes: Outcome[] = [];
  const flags = new Map<Provider, string>();
  const misconfigured = new Map<Provider, string>();
  const reached = new Set<Provider>();
  const contentFor = byLanguage(sendable, message.expiresAt);
  let refused = 0;
  const waiting = message.recipients.values();
  const worker = async () => {
    for (const recipient of waiting) {
      const { id, provider } = recipient;
      const verdict = await sendTo(ctx, delivery, sendable, recipient, contentFor, misconfigured);
      if (verdict.kind === "misconfigured") misconfigured.set(provider, verdict.reason);
      if (verdict.kind === "sent") reached.add(provider);
      if ("flag" in verdict && verdict.flag !== undefined) {
        flags.set(provider, verdict.flag);
        if (provider === "webpush") refused += 1;
      }
      outcomes.push(outcomeOf(id, verdict));
    }
  };
  await Promise.all(Array.from({ length: SENDS_AT_ONCE }, worker));
  const certain = [...misconfigured].map(([provider, reason]): ProviderFault => {
    return { provider, reason, refused: null };
  });
  const faults = [...certain, ...suspicionOf(message, flags.get("webpush"), refused)];
  return { outcomes, findings: { faults, reached: [...reached] }, flags };
}

/**
 * Returns the fault to suspect when push services refused the VAPID key for `refused` browsers, with `flag` as the
 * reason. A single browser may have subscribed with another key, but hardly all browsers of a whole batch. A retry
 * proves nothing, since it is not a whole batch.
 */
function suspicionOf(
  { recipients, attempt }: BatchMessage,
  flag: string | undefined,
  refused: number,
): ProviderFault[] {
  const browsers = recipients.filter(({ provider }) => provider === "webpush");
  if (flag === undefined || attempt > 1 || refused < browsers.length) return [];
  return [{ provider: "webpush", reason: flag, refused }];
}

/** Sends to one recipient and returns the verdict. Sends again with a new bearer token if the first one has expired. */
async function sendTo(
  ctx: Ctx,
  { deps, senders, publicUrl }: DeliveryContext,
  { id: notificationId, appId }: Sendable,
  recipient: Recipient,
  contentFor: (language: string | null) => PushContent,
  misconfigured: ReadonlyMap<Provider, string>,
): Promise<Verdict> {
  const { provider } = recipient;
  // A credential that was refused would be refused for the rest of the batch too.
  const known = misconfigured.get(provider);
  if (known !== undefined) return { kind: "misconfigured", reason: known };
  try {
    const content = identified(ctx, contentFor(recipient.language), notificationId, recipient.id);
    const links = linksOf(ctx, publicUrl, { appId, notificationId, subscriberId: recipient.id });
    const address = addressOf(recipient);
    const found = await senders.find(ctx, appId, provider);
    if (!found.ok) return found.verdict;
    const first = await sendOne(deps, address, content, links, found.sender);
    if (first.kind !== "token_expired") return first;
    const renewed = await senders.find(ctx, appId, provider, found.sender);
    if (!renewed.ok) return renewed.verdict;
    const second = await sendOne(deps, address, content, links, renewed.sender);
    if (second.kind !== "token_expired") return second;
    return { kind: "misconfigured", reason: "the provider refuses new tokens as expired" };
  } catch (error) {
    ctx.log.error("send_fault", error, { notification: notificationId, recipient: recipient.id });
    return { kind: "retry", reason: "internal error", afterMs: null };
  }
}

/** Returns a function for the push content in a language. Each language is made once. */
function byLanguage(
  sendable: Sendable,
  expiresAt: number,
): (language: string | null) => PushContent {
  const contents = new Map<string | null, PushContent>();
  return (language) => {
    const known = contents.get(language);
    if (known) return known;
    const made = pushContent(sendable.content, { ...sendable, expiresAt }, language);
    contents.set(language, made);
    return made;
  };
}

function outcomeOf(id: number, verdict: Verdict): Outcome {
  switch (verdict.kind) {
    case "sent":
      return { id, status: "sent" };
    case "gone":
      return { id, status: "gone", error: verdict.reason };
    case "retry":
      return { id, status: "retry", error: verdict.reason, afterMs: verdict.afterMs };
    case "rejected":
    case "misconfigured":
      return { id, status: "failed", error: verdict.reason };
  }
}

/** Content whose message is reported by its id, with the id of the message to the recipient `id`. */
function identified(
  ctx: Ctx,
  content: PushContent,
  notificationId: number,
  id: number,
): PushContent {
  if (!isReportable(content.data, content.notificationId)) return content;
  const data = reportableData(messageId(ctx.linkSigningKey, notificationId, id));
  return { ...content, data: { ...content.data, ...data } };
}

function linksOf(ctx: Ctx, publicUrl: string, ids: LinkIds): Links {
  if (publicUrl === "") return { click: null, receipt: null };
  const token = linkToken(ctx.linkSigningKey, ids);
  return {
    click: `${publicUrl}/public/c/${token}`,
    receipt: `${publicUrl}/public/t/${token}/delivered`,
  };
}

function addressOf({ platform, provider, token, p256dh, auth, since }: Recipient): Address {
  switch (provider) {
    case "fcm":
      return { provider, platform, token };
    case "apns":
      return { provider, token, registeredAt: since };
    case "webpush":
      return { provider, platform, endpoint: token, p256dh: p256dh ?? "", auth: auth ?? "" };
  }
}
