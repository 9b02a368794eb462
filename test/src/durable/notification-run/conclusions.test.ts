// What a run concludes from what its batches found out about providers, what it counts, and how it ends.
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../../src/domain/ports/notifications.ts";
import { countersOf } from "../../../../src/durable/notification-run/counters.ts";
import { endOf } from "../../../../src/domain/notifications/run/end-of.ts";
import {
  complaintOf,
  mergeFindings,
  refusalsOf,
  resolvedDoubts,
  suspectsOf,
  type ProviderFindings,
} from "../../../../src/domain/notifications/run/findings.ts";
import { newRun, type RunState } from "../../../../src/durable/notification-run/state.ts";

const MOZILLA = "https://updates.push.services.mozilla.com";
const APPLE = "https://web.push.apple.com";
const ELSEWHERE = "https://push.example.net";
const RUN: RunState = { ...newRun(1, "starting"), phase: "cutting", batchSize: 50 };

/** What a batch found out about FCM; nothing in particular unless `more` says so. */
const found = (more: Partial<Finding> = {}): Finding => ({
  provider: "fcm",
  version: 1,
  takenBy: [],
  asked: 0,
  advice: null,
  retiring: [],
  doubtedBy: [],
  refusal: null,
  failure: null,
  ...more,
});
const doubt = (asked: number, more: Partial<Finding> = {}) =>
  found({
    asked,
    advice: "look at the sender id",
    retiring: ["SENDER_ID_MISMATCH"],
    doubtedBy: ["fcm"],
    ...more,
  });
const all = (...batches: Finding[]) =>
  batches.reduce<ProviderFindings>((known, one) => mergeFindings(known, [one]), {});

describe("findings of batches", () => {
  test("that are not new leave what is known as it was, so that nothing is written", () => {
    const known = all(found({ takenBy: ["fcm"], asked: 50 }));
    expect(mergeFindings(known, [found({ takenBy: ["fcm"], asked: 50 })])).toBe(known);
    expect(mergeFindings(known, [])).toBe(known);
    expect(mergeFindings(known, [doubt(1)])).not.toBe(known);
  });

  test("stop a provider, and no other, once it refuses the credential", () => {
    const known = all(
      found({ takenBy: ["fcm"], asked: 50 }),
      found({ provider: "apns", refusal: "the key was revoked" }),
      found({ provider: "apns", refusal: "another reason" }),
    );
    expect(refusalsOf(known)).toEqual({ apns: { version: 1, reason: "the key was revoked" } });
    expect(complaintOf(known)).toBe("apns: the key was revoked");
  });

  test("tell of doubts only while the provider takes nobody's message", () => {
    expect(complaintOf(all(doubt(3)))).toBe("fcm: look at the sender id");
    expect(complaintOf(all(doubt(3), found({ takenBy: ["fcm"], asked: 1 })))).toBeNull();
  });

  test("name every provider that something is wrong with", () => {
    const known = all(doubt(1), found({ provider: "webpush", refusal: "no key" }));
    expect(complaintOf(known)).toBe("fcm: look at the sender id; webpush: no key");
  });

  test("resolve doubts when the provider takes a message, before or after", () => {
    expect(resolvedDoubts(all(doubt(9)))).toEqual([]);
    const taken = found({ takenBy: ["fcm"], asked: 1 });
    const resolved = [
      { provider: "fcm", version: 1, errors: ["SENDER_ID_MISMATCH"], takenBy: ["fcm"] },
    ];
    expect(resolvedDoubts(all(doubt(9), taken))).toEqual(resolved);
    expect(resolvedDoubts(all(taken, doubt(9)))).toEqual(resolved);
    // a push service speaks for itself alone, unless it is a browser maker's
    const mismatch = (by: string) => doubt(9, { provider: "webpush", doubtedBy: [by] });
    const tookWeb = (by: string) => found({ provider: "webpush", takenBy: [by], asked: 1 });
    expect(resolvedDoubts(all(mismatch(MOZILLA), tookWeb(APPLE)))).toHaveLength(1);
    expect(resolvedDoubts(all(mismatch(MOZILLA), tookWeb(ELSEWHERE)))).toEqual([]);
    expect(resolvedDoubts(all(mismatch(ELSEWHERE), tookWeb(ELSEWHERE)))).toHaveLength(1);
    // what another version of the credential was refused or taken for is another matter
    const later = found({ takenBy: ["fcm"], asked: 1, version: 2 });
    expect(resolvedDoubts(all(doubt(9), later))).toEqual([]);
    expect(resolvedDoubts(all(later, doubt(9)))).toEqual([]);
  });
});

