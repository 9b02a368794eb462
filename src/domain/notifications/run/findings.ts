// What batches found out about providers, for the whole send, and what follows from it at the end. Pure.
import type { Claimed, Finding, Refusals } from "../../ports/notifications.ts";
import { SLOW_MS } from "../../../kit/host-pace.ts";
import { Provider } from "../../../kit/push/credentials.ts";
import { addTakers, isResolved } from "../../../kit/push/services.ts";

/** Most different errors that are kept for each provider: providers have fewer for doubtful answers. */
const MOST_KEPT = 8;
/**
 * A credential is flagged for what recipients were refused for only when this many were asked: a few may be devices that
 * anybody registered. Nothing is counted beyond it.
 */
const MIN_ASKED = 10;
/** For Web Push, where there is no authority but each push service for itself, as many of these must have refused. */
const MIN_SERVICES = 2;
/** Most slow hosts that a run keeps: beyond a few, all unknown ones of the customer count as slow anyway. */
const MAX_SLOW_HOSTS = 16;

/** The findings of all batches about one provider. */
export interface RunFinding extends Omit<Finding, "provider"> {
  /** Whether the credential was changed during the run, so that nothing can be concluded from all answers together. */
  isMixed: boolean;
}

export type ProviderFindings = Partial<Record<Provider, RunFinding>>;

/**
 * Merges the findings of a batch into those of the run. Returns the same object when there is nothing new in them, so
 * that most batches of a send cost no write.
 */
export function mergeFindings(
  known: ProviderFindings,
  findings: readonly Finding[],
): ProviderFindings {
  const merged = { ...known };
  for (const { provider, ...found } of findings) {
    const fresh = { ...found, asked: Math.min(found.asked, MIN_ASKED), isMixed: false };
    merged[provider] = mergeOne(merged[provider], fresh);
  }
  return JSON.stringify(merged) === JSON.stringify(known) ? known : merged;
}

function mergeOne(before: RunFinding | undefined, found: RunFinding): RunFinding {
  if (!before) return found;
  // What is known of one version says nothing of another. A credential that was deleted has the version 0, and one that
  // is set after that begins anew.
  if (found.version !== before.version) {
    const isLater = found.version > before.version || found.version === 0;
    return { ...(isLater ? found : before), isMixed: true };
  }
  return {
    version: before.version,
    takenBy: addTakers(before.takenBy, found.takenBy),
    asked: Math.min(before.asked + found.asked, MIN_ASKED),
    advice: before.advice ?? found.advice,
    retiring: distinct(before.retiring, found.retiring),
    doubtedBy: addTakers(before.doubtedBy, found.doubtedBy),
    refusal: before.refusal ?? found.refusal,
    failure: before.failure ?? found.failure,
    isMixed: before.isMixed,
  };
}

function distinct(known: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...known, ...more])].slice(0, MOST_KEPT);
}

/** The credentials with which nobody is asked any more, and why. */
export function refusalsOf(findings: ProviderFindings): Refusals {
  return Object.fromEntries(
    each(findings).flatMap(([provider, { version, refusal: reason }]) =>
      reason === null ? [] : [[provider, { version, reason }]],
    ),
  );
}

/**
 * What the owner is told of providers that took no message or can't be used any more, one after the other; null if there
 * is nothing to tell.
 */
export function complaintOf(findings: ProviderFindings): string | null {
  const complaints = each(findings).flatMap(([provider, finding]) => {
    const { refusal, takenBy, advice, failure } = finding;
    const isDoubted = finding.doubtedBy.some((one) => !isResolved(one, takenBy));
    const complaint =
      refusal ?? (isDoubted ? advice : null) ?? (takenBy.length === 0 ? failure : null);
    return complaint === null ? [] : [`${provider}: ${complaint}`];
  });
  return complaints.length > 0 ? complaints.join("; ") : null;
}

/** Tokens that are dead, now that those who doubted them took messages with the same credential. */
export interface ResolvedDoubt {
  provider: Provider;
  version: number;
  /** The errors of their recipients. */
  errors: string[];
  /** Who took messages. */
  takenBy: string[];
}

/** The doubts that were resolved during the run. */
export function resolvedDoubts(findings: ProviderFindings): ResolvedDoubt[] {
  return each(findings).flatMap(([provider, finding]) => {
    const { version, isMixed, retiring: errors, doubtedBy, takenBy } = finding;
    const isAny =
      !isMixed && errors.length > 0 && doubtedBy.some((one) => isResolved(one, takenBy));
    return isAny ? [{ provider, version, errors, takenBy }] : [];
  });
}

/** A credential that a whole send speaks against, and the flag for it. */
export interface Suspect {
  provider: Provider;
  version: number;
  flag: string;
}

/** The credentials with which nobody took a message, of many that were asked, and that were not refused outright. */
export function suspectsOf(findings: ProviderFindings): Suspect[] {
  return each(findings).flatMap(([provider, finding]) => {
    const { version, takenBy, asked, advice, doubtedBy, refusal, isMixed } = finding;
    const isMany =
      asked >= MIN_ASKED && (provider !== "webpush" || doubtedBy.length >= MIN_SERVICES);
    const isSuspect = refusal === null && isMany && !isMixed && takenBy.length === 0;
    return isSuspect && advice !== null ? [{ provider, version, flag: advice }] : [];
  });
}

function each(findings: ProviderFindings): [Provider, RunFinding][] {
  return Provider.options.flatMap((provider) => {
    const found = findings[provider];
    return found ? [[provider, found] as [Provider, RunFinding]] : [];
  });
}

/**
 * Adds hosts that kept a batch waiting to those that are known. Returns the same object when there is nothing new, so that
 * most batches cost no write.
 */
export function mergeSlowHosts(
  known: Record<string, number>,
  hosts: readonly string[],
  now: number,
): Record<string, number> {
  const isNew = hosts.some((host) => (known[host] ?? 0) < now + SLOW_MS / 2);
  if (!isNew) return known;
  const merged = { ...known, ...Object.fromEntries(hosts.map((host) => [host, now + SLOW_MS])) };
  const latest = Object.entries(merged).toSorted(([, a], [, b]) => b - a);
  return Object.fromEntries(latest.slice(0, MAX_SLOW_HOSTS));
}

/** The hosts that are slow at present, and for how much longer, ms. */
export function slowHostsNow(known: Record<string, number>, now: number): Claimed["slow"] {
  return Object.entries(known).flatMap(([host, until]) =>
    until > now ? [{ host, forMs: until - now }] : [],
  );
}
