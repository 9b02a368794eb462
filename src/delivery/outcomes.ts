// What the verdicts of a batch mean together: the outcome of each recipient, and what was found out about each provider.
import type { Counts } from "../domain/health/meters.ts";
import type { Acceptance } from "../domain/notifications/retire-tokens.ts";
import type { Addressed, Finding, Lane, Outcome } from "../domain/ports/notifications.ts";
import type { Provider } from "../kit/push/credentials.ts";
import { isResolved } from "../kit/push/services.ts";
import { UNKNOWN_HOST, type Verdict } from "./providers/index.ts";
import type { AppCredentials } from "./senders.ts";

/** The reason of the verdict after a fault of ours. */
export const FAULT = "internal error";
/** The reasons of verdicts that no answer led to. */
const UNANSWERED = ["timeout", "network error", UNKNOWN_HOST, FAULT];
/** The reason of the verdict on a message whose time to live is over. */
const EXPIRED = "expired";

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
  /** What is to be counted of it, in the meter `sends` (domain/health): repeats, and how long providers took. */
  attempts: Counts;
}

/** A recipient's verdict. `isAsked`: whether it is of its own, and not what is known of the credential. */
export interface Answered {
  recipient: Addressed;
  /** Who was asked, as `takerOf` names them (kit/push/services.ts). */
  taker: string;
  verdict: Verdict | { kind: "deferred"; reason: string; limitMs?: number };
  isAsked: boolean;
  /** How long that took, ms. */
  tookMs: number;
  /** The lane of another attempt. */
  lane: Lane;
}

/** Whether the host of the recipient answered, whatever it said. */
export function isAnswer(verdict: Verdict): boolean {
  return verdict.kind !== "retry" || !UNANSWERED.includes(verdict.reason);
}

/** What the verdicts of a batch mean together. */
export function summary(
  answered: readonly Answered[],
  credentials: AppCredentials,
): Omit<SentBatch, "slow" | "attempts"> {
  const findings: Finding[] = [];
  const flags = new Map<Provider, string>();
  const outcomes: Outcome[] = [];
  const doubted: SentBatch["doubted"] = [];
  for (const [provider, ofProvider] of Map.groupBy(answered, (one) => one.recipient.provider)) {
    const { version, acceptedBy } = credentials.get(provider) ?? { version: 0, acceptedBy: [] };
    const takenBy = [...takersOf(ofProvider, "sent"), ...acceptedBy];
    // The doubt is over where those who doubt take messages with this credential.
    const isDead = ({ taker, verdict }: Answered) =>
      verdict.kind === "doubtful" && verdict.retires && isResolved(taker, takenBy);
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
    takenBy: takersOf(asked, "sent"),
    asked: verdicts.filter(({ kind }) => kind !== "retry").length,
    advice: doubts[0]?.advice ?? null,
    retiring: [...new Set(doubts.flatMap(({ reason, retires }) => (retires ? [reason] : [])))],
    doubtedBy: takersOf(asked, "doubtful"),
    refusal: verdicts.find((verdict) => verdict.kind === "misconfigured")?.reason ?? null,
    failure: verdicts.map(failureOf).find((failure) => failure !== null) ?? null,
  };
}

/** Who gave verdicts of this kind. */
function takersOf(answered: readonly Answered[], kind: Verdict["kind"]): string[] {
  const these = answered.filter(({ verdict }) => verdict.kind === kind);
  return [...new Set(these.map(({ taker }) => taker))];
}

/** Why a recipient was not reached; null if it was, or if its token is dead. */
function failureOf(verdict: Answered["verdict"]): string | null {
  if (verdict.kind === "sent" || verdict.kind === "gone") return null;
  return (verdict.kind === "rejected" ? verdict.flag : undefined) ?? verdict.reason;
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
