// The Worker's queue handler: which messages it acknowledges, and which it has delivered again.
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import type { BatchMessage } from "../../../src/domain/ports/notifications.ts";
import worker, { NotificationRun } from "../../../src/index.ts";
import { bindings } from "../../support/worker.ts";
import { Send, useWorld } from "./sending.ts";
import { newPushOwner } from "../../support/scenario.ts";

const world = useWorld();

async function consume(messages: BatchMessage[]) {
  const batch = createMessageBatch<BatchMessage>(
    "slipway-batches",
    messages.map((body, at) => ({ id: String(at), timestamp: new Date(), attempts: 1, body })),
  );
  const execution = createExecutionContext();
  await worker.queue(batch, bindings, execution);
  return getQueueResult(batch, execution);
}

test("messages that come twice in one batch are acknowledged twice and sent once", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  await send.look();
  const messages = send.take().map(({ message }) => message);
  const result = await consume([...messages, ...messages.toReversed()]);
  expect(result.explicitAcks).toEqual(["0", "1", "2", "3"]);
  expect(result.retryMessages).toEqual([]);
  await send.finish();
  await send.expectAccounted(60);
  expect(send.repeats()).toBe(0);
});

test("a message is acknowledged when the provider fails, and the retry is a new message", async () => {
  const send = await Send.create(world, await newPushOwner(3));
  await send.look();
  world.answer = () => new Response(null, { status: 500 });
  const result = await consume(send.take().map(({ message }) => message));
  expect(result.explicitAcks).toEqual(["0"]);
  expect(world.queue.map(({ message }) => message.attempt)).toEqual([2]);
});

test("a message whose run cannot be reached is retried, and the others of its batch are acknowledged", async () => {
  const send = await Send.create(world, await newPushOwner(60));
  await send.look();
  const messages = send.take().map(({ message }) => message);
  const claim = vi.spyOn(NotificationRun.prototype, "claim");
  claim.mockRejectedValueOnce(new Error("the object is being moved"));
  const result = await consume(messages);
  const [retried, ...others] = result.retryMessages.map(({ msgId }) => Number(msgId));
  expect(others).toEqual([]);
  expect([...result.explicitAcks, String(retried)].toSorted()).toEqual(["0", "1"]);
  const again = messages.filter((_, at) => at === retried);
  expect((await consume(again)).explicitAcks).toEqual(["0"]);
  await send.finish();
  await send.expectAccounted(60);
  expect(send.repeats()).toBe(0);
});

test("a message of an unknown run is acknowledged", async () => {
  const message: BatchMessage = {
    lane: "ordinary",
    notificationId: 987_654_321,
    batch: 0,
    attempt: 1,
    expiresAt: 0,
    recipients: [],
  };
  expect((await consume([message])).explicitAcks).toEqual(["0"]);
});
