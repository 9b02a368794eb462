// The verdicts of FCM's answers (firebase.google.com, REST reference v1, ErrorCode; google.rpc.Code). The error code in
// error.details takes precedence over the canonical status, and that over the HTTP status.
import { z } from "zod";
import { readJson, type Answer } from "../exchange.ts";
import type { Verdict } from "../types.ts";
import { rowOf, rowOfStatus, toVerdict, type Row, type Table } from "../verdict-row.ts";

/** The pause after a 429 without Retry-After, ms: quotas are counted by the minute. */
const QUOTA_PAUSE_MS = 60_000;

const SERVICE_ACCOUNT =
  "FCM does not accept the service account; set a valid one with the role Firebase Cloud Messaging API Admin";
const THIRD_PARTY =
  "the APNs or Web Push key in the Firebase project is missing or wrong; correct it in the Firebase console";

/** Rows by error.details[].errorCode, then by error.status. */
export const FCM_CODES: Table = {
  UNREGISTERED: { kind: "gone" },
  SENDER_ID_MISMATCH: {
    kind: "gone",
    flag: "A token belongs to another Firebase project: check that the service account is the app's own",
  },
  INVALID_ARGUMENT: { kind: "rejected" },
  THIRD_PARTY_AUTH_ERROR: { kind: "misconfigured", advice: THIRD_PARTY },
  UNAUTHENTICATED: { kind: "misconfigured", advice: SERVICE_ACCOUNT },
  PERMISSION_DENIED: { kind: "misconfigured", advice: SERVICE_ACCOUNT },
  QUOTA_EXCEEDED: { kind: "retry", afterMs: QUOTA_PAUSE_MS },
  RESOURCE_EXHAUSTED: { kind: "retry", afterMs: QUOTA_PAUSE_MS },
  UNAVAILABLE: { kind: "retry" },
  INTERNAL: { kind: "retry" },
  // A bare NOT_FOUND has no row: it may be the project that is missing, and retiring can't be undone.
};

/** Rows by HTTP status, for bodies without a known code. */
export const FCM_STATUSES: Table = {
  "2xx": { kind: "sent" },
  "401": { kind: "misconfigured", advice: SERVICE_ACCOUNT },
  "403": { kind: "misconfigured", advice: SERVICE_ACCOUNT },
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

/** Returns the verdict of an answer to messages:send at `now`, ms. */
export function fcmVerdict(answer: Answer, now: number): Verdict {
  const { code, row } = classify(answer);
  return toVerdict(row, code, answer.headers, now);
}

function classify(answer: Answer): { code: string; row: Row } {
  const byStatus = rowOfStatus(FCM_STATUSES, answer.status);
  const http = { code: `HTTP ${answer.status}`, row: byStatus };
  if (byStatus.kind === "sent") return http;
  const parsed = ErrorBody.safeParse(readJson(answer.body));
  if (!parsed.success) return http;
  const { status, message, details } = parsed.data.error;
  const codes = [...details.map((detail) => detail.errorCode ?? ""), status];
  for (const code of codes) {
    const row = rowOf(FCM_CODES, code);
    if (row === undefined) continue;
    const fields = details.flatMap((detail) => detail.fieldViolations.map(({ field }) => field));
    const aboutToken = fields.includes(TOKEN_FIELD) || TOKEN_MESSAGE.test(message);
    return { code, row: code === "INVALID_ARGUMENT" && aboutToken ? TOKEN_INVALID : row };
  }
  return http;
}
