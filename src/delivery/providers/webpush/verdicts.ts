// The verdicts of push services' answers, by status (RFC 8030 sections 5 and 8.4). Bodies are not standardized.
import type { Answer } from "../exchange.ts";
import type { Verdict } from "../types.ts";
import { rowOfStatus, toVerdict, type Row, type Table } from "../verdict-row.ts";

const VAPID =
  "a push service refused the VAPID token: check the subject, and that browsers subscribed with this public key";

/** Statuses without a row are rejected, including redirects, which are never followed. */
export const WEB_PUSH_STATUSES: Table = {
  "2xx": { kind: "sent" },
  "400": { kind: "rejected" },
  "401": { kind: "doubtful", advice: VAPID, retires: false },
  "403": { kind: "doubtful", advice: VAPID, retires: false },
  "404": { kind: "gone" },
  // Microsoft's push service means: too many messages.
  "406": { kind: "retry" },
  "408": { kind: "retry" },
  "410": { kind: "gone" },
  "413": { kind: "rejected" },
  "429": { kind: "retry" },
  "5xx": { kind: "retry" },
};

/** How push services say that a browser subscribed with another VAPID key than the one of the message. */
const OTHER_KEY = /VapidPkHashMismatch|VAPID\b.*mismatch|do not correspond to the credentials/i;
const OTHER_KEY_STATUSES: readonly number[] = [400, 401, 403];
const OTHER_KEY_ROW: Row = {
  kind: "doubtful",
  advice:
    "browsers subscribed with another VAPID key; check that the app's public key is the one they subscribe with",
  retires: true,
};

/** Returns the verdict of an answer at `now`, ms. */
export function webPushVerdict(answer: Answer, now: number): Verdict {
  if (OTHER_KEY_STATUSES.includes(answer.status) && OTHER_KEY.test(answer.body)) {
    return toVerdict(OTHER_KEY_ROW, "VapidPkHashMismatch", answer.headers, now);
  }
  const row = rowOfStatus(WEB_PUSH_STATUSES, answer.status);
  return toVerdict(row, `HTTP ${answer.status}`, answer.headers, now);
}
