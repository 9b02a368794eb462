// What is concluded from APNs' answers, by reason and by status.
import { describe, expect, test } from "vitest";
import {
  APNS_REASONS,
  APNS_STATUSES,
  apnsVerdict,
} from "../../../../../src/delivery/providers/apns/verdicts.ts";
import { NOW } from "../../../../support/push-content.ts";
import { answer } from "../support.ts";

const REGISTERED = NOW - 1000;
const verdict = (status: number, body: unknown = "", headers: HeadersInit = {}) =>
  apnsVerdict(answer(status, body, headers), REGISTERED, NOW);

/** Every row of APNS_REASONS, with the status Apple sends it with. */
const REASONS: [number, string, Record<string, unknown>][] = [
  [400, "BadDeviceToken", { kind: "doubtful", retires: true }],
  [400, "DeviceTokenNotForTopic", { kind: "doubtful", retires: true }],
  [410, "Unregistered", { kind: "gone" }],
  [410, "ExpiredToken", { kind: "gone" }],
  [403, "InvalidProviderToken", { kind: "misconfigured" }],
  [403, "MissingProviderToken", { kind: "misconfigured" }],
  [403, "BadCertificate", { kind: "misconfigured" }],
  [403, "BadCertificateEnvironment", { kind: "misconfigured" }],
  [403, "BadEnvironmentKeyIdInToken", { kind: "misconfigured" }],
  [403, "UnrelatedKeyIdInToken", { kind: "misconfigured" }],
  [403, "Forbidden", { kind: "misconfigured" }],
  [400, "BadTopic", { kind: "misconfigured" }],
  [400, "MissingTopic", { kind: "misconfigured" }],
  [400, "TopicDisallowed", { kind: "misconfigured" }],
  [400, "BadCollapseId", { kind: "rejected" }],
  [400, "BadExpirationDate", { kind: "rejected" }],
  [400, "BadMessageId", { kind: "rejected" }],
  [404, "BadPath", { kind: "rejected" }],
  [400, "BadPriority", { kind: "rejected" }],
  [400, "DuplicateHeaders", { kind: "rejected" }],
  [400, "InvalidPushType", { kind: "rejected" }],
  [405, "MethodNotAllowed", { kind: "rejected" }],
  [400, "MissingDeviceToken", { kind: "rejected" }],
  [400, "PayloadEmpty", { kind: "rejected" }],
  [413, "PayloadTooLarge", { kind: "rejected" }],
  [400, "IdleTimeout", { kind: "retry", afterMs: null }],
  [429, "TooManyProviderTokenUpdates", { kind: "retry", afterMs: 300_000 }],
  [429, "TooManyRequests", { kind: "retry", afterMs: null }],
  [500, "InternalServerError", { kind: "retry", afterMs: null }],
  [503, "ServiceUnavailable", { kind: "retry", afterMs: null }],
  [503, "Shutdown", { kind: "retry", afterMs: null }],
];

test.each(REASONS)(
  "HTTP %i with the reason %s gets the expected verdict",
  (status, reason, expected) => {
    const result = verdict(status, { reason, timestamp: NOW });
    expect(result).toMatchObject(expected);
    expect(result).toHaveProperty("reason", expect.stringContaining(reason));
  },
);

test("the tests above cover every reason", () => {
  expect(Object.keys(APNS_REASONS).toSorted()).toEqual(
    REASONS.map(([, reason]) => reason).toSorted(),
  );
});

const STATUSES = [
  ["2xx", 200, { kind: "sent" }],
  ["403", 403, { kind: "misconfigured" }],
  ["408", 408, { kind: "retry" }],
  ["410", 410, { kind: "gone", reason: "HTTP 410" }],
  ["429", 429, { kind: "retry" }],
  ["5xx", 500, { kind: "retry" }],
  ["5xx", 503, { kind: "retry" }],
  ["", 301, { kind: "rejected" }],
  ["", 400, { kind: "rejected", reason: "HTTP 400" }],
  ["", 404, { kind: "rejected" }],
  ["", 413, { kind: "rejected" }],
] as const;

describe.each(STATUSES)(
  "the row %j (empty: none) decides about HTTP %i",
  (_row, status, expected) => {
    test.each(["", "<html>", "null", '{"reason":7,"timestamp":"x"}', '{"reason":"toString"}'])(
      "when the body is %j",
      (body) => {
        expect(verdict(status, body)).toMatchObject(expected);
      },
    );
  },
);

test("the tests above cover every row by status", () => {
  const tested = new Set<string>(STATUSES.map(([row]) => row).filter((row) => row !== ""));
  expect(new Set(Object.keys(APNS_STATUSES))).toEqual(tested);
});

test("an expired provider token gives token_expired", () => {
  expect(verdict(403, { reason: "ExpiredProviderToken" })).toMatchObject({ kind: "token_expired" });
});

test("a 410 counts at once against a token of which nobody knows when its device registered it", () => {
  const body = { reason: "Unregistered", timestamp: 1 };
  expect(apnsVerdict(answer(410, body), null, NOW)).toMatchObject({ kind: "gone" });
});

describe("410 counts only against a token registered before it", () => {
  test.each([
    [REGISTERED + 1, "gone"],
    [REGISTERED, "gone"],
    [REGISTERED - 1, "retry"],
  ])("the timestamp %i gives %s", (timestamp, kind) => {
    expect(verdict(410, { reason: "Unregistered", timestamp })).toMatchObject({ kind });
  });
});

test("a timestamp is ignored with any other status", () => {
  const body = { reason: "BadDeviceToken", timestamp: REGISTERED - 1 };
  expect(verdict(400, body)).toMatchObject({ kind: "doubtful" });
});

test("the delay comes from Retry-After", () => {
  expect(verdict(429, { reason: "TooManyRequests" }, { "retry-after": "9" })).toMatchObject({
    afterMs: 9000,
  });
});