describe("a credential is flagged", () => {
  const flag = (...batches: Finding[]) => suspectsOf(all(...batches)).map(({ flag: text }) => text);
  const web = (asked: number, doubtedBy: string[]) =>
    doubt(asked, { provider: "webpush", doubtedBy });

  const taken = (takenBy: string[]) => found({ provider: "webpush", takenBy, asked: 1 });
  const MAKERS = web(20, [
    "https://fcm.googleapis.com",
    "https://updates.push.services.mozilla.com",
  ]);
  const STRANGER = taken([ELSEWHERE]);

  test.each<[string, Finding[], boolean]>([
    ["when ten were asked and none was taken", [doubt(10)], true],
    ["over the whole send, not by batch", [doubt(4), doubt(6)], true],
    ["not for nine", [doubt(9)], false],
    ["not when one was taken", [doubt(50), found({ takenBy: ["fcm"], asked: 1 })], false],
    ["not when nobody was refused for a reason that may mean it", [found({ asked: 50 })], false],
    ["not when it was changed meanwhile", [doubt(50), doubt(50, { version: 2 })], false],
    ["for Web Push by two push services", [web(5, ["https://a"]), web(5, ["https://b"])], true],
    ["not for Web Push by one alone", [web(50, ["https://a"])], false],
    ["not when the provider refused it outright", [doubt(50, { refusal: "no" })], false],
    ["not for Web Push when anybody took one", [MAKERS, STRANGER], false],
  ])("%s", (_, batches, isFlagged) => {
    expect(flag(...batches)).toEqual(isFlagged ? ["look at the sender id"] : []);
  });
});

const STOPPED = all(found({ provider: "apns", refusal: "why" }));

test.each<[string, Partial<RunState>, { total: number; sent: number }, string, string | null]>([
  ["some were reached", {}, { total: 9, sent: 1 }, "sent", null],
  ["there was nobody to reach", {}, { total: 0, sent: 0 }, "sent", null],
  ["nobody was reached", {}, { total: 9, sent: 0 }, "failed", "no recipient could be reached"],
  [
    "nobody was reached, and why is suspected",
    { findings: all(doubt(9)) },
    { total: 9, sent: 0 },
    "failed",
    "fcm: look at the sender id",
  ],
  [
    "a provider refused its credential, and others took theirs",
    { findings: STOPPED },
    { total: 9, sent: 8 },
    "sent",
    "apns: why",
  ],
  [
    "a provider refused its credential, and there were no others",
    { findings: STOPPED },
    { total: 9, sent: 0 },
    "failed",
    "apns: why",
  ],
  ["its owner stopped it", { stopped: "cancelled" }, { total: 9, sent: 8 }, "cancelled", null],
])("how a run ends: %s", (_, more, { total, sent }, status, failureReason) => {
  const counters = {
    total,
    totalBatches: 1,
    completedBatches: 1,
    sent,
    failed: total - sent,
    results: {},
  };
  expect(endOf({ ...RUN, ...more }, counters)).toEqual({ status, failureReason });
});

test.each<[string, Partial<RunState>, number, number]>([
  [
    "as counted at the start, until all is cut",
    { expected: 120, recipients: 50, batches: 1 },
    120,
    3,
  ],
  ["as cut so far, when that is more", { expected: 10, recipients: 60, batches: 2 }, 60, 2],
  ["as cut, once all is", { wave: 1, expected: 120, recipients: 90, batches: 2 }, 90, 2],
])("the audience is as large %s", (_, more, total, totalBatches) => {
  const state = { ...RUN, waves: [{ at: 0, zones: null }], ...more };
  const totals = { fcm: { sent: 40, rejected: 10 } };
  const counters = countersOf(state, { completed: 1, sent: 40, failed: 10, totals });
  const done = { completedBatches: 1, sent: 40, failed: 10, results: totals };
  expect(counters).toEqual({ total, totalBatches, ...done });
});
