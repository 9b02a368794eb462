// Sends to the recipients of a batch whose turn comes (turns.ts), and returns the outcome of each; those of the others
// are deferred. It never throws: a fault with one recipient is that recipient's outcome.
import type { Ctx } from "../domain/context.ts";
import { messageLinks } from "../domain/notifications/links.ts";
import { identified } from "../domain/notifications/message-id.ts";
import type {
  Addressed,
  BatchMessage,
  Finding,
  Lane,
  Outcome,
  PresentCredential,
  Refusals,
} from "../domain/ports/notifications.ts";
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import { pushContent } from "../domain/notifications/content.ts";
import type { Acceptance } from "../domain/notifications/retire-tokens.ts";
import { standingRefusals } from "../domain/subscribers/credentials.ts";
import type { DeliveryContext } from "./context.ts";
import type { AppCredentials } from "./senders.ts";
import type { Provider } from "../kit/push/credentials.ts";
import type { PushContent } from "../kit/push/content.ts";
import { isResolved, isTrustedTaker, takerOf } from "../kit/push/services.ts";
import { addressOf } from "./recipient-address.ts";
import { sendOne, STRANGER_MS, UNKNOWN_HOST, type Verdict } from "./providers/index.ts";
import { BUDGETS, Turns } from "./turns.ts";

/** Recipients sent to in parallel: Cloudflare lets a Worker wait for six responses at a time, and queues the rest. */
const SENDS_AT_ONCE = 6;
/** The reason of the verdict after a fault of ours. */
const FAULT = "internal error";
/** The reasons of verdicts that no answer led to. */
const UNANSWERED = ["timeout", "network error", UNKNOWN_HOST, FAULT];
/** The reason of the verdict on a message whose time to live is over. */
const EXPIRED = "expired";
/** The error of recipients that are given up before they were tried. */
const NOT_TRIED = "not tried in time";

export interface SentBatch {
  /** The outcome of each recipient, in no particular order. */
  outcomes: Outcome[];
  /** What was found out about each provider that was asked. */
  findings: Finding[];
  /** Complaints about credentials that the providers themselves make, for the owner to read. */
  flags: Map<Provider, string>;
  /** Recipients whose token is dead, since somebody refused it who takes others', by provider. */
  doubted: { ids: number[]; acceptance: Acceptance }[];
  /** Strangers that kept the batch waiting, some of them. */
  slow: string[];
}

/** A recipient's verdict. `isAsked`: whether it is of its own, and not what is known of the credential. */
interface Answered {
  recipient: Addressed;
  verdict: Verdict | { kind: "deferred"; reason: string; limitMs?: number };
  isAsked: boolean;
  /** The lane of another attempt. */
  lane: Lane;
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
    message: Omit<BatchMessage, "recipients"> & { recipients: readonly Addressed[] };
    refusals: Refusals;
    credentials: AppCredentials;
  },
): Promise<SentBatch> {
  const contentFor = byLanguage(sendable, message.expiresAt);
  const refused = standingRefusals(refusals, [...credentials.values()]);
  const { lane, recipients } = message;
  const { pace, deps } = delivery;
  const { now } = deps;
  const turns = new Turns(recipients, { owner: sendable.accountId, lane, pace, now });
  const answered: Answered[] = [];
  const { promise: late, resolve: endAll } = Promise.withResolvers<null>();
  const timer = setTimeout(() => endAll(null), BUDGETS[lane].end);
  const worker = async () => {
    for (let one = await turns.next(); one; one = await turns.next()) {
      const { provider } = one;
      const credential = credentials.get(provider);
      // A credential that was refused would be refused for all other recipients too.
      const known = refused.get(provider);
      const begunAt = now();
      const verdict: Verdict =
        known === undefined
          ? ((await Promise.race([
              sendTo(ctx, delivery, sendable, one, contentFor, credential),
              late,
            ])) ?? timedOut(one))
          : { kind: "misconfigured", reason: known };
      if (verdict.kind === "misconfigured") refused.set(provider, verdict.reason);
      turns.end(one, isAnswer(verdict), now() - begunAt);
      answered.push({
        recipient: one,
        verdict,
        isAsked: known === undefined,
        lane: turns.laneOf(one),
      });
    }
  };
  await Promise.all(Array.from({ length: SENDS_AT_ONCE }, worker));
  clearTimeout(timer);
  for (const one of turns.left) answered.push(notTried(one, refused, lane, turns));
  return { ...summary(answered, credentials), slow: turns.slowStrangers };
}

/** Whether the host of the recipient answered, whatever it said. */
function isAnswer(verdict: Verdict): boolean {
  return verdict.kind !== "retry" || !UNANSWERED.includes(verdict.reason);
}

/** The verdict for a recipient who is not waited for any longer. What was sent to it counts as an attempt. */
function timedOut(recipient: Addressed): Verdict {
  return { kind: "retry", reason: "timeout", afterMs: null, ...limitOf(recipient) };
}

/** What becomes of a recipient whose turn did not come. */
function notTried(
  recipient: Addressed,
  refused: ReadonlyMap<Provider, string>,
  lane: Lane,
  turns: Turns,
): Answered {
  const reason = refused.get(recipient.provider);
  const next = lane === "slow" ? lane : turns.laneOf(recipient);
  const verdict: Answered["verdict"] =
    reason === undefined
      ? { kind: "deferred", reason: NOT_TRIED, ...limitOf(recipient) }
      : { kind: "misconfigured", reason };
  return { recipient, verdict, isAsked: false, lane: next };
}

/** How long a recipient is waited for at most. */
function limitOf({ provider, token }: Addressed): { limitMs?: number } {
  return isTrustedTaker(takerOf(provider, token)) ? {} : { limitMs: STRANGER_MS };
}

