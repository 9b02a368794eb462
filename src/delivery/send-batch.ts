// Asks the providers for every recipient of a batch, and tells what came of each. Never throws: what goes
// wrong with one recipient is that one's outcome.
import type { Ctx } from "../domain/context.ts";
import { linkToken } from "../domain/notifications/links.ts";
import type {
  DeliveryMessage,
  Fault,
  Findings,
  Outcome,
  Recipient,
} from "../domain/ports/notifications.ts";
import type { Sendable } from "../domain/notifications/run.ts";
import { pushContent } from "../domain/notifications/content.ts";
import {
  sendOne,
  type Links,
  type Provider,
  type ProviderDeps,
  type PushContent,
  type Target,
  type Verdict,
} from "./providers/index.ts";
import type { Senders } from "./senders.ts";

/** Sends under way at once: deployed, no more wait for an answer at a time, whatever the code says. */
const SENDS_AT_ONCE = 6;

/** What sending needs besides the context. */
export interface Sending {
  deps: ProviderDeps;
  senders: Senders;
  /** Origin of the links in pushes; "": they carry none. */
  publicUrl: string;
}

export interface BatchResult {
  outcomes: Outcome[];
  findings: Findings;
  /** What owners should look at. */
  flags: Map<Provider, string>;
}

/** Sends to everybody in `message`. */
export async function sendBatch(
  ctx: Ctx,
  sending: Sending,
  sendable: Sendable,
  message: DeliveryMessage,
): Promise<BatchResult> {
  const { recipients, attempt, expiresAt } = message;
  const outcomes: Outcome[] = [];
  const flags = new Map<Provider, string>();
  const misconfigured = new Map<Provider, string>();
  const reached = new Set<Provider>();
  const contentFor = byLanguage(sendable, expiresAt);
  let refused = 0;
  const waiting = recipients.values();
  const worker = async () => {
    for (const recipient of waiting) {
      const { id, provider } = recipient;
      const verdict = await sendTo(ctx, sending, sendable, recipient, contentFor, misconfigured);
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
  const faults: Fault[] = [...misconfigured].map(([provider, reason]) => {
    return { provider, reason, refused: null };
  });
  const browsers = recipients.filter(({ provider }) => provider === "webpush");
  const flag = flags.get("webpush");
  // a push service refuses the one who subscribed with another key; all of a whole batch did not
  if (flag !== undefined && attempt === 1 && refused === browsers.length) {
    faults.push({ provider: "webpush", reason: flag, refused });
  }
  return { outcomes, findings: { faults, reached: [...reached] }, flags };
}

async function sendTo(
  ctx: Ctx,
  { deps, senders, publicUrl }: Sending,
  { id: notificationId, appId }: Sendable,
  recipient: Recipient,
  contentFor: (language: string | null) => PushContent,
  misconfigured: ReadonlyMap<Provider, string>,
): Promise<Verdict> {
  const { provider } = recipient;
  // a credential that was refused is not tried on the rest of the batch
  const known = misconfigured.get(provider);
  if (known !== undefined) return { kind: "misconfigured", reason: known };
  try {
    const content = contentFor(recipient.language);
    const links = linksOf(ctx, publicUrl, notificationId, recipient.id);
    const target = targetOf(recipient);
    const found = await senders.find(ctx, appId, provider);
    if (!found.ok) return found.verdict;
    const first = await sendOne(deps, target, content, links, found.sender);
    if (first.kind !== "token_expired") return first;
    const renewed = await senders.find(ctx, appId, provider, found.sender);
    if (!renewed.ok) return renewed.verdict;
    const second = await sendOne(deps, target, content, links, renewed.sender);
    if (second.kind !== "token_expired") return second;
    return { kind: "misconfigured", reason: "the provider refuses new tokens as expired" };
  } catch (error) {
    ctx.log.error("send_fault", error, { notification: notificationId, recipient: recipient.id });
    return { kind: "retry", reason: "internal error", afterMs: null };
  }
}

/** The content for a language, made once each. */
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

function linksOf(ctx: Ctx, publicUrl: string, notificationId: number, id: number): Links {
  if (publicUrl === "") return { click: null, receipt: null };
  const token = linkToken(ctx.linkSigningKey, notificationId, id);
  return {
    click: `${publicUrl}/public/c/${token}`,
    receipt: `${publicUrl}/public/t/${token}/delivered`,
  };
}

function targetOf({ provider, token, p256dh, auth, since }: Recipient): Target {
  switch (provider) {
    case "fcm":
      return { provider, token };
    case "apns":
      return { provider, token, registeredAt: since };
    case "webpush":
      return { provider, endpoint: token, p256dh: p256dh ?? "", auth: auth ?? "" };
  }
}
