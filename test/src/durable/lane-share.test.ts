// How an account's runs divide what they may have out in a lane.
import { beforeEach, describe, expect, test } from "vitest";
import { DIVISIONS, LaneShare } from "../../../src/durable/lane-share.ts";

const NOW = 1_000_000;
const { ordinary, slow } = DIVISIONS;

describe("the ordinary lane", () => {
  let share = new LaneShare(ordinary);
  beforeEach(() => {
    share = new LaneShare(ordinary);
  });

  test("gives a run what is free, and no more than that", () => {
    expect(share.ask(1, { out: 0, wanted: 60 }, NOW).granted).toBe(60);
    expect(share.ask(2, { out: 0, wanted: 60 }, NOW).granted).toBe(40);
    expect(share.ask(3, { out: 0, wanted: 60 }, NOW)).toEqual({
      granted: 0,
      againMs: ordinary.waitMs,
    });
  });

  test("gives what a run has back to the one that waits, before it gives the first more", () => {
    share.ask(1, { out: 0, wanted: 100 }, NOW);
    share.ask(2, { out: 0, wanted: 60 }, NOW);
    expect(share.ask(1, { out: 80, wanted: 20 }, NOW).granted).toBe(0);
    expect(share.ask(2, { out: 0, wanted: 60 }, NOW).granted).toBe(20);
  });

  test("lets a single batch pass a broadcast of the same account, up to the reserve", () => {
    share.ask(1, { out: 0, wanted: 100 }, NOW);
    const single = { out: 0, wanted: 1 };
    for (let run = 2; run < 2 + ordinary.reserve; run += 1) {
      expect(share.ask(run, single, NOW).granted).toBe(1);
    }
    expect(share.ask(1000, single, NOW).granted).toBe(0);
  });

  test("counts what a run had out as come back once it has not reported for a while", () => {
    share.ask(1, { out: 0, wanted: 100 }, NOW);
    expect(share.ask(2, { out: 0, wanted: 60 }, NOW + ordinary.reportMs - 1).granted).toBe(0);
    expect(share.ask(2, { out: 0, wanted: 60 }, NOW + ordinary.reportMs).granted).toBe(60);
  });
});

test("in the slow lane runs get their turns in the order in which they asked first", () => {
  const share = new LaneShare(slow);
  expect(share.ask(1, { out: 0, wanted: 12 }, NOW).granted).toBe(slow.share);
  expect(share.ask(2, { out: 0, wanted: 1 }, NOW)).toEqual({ granted: 0, againMs: slow.waitMs });
  expect(share.ask(3, { out: 0, wanted: 1 }, NOW).againMs).toBe(2 * slow.waitMs);
  // One came back to the first, which is now behind the others.
  expect(share.ask(1, { out: slow.share - 1, wanted: 9 }, NOW).granted).toBe(0);
  expect(share.ask(3, { out: 0, wanted: 1 }, NOW).granted).toBe(0);
  expect(share.ask(2, { out: 0, wanted: 1 }, NOW).granted).toBe(1);
});
