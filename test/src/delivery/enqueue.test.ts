// enqueue() keeps to the queue's limits, and tries again when the queue is overloaded or hangs.
import { afterEach, expect, test, vi } from "vitest";
import { enqueue } from "../../../src/delivery/enqueue.ts";

type Sent = { bodies: string[]; delay: number | undefined };

function fakeQueue(answer: (call: number) => Promise<void> = async () => undefined) {
  const calls: Sent[] = [];
  const queue = {
    sendBatch: async (
      messages: Iterable<{ body: string }>,
      options?: { delaySeconds?: number },
    ) => {
      const bodies = [...messages].map(({ body }) => body);
      calls.push({ bodies, delay: options?.delaySeconds });
      await answer(calls.length);
    },
  } as unknown as Queue<string>;
  return { queue, calls };
}

afterEach(() => void vi.useRealTimers());

test("sends at most 100 messages and 240 KB a call, in order", async () => {
  const { queue, calls } = fakeQueue();
  const bodies = [
    ...Array.from({ length: 250 }, (_, at) => String(at)),
    ...Array.from({ length: 10 }, () => "x".repeat(60_000)),
  ];
  await enqueue(queue, bodies, 7);
  expect(calls.flatMap((call) => call.bodies)).toEqual(bodies);
  expect(calls.every(({ delay }) => delay === 7)).toBe(true);
  for (const { bodies: sent } of calls) {
    expect(sent.length).toBeLessThanOrEqual(100);
    expect(sent.reduce((sum, body) => sum + body.length + 2, 0)).toBeLessThanOrEqual(240_000);
  }
  await enqueue(queue, [], 0);
  expect(calls.at(-1)?.bodies).not.toEqual([]);
});

test("tries an overloaded queue three times", async () => {
  const once = fakeQueue(async (call) => {
    if (call === 1) throw new Error("overloaded");
  });
  await enqueue(once.queue, ["a"], 0);
  expect(once.calls).toHaveLength(2);
  const always = fakeQueue(async () => {
    throw new Error("overloaded");
  });
  await expect(enqueue(always.queue, ["a"], 0)).rejects.toThrow("overloaded");
  expect(always.calls).toHaveLength(3);
});

test("repeats a call that hangs for ten seconds", async () => {
  vi.useFakeTimers();
  const { queue, calls } = fakeQueue(async (call) => {
    if (call === 1) await new Promise(() => undefined);
  });
  const done = enqueue(queue, ["a"], 0);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(calls).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  await done;
  expect(calls).toHaveLength(2);
});
