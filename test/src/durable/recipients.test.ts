// The API's list of a notification's recipients: during the send, after it ended, and after it was stopped.
import { expect, test } from "vitest";
import { PUSH } from "../../support/push.ts";
import { api, rows } from "../../support/worker.ts";
import { browserOf, Send, useWorld } from "../delivery/sending.ts";
import { newPushOwner } from "../../support/scenario.ts";

const world = useWorld();

interface Listed {
  subscriber_id: string;
  status: string;
  attempts: number;
  error: string | null;
}

async function list(send: Send, query = ""): Promise<Listed[]> {
  const found: Listed[] = [];
  let cursor: string | null = null;
  do {
    const path = `${PUSH}/apps/${send.owner.app.id}/notifications/${send.uuid}/recipients`;
    const at: string = cursor === null ? "" : `&cursor=${cursor}`;
    const { status, body } = await api("GET", `${path}?limit=40${query}${at}`, {
      token: send.owner.account.key,
    });
    expect(status).toBe(200);
    found.push(...body.data);
    cursor = body.next_cursor;
  } while (cursor !== null);
  return found;
}

function count(listed: readonly Listed[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of listed) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

test("the list has each recipient once during the send, and can be limited to a status", async () => {
  const send = await Send.create(world, await newPushOwner(230));
  expect(await list(send)).toEqual([]);
  world.answer = (url) => {
    const browser = browserOf(url);
    if (browser % 50 === 1) return new Response(null, { status: 503 });
    return new Response(null, { status: browser % 50 === 2 ? 410 : 201 });
  };
  await send.look();
  const queued = send.take();
  for (const { message } of queued.slice(1, 3)) await send.deliver(message);
  await send.evict();
  const all = await list(send);
  expect(new Set(all.map(({ subscriber_id: id }) => id)).size).toBe(230);
  const counts = { sent: 96, gone: 2, pending: 132 };
  expect(count(all)).toEqual(counts);
  for (const [status, expected] of Object.entries({ ...counts, failed: 0 })) {
    const some = await list(send, `&status=${status}`);
    expect(some).toEqual(all.filter((one) => one.status === status));
    expect(some).toHaveLength(expected);
  }
  const [again] = all.filter(({ status, attempts }) => status === "pending" && attempts === 1);
  expect(again).toMatchObject({ error: "HTTP 503" });
  world.answer = () => new Response(null, { status: 201 });
  world.queue.push(...queued);
  await send.finish();
  expect(count(await list(send))).toEqual({ sent: 228, gone: 2 });
});

test("the list of a cancelled send has those who were never sent to as failed", async () => {
  const send = await Send.create(world, await newPushOwner(230));
  await send.look();
  const [first] = send.take();
  if (first) await send.deliver(first.message);
  expect(await send.cancel()).toBe(200);
  const { stats } = await send.finish();
  const listed = await list(send);
  expect(count(listed)).toEqual({ sent: 50, failed: 180 });
  expect(stats).toMatchObject({ sent_count: 50, failed_count: 180 });
  expect(listed.at(-1)).toMatchObject({ status: "failed", attempts: 0, error: "cancelled" });
});

test("the list of another account's send is not found", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  const other = await newPushOwner(0);
  const path = `${PUSH}/apps/${send.owner.app.id}/notifications/${send.uuid}/recipients`;
  expect((await api("GET", path, { token: other.account.key })).status).toBe(404);
  expect(await rows("SELECT status FROM notifications WHERE id = ?", send.id)).toEqual([
    { status: "sending" },
  ]);
});
