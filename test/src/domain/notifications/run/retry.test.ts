// Which recipients are tried again, and when.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  MAX_ATTEMPTS,
  mergeOutcomes,
  nextDue,
  retryDelayMs,
} from "../../../../../src/domain/notifications/run/retry.ts";
import type { Outcome } from "../../../../../src/domain/ports/notifications.ts";
import type { RecipientResult } from "../../../../../src/domain/notifications/results.ts";

const HOURS = 3_600_000;

const fresh = (id: number): RecipientResult => ({
  id,
  status: "pending",
  attempts: 0,
  error: null,
  reason: null,
  dueAt: 0,
  begunAt: 0,
});

const busy = (id: number, afterMs: number | null): Outcome => {
  return { id, status: "retry", error: "busy", reason: "unavailable", afterMs };
};

test("waits double with each attempt up to an hour, and half of each is random", () => {
  expect([1, 2, 3, 4, 5].map((attempt) => retryDelayMs(attempt, 0))).toEqual([
    5_000, 10_000, 20_000, 40_000, 80_000,
  ]);
  expect(retryDelayMs(1, 0.999999)).toBe(10_000);
  expect(retryDelayMs(30, 0)).toBe(1_800_000);
  expect(retryDelayMs(30, 1)).toBe(3_600_000);
});

const outcome = (id: number): fc.Arbitrary<Outcome> =>
  fc.oneof(
    fc.constant<Outcome>({ id, status: "sent" }),
    fc.constantFrom<Outcome>(
      { id, status: "failed", error: "no", reason: "rejected" },
      { id, status: "gone", error: "dead", reason: "unregistered" },
      busy(id, 1000),
      busy(id, null),
      busy(id, 10 * HOURS),
    ),
  );

test("a final outcome stays, and after the last attempt every outcome is final", () => {
  const attempts = fc.array(fc.tuple(outcome(1), outcome(2), outcome(3)), {
    minLength: MAX_ATTEMPTS,
    maxLength: MAX_ATTEMPTS,
  });
  fc.assert(
    fc.property(attempts, fc.boolean(), (all, isStopped) => {
      let results = [1, 2, 3].map(fresh);
      for (const outcomes of all) {
        const before = results;
        results = mergeOutcomes(before, outcomes, { now: 1, expiresAt: 1e9, isStopped });
        expect(results.map(({ id }) => id)).toEqual([1, 2, 3]);
        for (const [place, result] of before.entries()) {
          if (result.status !== "pending") expect(results[place]).toEqual(result);
        }
        if (isStopped) expect(nextDue(results, 1)).toBeNull();
      }
      expect(results.every(({ status }) => status !== "pending")).toBe(true);
      expect(nextDue(results, 1)).toBeNull();
    }),
  );
});

test("an attempt counts only for the recipients that were in it", () => {
  const at = { now: 0, expiresAt: 1e9, isStopped: false };
  const results = mergeOutcomes([fresh(1), fresh(2)], [busy(1, null)], at);
  expect(results).toMatchObject([{ attempts: 1, status: "pending" }, fresh(2)]);
});

test("a provider can make a wait longer, but not shorter", () => {
  const at = { now: 0, expiresAt: 1e9, isStopped: false };
  const outcomes = [busy(1, 0), busy(2, 11 * HOURS)];
  const [soon, late] = mergeOutcomes([fresh(1), fresh(2)], outcomes, at);
  expect(soon?.dueAt).toBeGreaterThanOrEqual(5000);
  expect(late?.dueAt).toBe(11 * HOURS);
});

test("a recipient fails when the retry would come after the message expires", () => {
  const outcomes = [busy(1, 50_000)];
  const at = { now: 1000, isStopped: false };
  expect(mergeOutcomes([fresh(1)], outcomes, { ...at, expiresAt: 51_001 })).toMatchObject([
    { status: "pending", dueAt: 51_000 },
  ]);
  expect(mergeOutcomes([fresh(1)], outcomes, { ...at, expiresAt: 51_000 })).toEqual([
    {
      id: 1,
      status: "failed",
      attempts: 1,
      error: "busy",
      reason: "unavailable",
      dueAt: 0,
      begunAt: 0,
    },
  ]);
});

test("a limited wait ends once, at its limit, and then the recipient has failed", () => {
  const limited = (afterMs: number | null): Outcome => {
    return {
      id: 1,
      status: "retry",
      error: "busy",
      reason: "unavailable",
      afterMs,
      limitMs: 900_000,
    };
  };
  const at = (now: number) => ({ now, expiresAt: 1e9, isStopped: false });
  const first = mergeOutcomes([fresh(1)], [limited(43_000_000)], at(1000));
  expect(first).toMatchObject([{ status: "pending", dueAt: 901_000, begunAt: 1000 }]);
  expect(mergeOutcomes(first, [limited(0)], at(901_000))).toMatchObject([{ status: "failed" }]);
  // shorter waits go on as long as there is time
  const soon = mergeOutcomes([fresh(1)], [limited(60_000)], at(1000));
  expect(soon).toMatchObject([{ status: "pending", dueAt: 61_000 }]);
  const capped = mergeOutcomes(soon, [limited(43_000_000)], at(61_000));
  expect(capped).toMatchObject([{ status: "pending", dueAt: 901_000, begunAt: 1000 }]);
});

test("retries due at about the same time go together, and none waits long for another", () => {
  const due = (...times: number[]) =>
    times.map((dueAt, id): RecipientResult => ({ ...fresh(id), dueAt }));
  expect(nextDue(due(1_007_000, 1_009_000, 1_060_000), 1_000_000)?.dueAt).toBe(1_009_000);
  expect(nextDue(due(1_060_000, 1_120_000, 1_120_001), 1_000_000)?.dueAt).toBe(1_120_000);
  expect(nextDue(due(0, 0), 1_000_000)?.dueAt).toBe(0);
});
