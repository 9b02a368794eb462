// How many recipients of a notification have which result, by provider. The run sums them up as its batches are done,
// each recipient once, and they are kept with the notification: they outlive the results (expire-results.ts).
import { Carrier } from "../../kit/push/credentials.ts";
import type { FailureReason } from "../ports/notifications.ts";
import type { RecipientResult } from "./results.ts";

/** Recipients that were sent to, and those that were not, by why; what is left out is 0. */
export type ProviderTotals = Partial<Record<"sent" | FailureReason, number>>;
export type ResultTotals = Partial<Record<Carrier, ProviderTotals>>;

/** What became of one recipient for good: it was sent to, or why it was not. */
type Ending = "sent" | FailureReason;

/** Counts the results of a batch that is done; `providers` are those of its recipients, in the same order. */
export function tally(
  results: readonly RecipientResult[],
  providers: readonly Carrier[],
): ResultTotals {
  const totals: ResultTotals = {};
  for (const [at, { status, reason }] of results.entries()) {
    const provider = providers[at];
    if (provider) add(totals, provider, status === "sent" ? "sent" : (reason ?? "internal"), 1);
  }
  return totals;
}

/** How many recipients have the status `gone`: it has these reasons alone. */
export function goneCount(totals: ResultTotals): number {
  const counts = Object.values(totals).map(({ unregistered = 0, unsubscribed = 0 }) => {
    return unregistered + unsubscribed;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Results that are nobody's failure: who has left, and what was cancelled. */
const EXPECTED: ReadonlySet<string> = new Set([
  "sent",
  "unregistered",
  "unsubscribed",
  "cancelled",
]);

/** Why recipients failed who might have been reached, and how many, by `<provider>:<reason>`. */
export function whyNot(totals: ResultTotals): { reason: string; count: number }[] {
  return Object.entries(totals).flatMap(([provider, endings]) =>
    Object.entries(endings)
      .filter(([ending]) => !EXPECTED.has(ending))
      .map(([ending, count]) => ({ reason: `${provider}:${ending}`, count })),
  );
}

/** Adds `more` to `totals`. */
export function addTotals(totals: ResultTotals, more: ResultTotals): void {
  for (const provider of Carrier.options) {
    for (const [ending, count] of Object.entries(more[provider] ?? {})) {
      add(totals, provider, ending as Ending, count);
    }
  }
}

function add(totals: ResultTotals, provider: Carrier, ending: Ending, count: number): void {
  const ofProvider = (totals[provider] ??= {});
  ofProvider[ending] = (ofProvider[ending] ?? 0) + count;
}
