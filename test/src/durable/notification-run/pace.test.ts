// When a run looks, cuts and writes, by table; and that its intervals fit together.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunCounters } from "../../../../src/domain/notifications/run/save-progress.ts";
import {
  CLAIM_MS,
  GIVEN_UP_AFTER_MS,
  isOver,
  LOOK_MS,
  lookAfterReport,
  MAX_OUT,
  MAX_STALL_MS,
  MAX_WAITING,
  nextCutAt,
  nextLook,
  OUT_LOOK_MS,
  progressDueAt,
  QUIET_LOOK_MS,
  SLOW_PROGRESS_MS,
  STALL_MS,
  type RunView,
} from "../../../../src/durable/notification-run/pace.ts";
import { MINUTE_MS, SECOND_MS } from "../../../../src/kit/time.ts";

const NOW = 1_000_000_000;

const EVERYBODY = [{ at: 0, zones: null }];

/** A run of 5,000 recipients whose batches are all cut. */
const COUNTERS: RunCounters = {
  total: 5000,
  totalBatches: 100,
  completedBatches: 0,
  sent: 0,
  failed: 0,
  results: {},
};

const completed = (completedBatches: number, more: Partial<RunCounters> = {}): RunCounters => {
  return { ...COUNTERS, completedBatches, sent: completedBatches * 50, ...more };
};

/** Where a run stands that cuts, with nothing out, but for what is named. */
function view({ waiting = [], ...more }: Partial<ViewOf> = {}): RunView {
  const { phase = "cutting", wave = 0, waves = EVERYBODY, stopped = null, open = 0 } = more;
  return {
    state: { phase, wave, waves, stopped },
    open,
    retriesDue: new Map(waiting.map((at, batch) => [batch, at])),
  };
}

type ViewOf = RunView["state"] & {
  open: number;
  /** When batches that wait for a retry are due. */
  waiting: number[];
};

const times = (count: number, at: number) => Array.from({ length: count }, () => at);
const STOPPED = "cancelled";

describe("the next page is cut", () => {
  test.each<[string, Partial<ViewOf>, number | null]>([
    ["at once while few batches are out", {}, NOW],
    ["at once while all but one may be out", { open: MAX_OUT - 1 }, NOW],
    ["not before some come back, with as many out as may be", { open: MAX_OUT }, null],
    [
      "at once when those that are open only wait for retries",
      { open: MAX_OUT, waiting: [NOW] },
      NOW,
    ],
    [
      "not before some come back, with as many waiting as may",
      { open: MAX_WAITING, waiting: times(MAX_WAITING, NOW) },
      null,
    ],
    ["when its wave is due", { waves: [{ at: NOW + 7, zones: ["UTC"] }] }, NOW + 7],
    ["at once when its wave was due before", { waves: [{ at: NOW - 7, zones: ["UTC"] }] }, NOW],
    ["at once when all waves are cut, to say so", { wave: 1, open: MAX_OUT }, NOW],
    [
      "at once when the run is stopped, whatever is out or due",
      { stopped: STOPPED, open: MAX_OUT, waves: [{ at: NOW + 7, zones: null }] },
      NOW,
    ],
    ["never before cutting has begun", { phase: "starting" }, null],
    ["never after all is cut", { phase: "draining", open: 3 }, null],
  ])("%s", (_, stands, at) => {
    expect(nextCutAt(view(stands), NOW)).toBe(at);
  });
});

describe("after a report the run looks", () => {
  test.each<[string, Partial<ViewOf>, number]>([
    ["soon, while more than half of what may be is out", { open: MAX_OUT / 2 }, OUT_LOOK_MS],
    ["at once, when less is out and there is more to cut", { open: MAX_OUT / 2 - 1 }, 0],
    [
      "soon, when the next wave is not due",
      { open: 1, waves: [{ at: NOW + MINUTE_MS, zones: null }] },
      OUT_LOOK_MS,
    ],
    ["soon, while others drain", { phase: "draining", open: 1 }, OUT_LOOK_MS],
    ["at once, when it was the last", { phase: "draining", open: 0 }, 0],
  ])("%s", (_, stands, afterMs) => {
    expect(lookAfterReport(view(stands), NOW)).toBe(NOW + afterMs);
  });
});

describe("progress is written", () => {
  const small = { total: 120, totalBatches: 3 };
  test.each<[string, RunCounters, RunCounters | null, number]>([
    ["at once when it is not known what the database has", completed(0), null, -NOW],
    ["after minutes when nothing is new", completed(4), completed(4), QUIET_LOOK_MS],
    ["after a while when one batch is new", completed(1), completed(0), SLOW_PROGRESS_MS],
    ["after a while when nine batches are new", completed(9), completed(0), SLOW_PROGRESS_MS],
    ["soon when ten batches are new", completed(10), completed(0), LOOK_MS],
    [
      "soon when one batch of a small run is new",
      completed(1, small),
      completed(0, small),
      LOOK_MS,
    ],
    [
      "soon when the audience turns out to be smaller",
      completed(0, { total: 9 }),
      completed(0),
      LOOK_MS,
    ],
  ])("%s", (_, counters, saved, afterMs) => {
    expect(progressDueAt(counters, saved && { counters: saved, at: NOW })).toBe(NOW + afterMs);
  });
});

