// What a run concludes: which findings stop it, what it counts, and how it ends.
import { expect, test } from "vitest";
import type { Findings, ProviderFault } from "../../../../src/domain/ports/notifications.ts";
import { countersOf, endOf } from "../../../../src/durable/notification-run/counters.ts";
import { judge } from "../../../../src/durable/notification-run/findings.ts";
import { newRun, type RunState } from "../../../../src/durable/notification-run/state.ts";

const RUN: RunState = { ...newRun(1, "starting"), phase: "cutting", providers: ["fcm", "webpush"] };

const fault = (provider: ProviderFault["provider"], refused: number | null): ProviderFault => {
  return { provider, reason: "refused", refused };
};

test.each<[string, Partial<RunState>, Findings, string | null, string | null]>([
  ["nothing was found", {}, { faults: [], reached: [] }, null, null],
  ["a fault is certain", {}, { faults: [fault("fcm", null)], reached: [] }, "fcm: refused", null],
  [
    "a fault is certain, though another message was taken",
    { reached: ["fcm"] },
    { faults: [fault("fcm", null)], reached: ["fcm"] },
    "fcm: refused",
    null,
  ],
  [
    "a provider that was not set up at the start has a fault",
    {},
    { faults: [fault("apns", null)], reached: [] },
    null,
    null,
  ],
  [
    "a few were refused",
    {},
    { faults: [fault("webpush", 9)], reached: [] },
    null,
    "webpush: refused",
  ],
  [
    "many were refused",
    {},
    { faults: [fault("webpush", 10)], reached: [] },
    "webpush: refused",
    "webpush: refused",
  ],
  [
    "many were refused after one was reached",
    { reached: ["webpush"] },
    { faults: [fault("webpush", 50)], reached: [] },
    null,
    null,
  ],
  [
    "the first suspicion counts",
    { suspicion: "fcm: before" },
    { faults: [fault("webpush", 1)], reached: [] },
    null,
    "fcm: before",
  ],
])("%s", (_, before, findings, stopping, suspicion) => {
  const state = { ...RUN, ...before };
  const judged = judge(state, findings);
  expect(judged.stopping).toBe(stopping);
  expect(judged.state.suspicion).toBe(suspicion);
});

test("what is not new leaves the state as it was, and is not written", () => {
  const state = { ...RUN, reached: ["fcm" as const], suspicion: "webpush: refused" };
  const findings: Findings = { faults: [fault("webpush", 1)], reached: ["fcm"] };
  expect(judge(state, findings).state).toBe(state);
  expect(judge(RUN, { faults: [], reached: ["fcm"] }).state.reached).toEqual(["fcm"]);
});

test.each<[string, Partial<RunState>, { total: number; sent: number }, string, string | null]>([
  ["some were reached", {}, { total: 9, sent: 1 }, "sent", null],
  ["there was nobody to reach", {}, { total: 0, sent: 0 }, "sent", null],
  ["nobody was reached", {}, { total: 9, sent: 0 }, "failed", "no recipient could be reached"],
  [
    "nobody was reached, and why is suspected",
    { suspicion: "why" },
    { total: 9, sent: 0 },
    "failed",
    "why",
  ],
  [
    "a provider stopped it",
    { stopped: { status: "failed", reason: "why" } },
    { total: 9, sent: 8 },
    "failed",
    "why",
  ],
  [
    "its owner stopped it",
    { stopped: { status: "cancelled", reason: "cancelled" } },
    { total: 9, sent: 8 },
    "cancelled",
    null,
  ],
])("how a run ends: %s", (_, more, { total, sent }, status, failureReason) => {
  const counters = { total, totalBatches: 1, completedBatches: 1, sent, failed: total - sent };
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
  const counters = countersOf(state, { completed: 1, sent: 40, failed: 10 });
  expect(counters).toEqual({ total, totalBatches, completedBatches: 1, sent: 40, failed: 10 });
});
