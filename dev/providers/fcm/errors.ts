// Google's error bodies: google.rpc.Status as JSON, with FcmError and BadRequest details
// (FCM HTTP v1 reference, "ErrorCode"; google/rpc/error_details.proto).
import type { Answer } from "../exchange.ts";

const FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

export type FcmErrorCode =
  | "UNREGISTERED"
  | "INVALID_ARGUMENT"
  | "SENDER_ID_MISMATCH"
  | "THIRD_PARTY_AUTH_ERROR"
  | "QUOTA_EXCEEDED"
  | "UNAVAILABLE"
  | "INTERNAL";

/** HTTP status and canonical status of each error code of FCM. */
const STATUS: Record<FcmErrorCode, { code: number; status: string }> = {
  UNREGISTERED: { code: 404, status: "NOT_FOUND" },
  INVALID_ARGUMENT: { code: 400, status: "INVALID_ARGUMENT" },
  SENDER_ID_MISMATCH: { code: 403, status: "PERMISSION_DENIED" },
  THIRD_PARTY_AUTH_ERROR: { code: 401, status: "UNAUTHENTICATED" },
  QUOTA_EXCEEDED: { code: 429, status: "RESOURCE_EXHAUSTED" },
  UNAVAILABLE: { code: 503, status: "UNAVAILABLE" },
  INTERNAL: { code: 500, status: "INTERNAL" },
};

export interface FieldViolation {
  field: string;
  description: string;
}

function status(code: number, canonical: string, message: string, details: unknown[]): unknown {
  return { error: { code, message, status: canonical, ...(details.length > 0 && { details }) } };
}

/** An error of FCM itself, with its code in the details. */
export function fcmError(
  errorCode: FcmErrorCode,
  message: string,
  violations: FieldViolation[] = [],
): Answer {
  const { code, status: canonical } = STATUS[errorCode];
  const details: unknown[] = [{ "@type": FCM_ERROR, errorCode }];
  if (violations.length > 0) details.push({ "@type": BAD_REQUEST, fieldViolations: violations });
  return { status: code, body: status(code, canonical, message, details), reason: errorCode };
}

/** JSON that is no Message: refused before FCM sees it, so without FCM's code. */
export function badRequest(violations: FieldViolation[]): Answer {
  const message = violations.map(({ description }) => description).join("\n");
  const details = [{ "@type": BAD_REQUEST, fieldViolations: violations }];
  return {
    status: 400,
    body: status(400, "INVALID_ARGUMENT", message, details),
    reason: "BAD_REQUEST",
  };
}

/** An error of the API's front, without details. */
export function apiError(code: number, canonical: string, message: string): Answer {
  return { status: code, body: status(code, canonical, message, []), reason: canonical };
}