describe("the next look", () => {
  const quiet = {
    counters: COUNTERS,
    saved: { counters: COUNTERS, at: NOW },
    isBusy: false,
    askAt: 0,
    last: null,
  };
  const later = { waves: [{ at: NOW + 60 * MINUTE_MS, zones: null }] };

  test.each<[string, Partial<ViewOf>, Partial<typeof quiet>, number]>([
    ["is minutes away when all wait for the next wave", later, {}, QUIET_LOOK_MS],
    ["is when the next wave is due", { waves: [{ at: NOW + 5000, zones: null }] }, {}, 5000],
    ["is at once when there is more to cut", {}, {}, 0],
    ["is at once when something was left undone", later, { isBusy: true }, 0],
    ["is at once when all batches are done", { phase: "draining" }, {}, 0],
    [
      "is when progress is due",
      later,
      { counters: completed(1), saved: { counters: COUNTERS, at: NOW - 20 * SECOND_MS } },
      10 * SECOND_MS,
    ],
    ["is soon at first, with batches out", { phase: "draining", open: 3 }, {}, LOOK_MS],
    [
      "is when the first retry is due",
      { phase: "draining", open: 2, waiting: [NOW + 90_000, NOW + 60_000] },
      {},
      60_000,
    ],
    [
      "leaves a retry that is due the time to come in",
      { phase: "draining", open: 1, waiting: [NOW - 1] },
      {},
      OUT_LOOK_MS,
    ],
  ])("%s", (_, stands, more, afterMs) => {
    expect(nextLook({ ...view(stands), ...quiet, ...more }, NOW).at).toBe(NOW + afterMs);
  });

  const draining = view({ phase: "draining", open: 50 });

  /** Looks at a run of which `came` batches came in `tookMs` since a look that chose to wait for `waitMs`. */
  function waitAfter(came: number, tookMs: number, waitMs: number) {
    const counters = completed(20 + came);
    const last = { at: NOW - tookMs, completed: 20, waitMs };
    const saved = { counters, at: NOW };
    const { at, rhythm } = nextLook(
      { ...draining, counters, saved, isBusy: false, askAt: 0, last },
      NOW,
    );
    expect(rhythm).toEqual({ at: NOW, completed: 20 + came, waitMs: at - NOW });
    return at - NOW;
  }

  test.each([
    ["ten batches have come in at the speed so far", 5, 2000, 4000, 4000],
    ["a second is over, however fast they come", 100, 1000, 1000, 1000],
    ["double the last wait is over, when they are slow", 1, 1000, 1000, 2000],
    ["double the last wait is over, when none came", 0, 2000, 2000, 4000],
    ["eight seconds are over, in any case", 0, 8000, 8000, 8000],
  ])("comes when %s", (_, came, tookMs, waitMs, expected) => {
    expect(waitAfter(came, tookMs, waitMs)).toBe(expected);
  });

  test("keeps the rhythm of before while nothing is out", () => {
    const last = { at: NOW - 1, completed: 3, waitMs: 4000 };
    expect(nextLook({ ...view(later), ...quiet, last }, NOW).rhythm).toBe(last);
  });

  test("is never in the past, and never so late that the cron takes the run for dead", () => {
    const ms = fc.integer({ min: 0, max: 10 * MINUTE_MS });
    const phase = fc.constantFrom("cutting" as const, "draining" as const);
    const count = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(phase, count, fc.array(ms, { maxLength: 5 }), count, ms, (...drawn) => {
        const [at, open, dueIn, done, ago] = drawn;
        const waiting = dueIn.slice(0, open).map((due) => NOW - MINUTE_MS + due);
        const run = {
          ...view({ phase: at, open, waiting, ...later }),
          counters: completed(done),
          saved: { counters: COUNTERS, at: NOW - ago },
          isBusy: false,
          askAt: 0,
          last: { at: NOW - ago, completed: 0, waitMs: LOOK_MS },
        };
        const next = nextLook(run, NOW).at - NOW;
        expect(next).toBeGreaterThanOrEqual(0);
        expect(next).toBeLessThanOrEqual(open > waiting.length ? OUT_LOOK_MS : QUIET_LOOK_MS);
      }),
    );
  });
});

test.each<[Partial<ViewOf>, boolean]>([
  [{ phase: "draining", open: 0 }, true],
  [{ phase: "draining", open: 1 }, false],
  [{ phase: "cutting", open: 0 }, false],
])("a run is over when all is cut and done: %j", (stands, isIt) => {
  expect(isOver(view(stands))).toBe(isIt);
});

test.each([
  [
    "a run with batches out is not idle for the ten seconds after which memory is lost",
    OUT_LOOK_MS,
    10_000,
  ],
  ["two looks fall into the silence that means a loss", 2 * OUT_LOOK_MS, STALL_MS],
  ["a quiet run is not taken for dead after five minutes", QUIET_LOOK_MS, 5 * MINUTE_MS],
  [
    "fifty sends of ten seconds, six at a time, fit into a claim",
    Math.ceil(50 / 6) * 10_000,
    CLAIM_MS,
  ],
  [
    "an expired batch is searched for once more before it is given up",
    MAX_STALL_MS,
    GIVEN_UP_AFTER_MS,
  ],
])("%s", (_, shorter, longer) => {
  expect(shorter).toBeLessThan(longer);
});
