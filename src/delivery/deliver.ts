// Sends one batch: claims the attempt, asks the providers, reports what became of each recipient. The
// message that brought it is always done with: who is to be tried again leaves in a new one.
import type { Ctx } from "../domain/context.ts";
import { linkToken } from "../domain/notifications/links.ts";
import type { DeliveryMessage, Outcome, Recipient } from "../domain/notifications/ports.ts";
import { loadRun, retireTokens, type RunInfo } from "../domain/notifications/run.ts";
import { pushContent } from "../domain/notifications/content.ts";
import { flagCredential } from "../domain/subscribers/flag-credential.ts";
import {
  sendOne,
  type Links,
  type Provider,
  type ProviderDeps,
  type PushContent,
  type Target,
  type Verdict,
} from "./providers/index.ts";
import { Bounded } from "./bounded.ts";
import { Senders } from "./senders.ts";

/** Sends under way at once: deployed, no more wait for an answer at a time, whatever the code says. */
const SENDS_AT_ONCE = 6;
/** Notifications whose content an isolate keeps at hand. */
const MAX_CACHED_RUNS = 50;

export interface Delivery {
  deps: ProviderDeps;
  senders: Senders;
  /** Origin of the links in pushes; "": they carry none. */
  publicUrl: string;
  runs: Bounded<number, RunInfo>;
}

/** What an isolate keeps between batches. */
export function createDelivery(deps: ProviderDeps, publicUrl: string): Delivery {
  return { deps, publicUrl, senders: new Senders(), runs: new Bounded(MAX_CACHED_RUNS) };
}

/** What is learnt of a batch's credentials while it is sent. */
interface Findings {
  misconfigured: Map<Provider, string>;
  flags: Map<Provider, string>;
}

/** Sends the batch in `message`, unless somebody else does or did. */
export async function deliver(ctx: Ctx, delivery: Delivery, message: DeliveryMessage): Promise<void> {
  const { notificationId, batch, attempt, recipients } = message;
  const run = ctx.notificationRun(notificationId);
  if (!(await run.claim(batch, attempt)).ok) return;
  const startedAt = ctx.now();
  const findings: Findings = { misconfigured: new Map(), flags: new Map() };
  let outcomes: Outcome[];
  try {
    outcomes = await sendAll(ctx, delivery, message, findings);
    await noteFindings(ctx, delivery, message, outcomes, findings, startedAt);
  } catch (error) {
    // nobody knows how far it came: what a device gets twice it shows once
    ctx.log.error("batch_fault", error, { notification: notificationId, batch, attempt });
    outcomes = recipients.map(({ id }) => {
      return { id, status: "retry", error: "internal error", afterMs: null };
    });
  }
  const [misconfigured] = findings.misconfigured;
  const reason = misconfigured ? `${misconfigured[0]}: ${misconfigured[1]}` : null;
  await run.complete(batch, attempt, outcomes, reason);
}

async function sendAll(
  ctx: Ctx,
  delivery: Delivery,
  { notificationId, recipients }: DeliveryMessage,
  findings: Findings,
): Promise<Outcome[]> {
  const info =
    delivery.runs.get(notificationId) ??
    delivery.runs.put(notificationId, await loadRun(ctx, notificationId));
  const contents = new Map<string | null, PushContent>();
  const contentFor = (language: string | null): PushContent => {
    const known = contents.get(language);
    if (known) return known;
    const made = pushContent(info.content, info, language);
    contents.set(language, made);
    return made;
  };
  const outcomes: Outcome[] = [];
  const waiting = recipients.values();
  const worker = async () => {
    for (const recipient of waiting) {
      const content = contentFor(recipient.language);
      const links = linksOf(ctx, delivery, notificationId, recipient.id);
      const verdict = await sendTo(ctx, delivery, info, recipient, content, links, findings);
      outcomes.push(outcomeOf(recipient.id, verdict));
    }
  };
  await Promise.all(Array.from({ length: SENDS_AT_ONCE }, worker));
  return outcomes;
}

async function sendTo(
  ctx: Ctx,
  { deps, senders }: Delivery,
  info: RunInfo,
  recipient: Recipient,
  content: PushContent,
  links: Links,
  findings: Findings,
): Promise<Verdict> {
  const { provider } = recipient;
  // a credential that was refused is not tried on the rest of the batch
  const known = findings.misconfigured.get(provider);
  if (known !== undefined) return { kind: "misconfigured", reason: known };
  const target = targetOf(recipient);
  let verdict = await senders.with(ctx, info.appId, provider, false, (sender) =>
    sendOne(deps, target, content, links, sender),
  );
  if (verdict.kind === "token_expired") {
    verdict = await senders.with(ctx, info.appId, provider, true, (sender) =>
      sendOne(deps, target, content, links, sender),
    );
  }
  if (verdict.kind === "token_expired") {
    verdict = { kind: "misconfigured", reason: "the provider refuses new tokens as expired" };
  }
  if (verdict.kind === "misconfigured") findings.misconfigured.set(provider, verdict.reason);
  if ("flag" in verdict && verdict.flag !== undefined) findings.flags.set(provider, verdict.flag);
  return verdict;
}

/** Tells owners what was found, and retires dead tokens in one statement. */
async function noteFindings(
  ctx: Ctx,
  delivery: Delivery,
  { notificationId, recipients }: DeliveryMessage,
  outcomes: readonly Outcome[],
  findings: Findings,
  startedAt: number,
): Promise<void> {
  const appId = delivery.runs.get(notificationId)?.appId;
  if (appId === undefined) return;
  const webPush = findings.flags.get("webpush");
  if (webPush !== undefined) {
    const browsers = new Set(
      recipients.filter(({ provider }) => provider === "webpush").map(({ id }) => id),
    );
    const isNone = outcomes.every(({ id, status }) => !browsers.has(id) || status === "failed");
    if (isNone) findings.misconfigured.set("webpush", webPush);
  }
  const told = new Map([...findings.flags, ...findings.misconfigured]);
  for (const [provider, flag] of told) await flagCredential(ctx, appId, provider, flag);
  const gone = outcomes.filter(({ status }) => status === "gone").map(({ id }) => id);
  if (gone.length > 0) await retireTokens(ctx, gone, startedAt);
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

function linksOf(ctx: Ctx, { publicUrl }: Delivery, notificationId: number, id: number): Links {
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
