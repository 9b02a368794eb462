// Which recipients are tried again, and when.
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_ATTEMPTS, mergeOutcomes, retryDelayMs } from "../../../src/delivery/retry.ts";
import type { Outcome } from "../../../src/domain/notifications/ports.ts";
import type { RecipientResult } from "../../../src/domain/notifications/results.ts";

const fresh = (id: number): RecipientResult => ({
  id,
  status: "pending",
  attempts: 0,
  error: null,
});

test("waits double, half of each by chance, and end at an hour", () => {
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
      { id, status: "failed", error: "no" },
      { id, status: "gone", error: "dead" },
      { id, status: "retry", error: "busy", afterMs: 1000 },
      { id, status: "retry", error: "busy", afterMs: null },
      { id, status: "retry", error: "busy", afterMs: 10 * 3_600_000 },
    ),
  );

test("whatever the attempts bring, what is final stays, and after the last all is", () => {
  const attempts = fc.array(fc.tuple(outcome(1), outcome(2), outcome(3)), {
    minLength: MAX_ATTEMPTS,
    maxLength: MAX_ATTEMPTS,
  });
  const known = fc.subarray([1, 2, 3]);
  fc.assert(
    fc.property(attempts, known, fc.boolean(), (all, lacking, isStopped) => {
      let results = [1, 2, 3].map(fresh);
      for (const [at, outcomes] of all.entries()) {
        const before = results;
        const heard = at === 0 ? outcomes : outcomes.filter(({ id }) => !lacking.includes(id));
        const attempt = at + 1;
        const merged = mergeOutcomes(before, heard, { attempt, now: 0, expiresAt: 1e9, isStopped });
        results = merged.results;
        expect(results.map(({ id }) => id)).toEqual([1, 2, 3]);
        for (const [place, result] of before.entries()) {
          if (result.status !== "pending") expect(results[place]).toEqual(result);
        }
        if (merged.retryAfterMs === null) return;
        expect(merged.retryAfterMs).toBeLessThanOrEqual(3_600_000);
        expect(isStopped).toBe(false);
        expect(attempt).toBeLessThan(MAX_ATTEMPTS);
        expect(results.some(({ status }) => status === "pending")).toBe(true);
      }
      throw new Error("tried too often");
    }),
  );
});

test("a retry that would come after the message is worth nothing is none", () => {
  const outcomes: Outcome[] = [{ id: 1, status: "retry", error: "busy", afterMs: 5000 }];
  const at = { attempt: 1, now: 1000, isStopped: false };
  expect(mergeOutcomes([fresh(1)], outcomes, { ...at, expiresAt: 6001 }).retryAfterMs).toBe(5000);
  expect(mergeOutcomes([fresh(1)], outcomes, { ...at, expiresAt: 6000 })).toEqual({
    results: [{ id: 1, status: "failed", attempts: 1, error: "busy" }],
    retryAfterMs: null,
  });
});

test("one wait for all of a batch: the longest", () => {
  const outcomes: Outcome[] = [
    { id: 1, status: "retry", error: "busy", afterMs: 5000 },
    { id: 2, status: "retry", error: "busy", afterMs: 60_000 },
    { id: 3, status: "sent" },
  ];
  const at = { attempt: 1, now: 0, expiresAt: 1e9, isStopped: false };
  const { results, retryAfterMs } = mergeOutcomes([1, 2, 3].map(fresh), outcomes, at);
  expect(retryAfterMs).toBe(60_000);
  expect(results.map(({ status }) => status)).toEqual(["pending", "pending", "sent"]);
});
