// What is concluded from FCM's answers, by error code and by status.
import { describe, expect, test } from "vitest";
import {
  FCM_CODES,
  FCM_STATUSES,
  fcmVerdict,
} from "../../../../../src/delivery/providers/fcm/verdicts.ts";
import { NOW } from "../../../../support/push-content.ts";
import { answer } from "../support.ts";

const FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

function error(
  status: string,
  errorCode?: string,
  more: { message?: string; field?: string } = {},
) {
  const details = [
    ...(errorCode === undefined ? [] : [{ "@type": FCM_ERROR, errorCode }]),
    ...(more.field === undefined
      ? []
      : [{ "@type": BAD_REQUEST, fieldViolations: [{ field: more.field, description: "x" }] }]),
  ];
  return { error: { code: 400, message: more.message ?? "A message", status, details } };
}
const verdict = (status: number, body: unknown = "", headers: HeadersInit = {}) =>
  fcmVerdict(answer(status, body, headers), NOW);

/** HTTP status, canonical status, error code, verdict. Every row of FCM_CODES is here. */
const CODES = [
  [404, "NOT_FOUND", "UNREGISTERED", { kind: "gone" }],
  [
    403,
    "PERMISSION_DENIED",
    "SENDER_ID_MISMATCH",
    { kind: "doubtful", retires: true, advice: expect.stringContaining("sender id") },
  ],
  [400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", { kind: "rejected" }],
  [
    401,
    "UNAUTHENTICATED",
    "THIRD_PARTY_AUTH_ERROR",
    { kind: "rejected", flag: expect.stringContaining("Firebase") },
  ],
  [
    404,
    "NOT_FOUND",
    undefined,
    { kind: "doubtful", retires: false, advice: expect.stringContaining("project") },
  ],
  [403, "PERMISSION_DENIED", undefined, { kind: "misconfigured" }],
  [429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", { kind: "retry", afterMs: 60_000 }],
  [429, "RESOURCE_EXHAUSTED", undefined, { kind: "retry", afterMs: 60_000 }],
  [503, "UNAVAILABLE", "UNAVAILABLE", { kind: "retry", afterMs: null }],
  [500, "INTERNAL", "INTERNAL", { kind: "retry", afterMs: null }],
  // the status alone, as in the reference's own words
  [404, "UNREGISTERED", undefined, { kind: "gone" }],
] as const;

test.each(CODES)(
  "HTTP %i with status %s and error code %s gets the expected verdict",
  (http, status, errorCode, expected) => {
    const code = errorCode ?? status;
    const result = verdict(http, error(status, errorCode));
    expect(result).toMatchObject(expected);
    expect(result).toHaveProperty("reason", expect.stringContaining(code));
    expect("flag" in result).toBe("flag" in expected);
  },
);

test("the tests above cover every error code", () => {
  const tested = new Set(CODES.map(([, status, errorCode]) => errorCode ?? status));
  expect(new Set(Object.keys(FCM_CODES))).toEqual(tested);
});

/** By status alone. Every row of FCM_STATUSES is here. */
const STATUSES = [
  ["2xx", 200, { kind: "sent" }],
  ["", 401, { kind: "token_expired" }],
  ["403", 403, { kind: "misconfigured" }],
  ["408", 408, { kind: "retry", afterMs: null }],
  ["429", 429, { kind: "retry", afterMs: 60_000 }],
  ["5xx", 500, { kind: "retry", afterMs: null }],
  ["5xx", 503, { kind: "retry", afterMs: null }],
  ["", 302, { kind: "rejected", reason: "HTTP 302" }],
  ["", 400, { kind: "rejected", reason: "HTTP 400" }],
  ["404", 404, { kind: "doubtful", retires: false }],
  ["", 413, { kind: "rejected", reason: "HTTP 413" }],
] as const;

describe.each(STATUSES)(
  "the row %j (empty: none) decides about HTTP %i",
  (_row, status, expected) => {
    test.each(["", "<html>", "null", "[]", '{"error":null}', '{"error":{"details":7,"status":7}}'])(
      "when the body is %j",
      (body) => {
        expect(verdict(status, body)).toMatchObject(expected);
      },
    );
  },
);

test("the tests above cover every row by status", () => {
  const tested = new Set<string>(STATUSES.map(([row]) => row).filter((row) => row !== ""));
  expect(new Set(Object.keys(FCM_STATUSES))).toEqual(tested);
});

describe("INVALID_ARGUMENT", () => {
  test("means a dead token when the field is the token", () => {
    const body = error("INVALID_ARGUMENT", "INVALID_ARGUMENT", { field: "message.token" });
    expect(verdict(400, body)).toEqual({ kind: "gone", reason: "INVALID_ARGUMENT" });
  });
  test("means a dead token when the field is the token and there is no error code", () => {
    const body = error("INVALID_ARGUMENT", undefined, { field: "message.token" });
    expect(verdict(400, body)).toMatchObject({ kind: "gone" });
  });
  test("means a dead token when the message says so", () => {
    const message = "The registration token is not a valid FCM registration token";
    const body = error("INVALID_ARGUMENT", "INVALID_ARGUMENT", { message });
    expect(verdict(400, body)).toMatchObject({ kind: "gone" });
  });
  test.each(["message.data[0].value", "message.token_x", "message.android.ttl"])(
    "means a rejected message when the field is %s",
    (field) => {
      const body = error("INVALID_ARGUMENT", "INVALID_ARGUMENT", { field });
      expect(verdict(400, body)).toMatchObject({ kind: "rejected" });
    },
  );
});

test.each([undefined, "ACCESS_TOKEN_EXPIRED", "SOMETHING_NEW"])(
  "UNAUTHENTICATED with the further code %j asks for a new access token",
  (errorCode) => {
    expect(verdict(401, error("UNAUTHENTICATED", errorCode))).toMatchObject({
      kind: "token_expired",
      reason: expect.stringContaining("service account"),
    });
  },
);

test.each(["PERMISSION_DENIED", "NOT_FOUND", "INVALID_ARGUMENT", "UNAVAILABLE", ""])(
  "HTTP 401 with the canonical status %j and no code of FCM's own asks for a new access token",
  (status) => {
    expect(verdict(401, error(status))).toMatchObject({ kind: "token_expired" });
    expect(verdict(401, error(status, "THIRD_PARTY_AUTH_ERROR"))).toMatchObject({
      kind: "rejected",
    });
  },
);

test("THIRD_PARTY_AUTH_ERROR concerns one token, also with the status 403", () => {
  const body = error("PERMISSION_DENIED", "THIRD_PARTY_AUTH_ERROR");
  expect(verdict(403, body)).toMatchObject({ kind: "rejected", flag: expect.any(String) });
});

test("a code named like a property of every object is unknown", () => {
  expect(verdict(400, error("constructor", "toString"))).toMatchObject({ reason: "HTTP 400" });
});

test("malformed details do not hide the code beside them", () => {
  const details = [null, 7, { errorCode: 7, fieldViolations: "x" }, { errorCode: "UNREGISTERED" }];
  const body = { error: { status: 7, message: null, details } };
  expect(verdict(404, body)).toMatchObject({ kind: "gone" });
});

test.each([429, 500, 503])("Retry-After takes precedence over the delay for HTTP %i", (status) => {
  expect(verdict(status, "", { "retry-after": "7" })).toMatchObject({ afterMs: 7000 });
});