/** What the verdicts of a batch mean together. */
function summary(
  answered: readonly Answered[],
  credentials: AppCredentials,
): Omit<SentBatch, "slow"> {
  const findings: Finding[] = [];
  const flags = new Map<Provider, string>();
  const outcomes: Outcome[] = [];
  const doubted: SentBatch["doubted"] = [];
  for (const [provider, ofProvider] of Map.groupBy(answered, (one) => one.recipient.provider)) {
    const { version, acceptedBy } = credentials.get(provider) ?? { version: 0, acceptedBy: [] };
    const takenBy = [...takersOf(provider, ofProvider, "sent"), ...acceptedBy];
    // The doubt is over where those who doubt take messages with this credential.
    const isDead = ({ recipient, verdict }: Answered) =>
      verdict.kind === "doubtful" &&
      verdict.retires &&
      isResolved(takerOf(provider, recipient.token), takenBy);
    const ids = ofProvider.filter(isDead).map(({ recipient }) => recipient.id);
    if (ids.length > 0) doubted.push({ ids, acceptance: { provider, version, takenBy } });
    for (const one of ofProvider) {
      outcomes.push(outcomeOf(one, isDead(one)));
    }
    const others = ofProvider.filter((one) => one.isAsked && !isDead(one));
    findings.push(findingOf(provider, version, others));
    const flag = flagOf(ofProvider);
    if (flag !== null) flags.set(provider, flag);
  }
  return { outcomes, findings, flags, doubted };
}

/** The complaint about the credential that the provider itself made, the gravest; null if there is none. */
function flagOf(answered: readonly Answered[]): string | null {
  const asked = answered.filter(({ isAsked }) => isAsked).map(({ verdict }) => verdict);
  const refusal = asked.find(({ kind }) => kind === "misconfigured");
  const flags = asked.flatMap((verdict) => (verdict.kind === "rejected" && verdict.flag) || []);
  return refusal?.kind === "misconfigured" ? refusal.reason : (flags[0] ?? null);
}

/** The finding about a provider, of those that it was asked about and whose token is not known to be dead. */
function findingOf(provider: Provider, version: number, asked: readonly Answered[]): Finding {
  const verdicts = asked.map(({ verdict }) => verdict);
  const doubts = verdicts.filter((verdict) => verdict.kind === "doubtful");
  return {
    provider,
    version,
    takenBy: takersOf(provider, asked, "sent"),
    asked: verdicts.filter(({ kind }) => kind !== "retry").length,
    advice: doubts[0]?.advice ?? null,
    retiring: [...new Set(doubts.flatMap(({ reason, retires }) => (retires ? [reason] : [])))],
    doubtedBy: takersOf(provider, asked, "doubtful"),
    refusal: verdicts.find((verdict) => verdict.kind === "misconfigured")?.reason ?? null,
    failure: verdicts.map(failureOf).find((failure) => failure !== null) ?? null,
  };
}

/** Who gave verdicts of this kind. */
function takersOf(provider: Provider, answered: readonly Answered[], kind: Verdict["kind"]) {
  const these = answered.filter(({ verdict }) => verdict.kind === kind);
  return [...new Set(these.map(({ recipient }) => takerOf(provider, recipient.token)))];
}

/** Why a recipient was not reached; null if it was, or if its token is dead. */
function failureOf(verdict: Answered["verdict"]): string | null {
  if (verdict.kind === "sent" || verdict.kind === "gone") return null;
  return (verdict.kind === "rejected" ? verdict.flag : undefined) ?? verdict.reason;
}

/** Sends to one recipient and returns the verdict. Sends again with a new bearer token if the first one has expired. */
async function sendTo(
  ctx: Ctx,
  { deps, senders, publicUrl }: DeliveryContext,
  { id: notificationId, appId }: Sendable,
  recipient: Addressed,
  contentFor: (language: string | null) => PushContent,
  credential: PresentCredential | undefined,
): Promise<Verdict> {
  const { provider } = recipient;
  try {
    const content = identified(
      ctx.linkSigningKey,
      contentFor(recipient.language),
      notificationId,
      recipient.id,
    );
    const ids = { appId, notificationId, subscriberId: recipient.id };
    const links = messageLinks(ctx.linkSigningKey, publicUrl, ids);
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
    return { kind: "retry", reason: FAULT, afterMs: null };
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

/** The outcome of a verdict; `isDead`: whether a doubt was resolved against the token. */
function outcomeOf({ recipient, verdict, lane }: Answered, isDead: boolean): Outcome {
  const { id } = recipient;
  switch (verdict.kind) {
    case "sent":
      return { id, status: "sent" };
    case "gone":
      return { id, status: "gone", error: verdict.reason, reason: "unregistered" };
    case "doubtful":
      return isDead
        ? { id, status: "gone", error: verdict.reason, reason: "unregistered" }
        : { id, status: "failed", error: verdict.reason, reason: "token_or_credential" };
    case "retry": {
      const { kind: status, reason: error, afterMs, limitMs } = verdict;
      const reason = UNANSWERED.includes(error) ? "no_answer" : "unavailable";
      const why = { error, reason: error === FAULT ? "internal" : reason } as const;
      return { id, status, ...why, afterMs, lane, ...(limitMs === undefined ? {} : { limitMs }) };
    }
    case "deferred": {
      const { kind: status, reason: error, limitMs } = verdict;
      const why = { error, reason: "not_tried" } as const;
      return { id, status, ...why, lane, ...(limitMs === undefined ? {} : { limitMs }) };
    }
    case "rejected": {
      const { reason: error } = verdict;
      return { id, status: "failed", error, reason: error === EXPIRED ? "expired" : "rejected" };
    }
    case "misconfigured":
      return { id, status: "failed", error: verdict.reason, reason: "credential" };
  }
}
