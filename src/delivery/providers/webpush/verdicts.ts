// The verdicts of push services' answers, by status (RFC 8030 sections 5 and 8.4). Bodies are not standardized, but Apple
// names a reason in them, as APNs does.
import { z } from "zod";
import { readJson, type Answer } from "../exchange.ts";
import type { Verdict } from "../types.ts";
import { rowOf, rowOfStatus, toVerdict, type Table } from "../verdict-row.ts";

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

/** Rows by Apple's reason: it answers by 400 what other services answer by 401 or 403. */
export const WEB_PUSH_REASONS: Table = {
  BadJwtToken: { kind: "rejected", flag: VAPID },
  VapidPkHashMismatch: { kind: "rejected", flag: VAPID },
};

const ErrorBody = z.object({ reason: z.string() });

/** Returns the verdict of an answer at `now`, ms. A reason counts where the status only says that it was refused. */
export function webPushVerdict(answer: Answer, now: number): Verdict {
  const byStatus = rowOfStatus(WEB_PUSH_STATUSES, answer.status);
  if (byStatus.kind === "rejected" && answer.status >= 400) {
    const reason = ErrorBody.safeParse(readJson(answer.body)).data?.reason ?? "";
    const byReason = rowOf(WEB_PUSH_REASONS, reason);
    if (byReason) return toVerdict(byReason, reason, answer.headers, now);
  }
  return toVerdict(byStatus, `HTTP ${answer.status}`, answer.headers, now);
}
