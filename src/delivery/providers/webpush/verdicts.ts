// The verdicts of push services' answers, by status (RFC 8030 sections 5 and 8.4). Bodies are not standardized, but Apple
// names a reason in them, as APNs does.
import { z } from "zod";
import { readJson, type Answer } from "../exchange.ts";
import type { Verdict } from "../types.ts";
import { rowOf, rowOfStatus, toVerdict, type Row, type Table } from "../verdict-row.ts";

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

/**
 * How push services say that a browser subscribed with another VAPID key than the one of the message: Apple, Mozilla, and
 * Google in two wordings, of which the older calls the key the sender ID.
 */
const OTHER_KEY =
  /VapidPkHashMismatch|VAPID\b.*mismatch|do not correspond to the credentials|does not correspond to the sender ID/i;
const OTHER_KEY_ROW: Row = {
  kind: "doubtful",
  advice:
    "browsers subscribed with another VAPID key; check that the app's public key is the one they subscribe with",
  retires: true,
};

/** Rows by Apple's reason: it answers by 400 what other services answer by 401 or 403. */
export const WEB_PUSH_REASONS: Table = {
  BadJwtToken: { kind: "doubtful", advice: VAPID, retires: false },
};

const ErrorBody = z.object({ reason: z.string() });
/** The statuses by which push services refuse a credential. */
const REFUSED: readonly number[] = [400, 401, 403];

/** Returns the verdict of an answer at `now`, ms. A body counts where the status only says that it was refused. */
export function webPushVerdict(answer: Answer, now: number): Verdict {
  if (REFUSED.includes(answer.status)) {
    if (OTHER_KEY.test(answer.body)) {
      return toVerdict(OTHER_KEY_ROW, "VapidPkHashMismatch", answer.headers, now);
    }
    const reason = ErrorBody.safeParse(readJson(answer.body)).data?.reason ?? "";
    const byReason = rowOf(WEB_PUSH_REASONS, reason);
    if (byReason) return toVerdict(byReason, reason, answer.headers, now);
  }
  const row = rowOfStatus(WEB_PUSH_STATUSES, answer.status);
  return toVerdict(row, `HTTP ${answer.status}`, answer.headers, now);
}
