// The gate that lets an account's estimates in one at a time, and the estimates that wait at it.
import { expect, test } from "vitest";
import { estimateInTurn } from "../../../src/domain/audiences/estimate-in-turn.ts";
import type { EstimateGatePort } from "../../../src/domain/ports/limits.ts";
import { addSubscribers, notificationWorld } from "../../support/notifications.ts";
import { bindings } from "../../support/worker.ts";

/** Longer than any test takes, ms. */
const LONG = 60_000;
/** So short that it is over at once, ms. */
const SHORT = 1;

let gates = 0;

/** A gate of its own. */
function newGate(): EstimateGatePort {
  gates += 1;
  return bindings.ESTIMATE_GATE.get(bindings.ESTIMATE_GATE.idFromName(`test ${gates}`));
}

test("one is in at a time, and the others follow in the order in which they came", async () => {
  const gate = newGate();
  const first = await gate.enter(LONG, LONG);
  if (first === null) throw new Error("the first has to wait");
  const entered: string[] = [];
  const come = async (name: string) => {
    const turn = await gate.enter(LONG, LONG);
    entered.push(name);
    if (turn !== null) await gate.leave(turn);
  };
  const all = [come("second"), come("third"), come("fourth")];
  // It comes after them, so they wait by then; and its own wait is over at once.
  expect(await gate.enter(SHORT, LONG)).toBeNull();
  expect(entered).toEqual([]);
  await gate.leave(first);
  await Promise.all(all);
  expect(entered).toEqual(["second", "third", "fourth"]);
  expect(await gate.enter(SHORT, LONG)).not.toBeNull();
});

test("one that is not let in in time leaves the line to those behind it", async () => {
  const gate = newGate();
  const first = await gate.enter(LONG, LONG);
  const [impatient, patient] = [gate.enter(SHORT, LONG), gate.enter(LONG, LONG)];
  expect(await impatient).toBeNull();
  await gate.leave(first ?? "");
  expect(await patient).not.toBeNull();
});

test("one that ends without a word keeps others out no longer than its lease", async () => {
  const gate = newGate();
  const dead = await gate.enter(LONG, 50);
  const next = await gate.enter(LONG, LONG);
  expect(next).not.toBeNull();
  // What it says afterwards opens nothing.
  await gate.leave(dead ?? "");
  expect(await gate.enter(SHORT, LONG)).toBeNull();
});

test("a line that is too long takes nobody more", async () => {
  const gate = newGate();
  const first = await gate.enter(LONG, LONG);
  const line = Array.from({ length: 20 }, async () => {
    const turn = await gate.enter(LONG, LONG);
    await gate.leave(turn ?? "");
    return turn;
  });
  expect(await gate.enter(LONG, LONG)).toBeNull();
  await gate.leave(first ?? "");
  expect(await Promise.all(line)).not.toContain(null);
});

test("an estimate waits for its turn, and is refused when that does not come", async () => {
  const { ctx, app } = await notificationWorld();
  await addSubscribers(app, [{}, { platform: "ios" }]);
  const { accountId } = ctx.principal;
  const gate = ctx.estimateGate(accountId);
  expect(await estimateInTurn(ctx, app, { type: "all" })).toMatchObject({ total: 2 });
  const held = await gate.enter(LONG, LONG);
  const waiting = estimateInTurn(ctx, app, { type: "all" });
  await gate.leave(held ?? "");
  expect(await waiting).toMatchObject({ total: 2 });

  const again = await gate.enter(LONG, LONG);
  // The same, with less patience.
  const impatient = {
    ...ctx,
    estimateGate: (id: number) => {
      const port = ctx.estimateGate(id);
      return {
        enter: async (waitMs: number, leaseMs: number) => {
          expect(waitMs).toBe(2000);
          return port.enter(SHORT, leaseMs);
        },
        leave: async (turn: string) => port.leave(turn),
      };
    },
  };
  await expect(estimateInTurn(impatient, app, { type: "all" })).rejects.toMatchObject({
    refusal: { code: "rate_limited", retryAfterS: 1 },
  });
  const other = await notificationWorld();
  expect(await estimateInTurn(other.ctx, other.app, { type: "all" })).toMatchObject({ total: 0 });
  await gate.leave(again ?? "");
});
