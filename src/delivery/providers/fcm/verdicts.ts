// The verdicts of FCM's answers (firebase.google.com, REST reference v1, ErrorCode; google.rpc.Code). The error code in
// error.details takes precedence over the canonical status, and that over the HTTP status; of a 401 it alone counts.
import { z } from "zod";
import { readJson, type Answer } from "../exchange.ts";
import type { SendResult } from "../types.ts";
import { rowOf, rowOfStatus, toVerdict, type Row, type Table } from "../verdict-row.ts";

/** The pause after a 429 without Retry-After, ms: quotas are counted by the minute. */
const QUOTA_PAUSE_MS = 60_000;

const SERVICE_ACCOUNT =
  "FCM does not accept the service account; set a valid one with the role Firebase Cloud Messaging API Admin";
const SENDER =
  "the token belongs to another Firebase project; check that the service account is of the app's own (its sender id)";
const PROJECT = "FCM does not know the project; check that the service account is of the app's own";
const THIRD_PARTY =
  "the APNs or Web Push key in the Firebase project is missing or wrong; correct it in the Firebase console";

/** Rows by error.details[].errorCode, then by error.status. */
export const FCM_CODES: Table = {
  UNREGISTERED: { kind: "gone" },
  SENDER_ID_MISMATCH: { kind: "doubtful", advice: SENDER, retires: true },
  INVALID_ARGUMENT: { kind: "rejected" },
  // It concerns the iOS or web credential inside Firebase, and so this token alone.
  THIRD_PARTY_AUTH_ERROR: { kind: "rejected", flag: THIRD_PARTY },
  PERMISSION_DENIED: { kind: "misconfigured", advice: SERVICE_ACCOUNT },
  QUOTA_EXCEEDED: { kind: "retry", afterMs: QUOTA_PAUSE_MS },
  RESOURCE_EXHAUSTED: { kind: "retry", afterMs: QUOTA_PAUSE_MS },
  UNAVAILABLE: { kind: "retry" },
  INTERNAL: { kind: "retry" },
  // It may be the project that is missing.
  NOT_FOUND: { kind: "doubtful", advice: PROJECT, retires: false },
};

/** Rows by HTTP status, for bodies without a known code. */
export const FCM_STATUSES: Table = {
  "2xx": { kind: "sent" },
  "403": { kind: "misconfigured", advice: SERVICE_ACCOUNT },
  "404": { kind: "doubtful", advice: PROJECT, retires: false },
  "408": { kind: "retry" },
  "429": { kind: "retry", afterMs: QUOTA_PAUSE_MS },
  "5xx": { kind: "retry" },
};

/** The row for an INVALID_ARGUMENT about the token itself. */
const TOKEN_INVALID: Row = { kind: "gone" };
const TOKEN_FIELD = "message.token";
const TOKEN_MESSAGE = /not a valid FCM registration token/i;

const ErrorBody = z.object({
  error: z.object({
    status: z.string().catch(""),
    message: z.string().catch(""),
    details: z
      .array(
        z
          .object({
            errorCode: z.string().optional().catch(undefined),
            fieldViolations: z
              .array(z.object({ field: z.string().catch("") }).catch({ field: "" }))
              .catch([]),
          })
          .catch({ fieldViolations: [] }),
      )
      .catch([]),
  }),
});

/**
 * The status for an access token that Google does not take (any more), unless FCM's own code has another reason. Google's
 * front end, which looks at the token, gives such answers canonical statuses of many kinds, so these say nothing here.
 */
const TOKEN_REFUSED = 401;

/**
 * Returns the verdict of an answer to messages:send at `now`, ms. `token_expired` asks the caller to send again with a
 * new access token.
 */
export function fcmVerdict(answer: Answer, now: number): SendResult {
  const found = classify(answer);
  if (found === null) {
    return { kind: "token_expired", reason: `UNAUTHENTICATED: ${SERVICE_ACCOUNT}` };
  }
  return toVerdict(found.row, found.code, answer.headers, now);
}

/** Returns the code and row of an answer; null if it refuses the access token. */
function classify(answer: Answer): { code: string; row: Row } | null {
  const byStatus = rowOfStatus(FCM_STATUSES, answer.status);
  const http =
    answer.status === TOKEN_REFUSED ? null : { code: `HTTP ${answer.status}`, row: byStatus };
  if (byStatus.kind === "sent") return http;
  const parsed = ErrorBody.safeParse(readJson(answer.body));
  if (!parsed.success) return http;
  const { status, message, details } = parsed.data.error;
  const codes = details.map((detail) => detail.errorCode ?? "");
  if (answer.status !== TOKEN_REFUSED) codes.push(status);
  for (const code of codes) {
    const row = rowOf(FCM_CODES, code);
    if (row === undefined) continue;
    const fields = details.flatMap((detail) => detail.fieldViolations.map(({ field }) => field));
    const aboutToken = fields.includes(TOKEN_FIELD) || TOKEN_MESSAGE.test(message);
    return { code, row: code === "INVALID_ARGUMENT" && aboutToken ? TOKEN_INVALID : row };
  }
  return http;
}
