// What batches found out about providers, for the whole run, and what follows from it at the end. Pure.
import type { Finding, Refusals } from "../../domain/ports/notifications.ts";
import { Provider } from "../../kit/push/credentials.ts";

/** Most different errors and origins that are kept for each provider: more would decide nothing. */
const MOST_KEPT = 8;
/**
 * A credential is flagged for what recipients were refused for only when this many were asked: a few may be devices that
 * anybody registered. Nothing is counted beyond it.
 */
const MIN_ASKED = 10;
/** For Web Push, where there is no authority but each push service for itself, as many of these must have refused. */
const MIN_ORIGINS = 2;

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
    hasTaken: before.hasTaken || found.hasTaken,
    asked: Math.min(before.asked + found.asked, MIN_ASKED),
    advice: before.advice ?? found.advice,
    retiring: distinct(before.retiring, found.retiring),
    origins: distinct(before.origins, found.origins),
    refusal: before.refusal ?? found.refusal,
    isMixed: before.isMixed,
  };
}

function distinct(known: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...known, ...more])].slice(0, MOST_KEPT);
}

/** The providers through which nobody is asked any more, and why. */
export function refusalsOf(findings: ProviderFindings): Refusals {
  return Object.fromEntries(
    each(findings).flatMap(([provider, { refusal }]) =>
      refusal === null ? [] : [[provider, refusal]],
    ),
  );
}

/**
 * What the owner is told of providers that took no message or can't be used any more, one after the other; null if there
 * is nothing to tell.
 */
export function complaintOf(findings: ProviderFindings): string | null {
  const complaints = each(findings).flatMap(([provider, { refusal, hasTaken, advice }]) => {
    const complaint = refusal ?? (hasTaken ? null : advice);
    return complaint === null ? [] : [`${provider}: ${complaint}`];
  });
  return complaints.length > 0 ? complaints.join("; ") : null;
}

/**
 * The errors of recipients whose token is dead, now that their provider took messages with the same credential: the
 * doubt was resolved during the run.
 */
export function resolvedDoubts(findings: ProviderFindings): string[] {
  return each(findings).flatMap(([, { hasTaken, isMixed, retiring }]) =>
    hasTaken && !isMixed ? retiring : [],
  );
}

/** A credential that a whole send speaks against, and the flag for it. */
export interface Suspect {
  provider: Provider;
  version: number;
  flag: string;
}

/** The credentials that no recipient's provider took, of many that were asked. */
export function suspectsOf(findings: ProviderFindings): Suspect[] {
  return each(findings).flatMap(([provider, finding]) => {
    const { version, hasTaken, asked, advice, origins, isMixed } = finding;
    const isMany = asked >= MIN_ASKED && (provider !== "webpush" || origins.length >= MIN_ORIGINS);
    const isSuspect = advice !== null && !hasTaken && isMany && !isMixed;
    return isSuspect ? [{ provider, version, flag: advice }] : [];
  });
}

function each(findings: ProviderFindings): [Provider, RunFinding][] {
  return Provider.options.flatMap((provider) => {
    const found = findings[provider];
    return found ? [[provider, found] as [Provider, RunFinding]] : [];
  });
}
