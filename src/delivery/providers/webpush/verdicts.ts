// The verdicts of push services' answers, by status (RFC 8030 sections 5 and 8.4). Bodies are not standardized.
import type { Answer } from "../exchange.ts";
import type { Verdict } from "../types.ts";
import { rowOfStatus, toVerdict, type Table } from "../verdict-row.ts";

const VAPID =
  "a push service refused the VAPID token: check the subject, and that browsers subscribed with this public key";

/** Statuses without a row are rejected, including redirects, which are never followed. */
export const WEB_PUSH_STATUSES: Table = {
  "2xx": { kind: "sent" },
  "400": { kind: "rejected" },
  "401": { kind: "rejected", flag: VAPID },
  "403": { kind: "rejected", flag: VAPID },
  "404": { kind: "gone" },
  // Microsoft's push service means: too many messages.
  "406": { kind: "retry" },
  "408": { kind: "retry" },
  "410": { kind: "gone" },
  "413": { kind: "rejected" },
  "429": { kind: "retry" },
  "5xx": { kind: "retry" },
};

/** Returns the verdict of an answer at `now`, ms. */
export function webPushVerdict(answer: Answer, now: number): Verdict {
  const row = rowOfStatus(WEB_PUSH_STATUSES, answer.status);
  return toVerdict(row, `HTTP ${answer.status}`, answer.headers, now);
}
