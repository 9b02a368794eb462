// What is concluded from a push service's answers, by status.
import { expect, test } from "vitest";
import {
  WEB_PUSH_REASONS,
  WEB_PUSH_STATUSES,
  webPushVerdict,
} from "../../../../../src/delivery/providers/webpush/verdicts.ts";
import { NOW } from "../../../../support/push-content.ts";
import { answer } from "../support.ts";

const DOUBT = { kind: "doubtful", retires: false, advice: expect.stringContaining("VAPID") };
/** Every row of WEB_PUSH_STATUSES, and statuses without a row. */
const STATUSES: [string, number, Record<string, unknown>][] = [
  ["2xx", 200, { kind: "sent" }],
  ["2xx", 201, { kind: "sent" }],
  ["2xx", 202, { kind: "sent" }],
  ["400", 400, { kind: "rejected" }],
  ["401", 401, DOUBT],
  ["403", 403, DOUBT],
  ["404", 404, { kind: "gone" }],
  ["406", 406, { kind: "retry", afterMs: null }],
  ["408", 408, { kind: "retry", afterMs: null }],
  ["410", 410, { kind: "gone" }],
  ["413", 413, { kind: "rejected" }],
  ["429", 429, { kind: "retry", afterMs: null }],
  ["5xx", 500, { kind: "retry", afterMs: null }],
  ["5xx", 502, { kind: "retry", afterMs: null }],
  ["5xx", 503, { kind: "retry", afterMs: null }],
  ["", 301, { kind: "rejected" }],
  ["", 307, { kind: "rejected" }],
  ["", 418, { kind: "rejected" }],
];

test.each(STATUSES)("the row %j (empty: none) decides about HTTP %i", (_row, status, expected) => {
  const verdict = webPushVerdict(answer(status, "{}"), NOW);
  const reason = expected["kind"] === "sent" ? {} : { reason: `HTTP ${status}` };
  expect(verdict).toEqual({ ...expected, ...reason });
});

test("the tests above cover every row", () => {
  const tested = new Set(STATUSES.map(([row]) => row).filter((row) => row !== ""));
  expect(new Set(Object.keys(WEB_PUSH_STATUSES))).toEqual(tested);
});

test.each([400, 401, 403])("a reason decides about HTTP %i", (status) => {
  for (const [reason, retires] of [
    ["VapidPkHashMismatch", true],
    ["BadJwtToken", false],
  ]) {
    const verdict = webPushVerdict(answer(status, { reason }), NOW);
    const advice = expect.stringContaining("VAPID");
    expect(verdict).toEqual({ kind: "doubtful", reason, advice, retires });
  }
});

test("a reason does not decide where the status says more, and no other word is taken for one", () => {
  const verdict = (status: number, body: unknown) => webPushVerdict(answer(status, body), NOW);
  for (const status of [201, 302, 404, 410, 429, 503]) {
    const plain = verdict(status, "");
    expect(verdict(status, { reason: "VapidPkHashMismatch" }), `${status}`).toEqual(plain);
  }
  for (const body of [{ reason: "BadWebPushTopic" }, { reason: "toString" }, { reason: 1 }, "x"]) {
    expect(verdict(400, body)).toEqual({ kind: "rejected", reason: "HTTP 400" });
  }
  expect(Object.keys(WEB_PUSH_REASONS)).toEqual(["BadJwtToken"]);
});

test.each([406, 429, 503])("the delay of HTTP %i comes from Retry-After", (status) => {
  const headers = { "retry-after": "30" };
  expect(webPushVerdict(answer(status, "", headers), NOW)).toMatchObject({ afterMs: 30_000 });
});

test.each([
  [400, '{"reason":"VapidPkHashMismatch"}'],
  [401, '{"code":401,"errno":109,"message":"VAPID public key mismatch"}'],
  [
    403,
    "the VAPID credentials in the authorization header do not correspond to the credentials used to create the subscriptions.",
  ],
  [
    403,
    "the key in the authorization header does not correspond to the sender ID used to subscribe this user. Please ensure you are using the correct sender ID and server Key from the Firebase console.",
  ],
  [403, '{"reason":"VapidPkHashMismatch"}'],
])("HTTP %i with the body %j says that the browser subscribed with another key", (status, body) => {
  expect(webPushVerdict(answer(status, body), NOW)).toMatchObject({
    kind: "doubtful",
    retires: true,
    advice: expect.stringContaining("VAPID key"),
  });
});

test("a body that speaks of keys decides about no other status", () => {
  const body = '{"reason":"VapidPkHashMismatch"}';
  expect(webPushVerdict(answer(410, body), NOW)).toMatchObject({ kind: "gone" });
  expect(webPushVerdict(answer(503, body), NOW)).toMatchObject({ kind: "retry" });
});
