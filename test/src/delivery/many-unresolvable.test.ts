// Many sends to a host whose name is not resolved, each look-up of which hangs: a queue that takes one message at a time
// is not flooded by them, and each recipient has an end.
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { newPushOwner } from "../../support/scenario.ts";
import { rows } from "../../support/worker.ts";
import { newIsolate, Send, useWorld, type Queued } from "./sending.ts";

const world = useWorld();

/** Sends under way at once. */
const SENDS = 10;
/** How long a look-up hangs, ms. */
const LOOK_UP_MS = 10_000;
/** Most messages that a send of one recipient makes: its first, one for each of six attempts, and a repeated one. */
const MOST_MESSAGES = 8;

async function alarmOf(send: Send): Promise<number> {
  const at = await runInDurableObject(send.stub, (_, { storage }) => storage.getAlarm());
  return at ?? Infinity;
}

test("a host that can't be resolved makes few messages, however many sends are for it", async () => {
  const owner = await newPushOwner(1);
  const isolate = newIsolate();
  isolate.deps.leadsTo = async () => {
    world.pass(LOOK_UP_MS);
    return "unknown";
  };
  const sends: Send[] = [];
  for (let count = 0; count < SENDS; count += 1) {
    const send = await Send.create(world, owner);
    send.isolate = isolate;
    sends.push(send);
  }
  const byId = new Map(sends.map((send) => [send.id, send]));
  let delivered = 0;
  const alarms = new Map<Send, number>();
  const noteAlarm = async (send: Send) => alarms.set(send, await alarmOf(send));
  for (const send of sends) await noteAlarm(send);
  // One thing after the other: whose alarm is due rings, or else the message that is due first is delivered.
  for (;;) {
    const now = Date.now();
    const [next] = [...alarms].toSorted(([, a], [, b]) => a - b);
    const [first] = world.queue.toSorted((a, b) => a.dueAt - b.dueAt);
    const times = [next?.[1] ?? Infinity, first?.dueAt ?? Infinity];
    if (Math.min(...times) === Infinity) break;
    if (Math.min(...times) > now) world.pass(Math.min(...times) - now);
    if (next && next[1] <= Date.now()) {
      await next[0].look();
      await noteAlarm(next[0]);
      continue;
    }
    world.queue = world.queue.filter((queued: Queued) => queued !== first);
    const send = byId.get(first?.message.notificationId ?? 0);
    if (!first || !send) throw new Error("an unknown message");
    delivered += 1;
    await send.deliver(first.message);
    await noteAlarm(send);
    if (delivered > 100 * SENDS) break;
  }
  const states = await rows(
    "SELECT status, count(*) AS n FROM notifications WHERE app_id = ? GROUP BY status",
    owner.app.v1_id,
  );
  expect(states).toEqual([{ status: "failed", n: SENDS }]);
  expect(delivered).toBeLessThanOrEqual(MOST_MESSAGES * SENDS);
});
