// What the counts of meters say: of `sends`, what providers and push services said of recipients; of `builds`, why some failed.
import type { Counts } from "./meters.ts";

/** Who sends: the providers, and the inboxes of devices without an address. */
export const CARRIERS = ["fcm", "apns", "webpush", "inbox"] as const;
export type CarrierName = (typeof CARRIERS)[number];

/** What became of a recipient, from the one result that it got for good. */
export const VERDICTS = [
  "sent",
  "gone",
  "rejected",
  "misconfigured",
  "unreached",
  "cancelled",
] as const;
export type VerdictName = (typeof VERDICTS)[number];

const OF_RESULTS: Readonly<Record<string, VerdictName>> = {
  sent: "sent",
  unregistered: "gone",
  unsubscribed: "gone",
  rejected: "rejected",
  expired: "rejected",
  token_or_credential: "misconfigured",
  credential: "misconfigured",
  cancelled: "cancelled",
};

/** The results of recipients by carrier: `result` is `sent`, or the reason why not. */
export function resultsOf(
  counts: Readonly<Counts>,
): { carrier: CarrierName; result: string; verdict: VerdictName; count: number }[] {
  return Object.entries(counts).flatMap(([key, count]) => {
    const [name, result = "", more] = key.split(":");
    const carrier = CARRIERS.find((each) => each === name);
    const isResult = more === undefined && result !== "retry" && result !== "ms";
    if (!carrier || !isResult) return [];
    return [{ carrier, result, verdict: OF_RESULTS[result] ?? "unreached", count }];
  });
}

/** The builds that failed, by their code. */
export function failedBuilds(counts: Readonly<Counts>): { code: string; count: number }[] {
  return Object.entries(counts).flatMap(([key, count]) =>
    key.startsWith(FAILED) ? [{ code: key.slice(FAILED.length), count }] : [],
  );
}

/** What stands before the code in the key of a failed build. */
const FAILED = "failed:";
