// Sends to every recipient of a batch and returns the outcome of each. It never throws: a fault with one recipient is
// that recipient's outcome.
import type { Ctx } from "../domain/context.ts";
import { linkToken, type LinkIds } from "../domain/notifications/links.ts";
import { isReportable, messageId, reportableData } from "../domain/notifications/message-id.ts";
import type {
  BatchMessage,
  Finding,
  Outcome,
  PresentCredential,
  Recipient,
  Refusals,
} from "../domain/ports/notifications.ts";
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import { pushContent } from "../domain/notifications/content.ts";
import type { DeliveryContext } from "./context.ts";
import type { AppCredentials } from "./senders.ts";
import type { Provider } from "../kit/push/credentials.ts";
import type { PushContent } from "../kit/push/content.ts";
import { addressOf } from "./recipient-address.ts";
import { sendOne, type Links, type Verdict } from "./providers/index.ts";

/** Recipients sent to in parallel: Cloudflare lets a Worker wait for six responses at a time, and queues the rest. */
const SENDS_AT_ONCE = 6;

/** Most push services that a batch names among those that refused it: two already are more than one. */
const MAX_ORIGINS = 2;

export interface SentBatch {
  /** The outcome of each recipient, in no particular order. */
  outcomes: Outcome[];
  /** What was found out about each provider that was asked. */
  findings: Finding[];
  /** Complaints about credentials that the providers themselves make, for the owner to read. */
  flags: Map<Provider, string>;
  /** Recipients whose token is dead, since the provider refused it and takes others. */
  doubted: number[];
}

/** A recipient's verdict. */
interface Answered {
  recipient: Recipient;
  verdict: Verdict;
}

/** Sends the content of `sendable` to every recipient in `message`, unless its provider is among `refusals`. */
export async function sendBatch(
  ctx: Ctx,
  delivery: DeliveryContext,
  sendable: Sendable,
  {
    message,
    refusals,
    credentials,
  }: {
    message: BatchMessage;
    refusals: Refusals;
    credentials: AppCredentials;
  },
): Promise<SentBatch> {
  const contentFor = byLanguage(sendable, message.expiresAt);
  const refused = new Map(Object.entries(refusals) as [Provider, string][]);
  const answered: Answered[] = [];
  const waiting = message.recipients.values();
  const worker = async () => {
    for (const recipient of waiting) {
      const { provider } = recipient;
      // A credential that was refused would be refused for all other recipients too.
      const known = refused.get(provider);
      const verdict: Verdict =
        known === undefined
          ? await sendTo(ctx, delivery, sendable, recipient, contentFor, credentials.get(provider))
          : { kind: "misconfigured", reason: known };
      if (verdict.kind === "misconfigured") refused.set(provider, verdict.reason);
      answered.push({ recipient, verdict });
    }
  };
  await Promise.all(Array.from({ length: SENDS_AT_ONCE }, worker));
  return summary(answered, credentials);
}

/** What the verdicts of a batch mean together. */
function summary(answered: readonly Answered[], credentials: AppCredentials): SentBatch {
  const byProvider = Map.groupBy(answered, ({ recipient }) => recipient.provider);
  const findings = [...byProvider].map(([provider, asked]) =>
    findingOf(provider, credentials.get(provider)?.version ?? 0, asked),
  );
  const flags = new Map<Provider, string>();
  for (const { recipient, verdict } of answered) {
    if (verdict.kind === "misconfigured") flags.set(recipient.provider, verdict.reason);
    if (verdict.kind === "rejected" && verdict.flag) flags.set(recipient.provider, verdict.flag);
  }
  // The doubt is over where the provider takes messages with this credential.
  const isAccepted = new Map(
    findings.map(({ provider, hasTaken }) => [
      provider,
      hasTaken || (credentials.get(provider)?.acceptedAt ?? null) !== null,
    ]),
  );
  const outcomes = answered.map(({ recipient: { id, provider }, verdict }) =>
    outcomeOf(id, verdict, isAccepted.get(provider) ?? false),
  );
  const doubted = answered.flatMap(({ recipient: { id, provider }, verdict }) =>
    isAccepted.get(provider) && verdict.kind === "doubtful" && verdict.retires ? [id] : [],
  );
  return { outcomes, findings, flags, doubted };
}

function findingOf(provider: Provider, version: number, answered: readonly Answered[]): Finding {
  const verdicts = answered.map(({ verdict }) => verdict);
  const doubtful = answered.flatMap(({ recipient, verdict }) =>
    verdict.kind === "doubtful" ? [{ recipient, verdict }] : [],
  );
  const retiring = doubtful.flatMap(({ verdict }) => (verdict.retires ? [verdict.reason] : []));
  const origins = doubtful.flatMap(({ recipient }) =>
    provider === "webpush" ? (URL.parse(recipient.token)?.origin ?? []) : [],
  );
  return {
    provider,
    version,
    hasTaken: verdicts.some(({ kind }) => kind === "sent"),
    asked: verdicts.filter(({ kind }) => kind !== "gone" && kind !== "retry").length,
    advice: doubtful[0]?.verdict.advice ?? null,
    retiring: [...new Set(retiring)],
    origins: [...new Set(origins)].slice(0, MAX_ORIGINS),
    refusal: verdicts.find((verdict) => verdict.kind === "misconfigured")?.reason ?? null,
  };
}

/** Sends to one recipient and returns the verdict. Sends again with a new bearer token if the first one has expired. */
async function sendTo(
  ctx: Ctx,
  { deps, senders, publicUrl }: DeliveryContext,
  { id: notificationId, appId }: Sendable,
  recipient: Recipient,
  contentFor: (language: string | null) => PushContent,
  credential: PresentCredential | undefined,
): Promise<Verdict> {
  const { provider } = recipient;
  try {
    const content = identified(ctx, contentFor(recipient.language), notificationId, recipient.id);
    const links = linksOf(ctx, publicUrl, { appId, notificationId, subscriberId: recipient.id });
    const address = addressOf(recipient);
    const found = await senders.find(ctx, provider, credential);
    if (!found.ok) return found.verdict;
    const first = await sendOne(deps, address, content, links, found.sender);
    if (first.kind !== "token_expired") return first;
    const renewed = await senders.find(ctx, provider, credential, found.sender);
    if (!renewed.ok) return renewed.verdict;
    const second = await sendOne(deps, address, content, links, renewed.sender);
    if (second.kind !== "token_expired") return second;
    return { kind: "misconfigured", reason: second.reason };
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

/** The outcome of a verdict; `isAccepted`: the provider takes messages with this credential. */
function outcomeOf(id: number, verdict: Verdict, isAccepted: boolean): Outcome {
  switch (verdict.kind) {
    case "sent":
      return { id, status: "sent" };
    case "gone":
      return { id, status: "gone", error: verdict.reason };
    case "doubtful": {
      const status = isAccepted && verdict.retires ? "gone" : "failed";
      return { id, status, error: verdict.reason };
    }
    case "retry": {
      const { reason: error, afterMs, limitMs } = verdict;
      return { id, status: "retry", error, afterMs, ...(limitMs === undefined ? {} : { limitMs }) };
    }
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
