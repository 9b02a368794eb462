// What is counted of a batch, besides the results that its recipients get in the end.
import { ANSWER_BOUNDS, observe } from "../domain/health/histogram.ts";
import { SLOW_PREFIX, type Counts } from "../domain/health/meters.ts";
import type { Provider } from "../kit/push/credentials.ts";

/** As far as a recipient's verdict counts. */
interface Answered {
  recipient: { provider: Provider };
  verdict: { kind: string };
  isAsked: boolean;
  tookMs: number;
}

/** Returns how long providers took, whom they are to be asked for again, and the slow hosts, for the meter `sends`. */
export function countsOf(answered: readonly Answered[], slow: readonly string[]): Counts {
  const counts: Counts = {};
  for (const { recipient, verdict, isAsked, tookMs } of answered) {
    const { provider } = recipient;
    if (isAsked) observe(counts, `${provider}:`, ANSWER_BOUNDS, tookMs);
    const repeats = `${provider}:retry`;
    if (verdict.kind === "retry") counts[repeats] = (counts[repeats] ?? 0) + 1;
  }
  for (const host of slow) counts[SLOW_PREFIX + host] = 1;
  return counts;
}
