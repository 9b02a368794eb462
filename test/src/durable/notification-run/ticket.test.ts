// Reports with a claim's ticket and without: each attempt is taken once, by whichever way it comes first, also when the
// session of the ticket broke.
import { expect, test, vi } from "vitest";
import { ClaimTicket } from "../../../../src/durable/notification-run/ticket.ts";
import type { Outcome } from "../../../../src/domain/ports/notifications.ts";
import { NotificationRun } from "../../../../src/index.ts";
import { rows } from "../../../support/worker.ts";
import { newPushOwner } from "../../../support/scenario.ts";
import { browserOf, Send, useWorld, type Queued } from "../../delivery/sending.ts";

const world = useWorld();

/** A send whose batches are queued. */
async function queued(recipients: number): Promise<{ send: Send; messages: Queued["message"][] }> {
  const send = await Send.create(world, await newPushOwner(recipients));
  await send.look();
  return { send, messages: send.take().map(({ message }) => message) };
}

/** Claims a batch of the ordinary lane. */
async function claim(send: Send, { batch, attempt }: Queued["message"]) {
  const claimed = await send.claim(batch, attempt);
  if (!claimed?.ticket) throw new Error("no ticket");
  return claimed.ticket;
}

const sentTo = ({ recipients }: Queued["message"]) =>
  recipients.map(({ id }): Outcome => ({ id, status: "sent" }));
const refusedBy = ({ recipients }: Queued["message"]) =>
  recipients.map(({ id }): Outcome => ({ id, status: "failed", error: "no", reason: "rejected" }));

test("a claim and its report are one session with the object", async () => {
  const { send, messages } = await queued(120);
  const anew = vi.spyOn(NotificationRun.prototype, "complete");
  const withTicket = vi.spyOn(ClaimTicket.prototype, "complete");
  for (const message of messages) await send.deliver(message);
  expect(withTicket).toHaveBeenCalledTimes(3);
  expect(anew).not.toHaveBeenCalled();
  await send.finish();
  await send.expectAccounted(120);
});

test.each(["ticket", "run"])(
  "the report that comes first counts, here to the %s",
  async (first) => {
    const { send, messages } = await queued(3);
    const [message] = messages;
    if (!message) throw new Error("no batch");
    const ticket = await claim(send, message);
    const anew = async (outcomes: Outcome[]) =>
      send.stub.complete(message.batch, message.attempt, outcomes, [], []);
    if (first === "ticket") await ticket.complete(sentTo(message), [], []);
    await anew(first === "ticket" ? refusedBy(message) : sentTo(message));
    await ticket.complete(refusedBy(message), [], []);
    await send.finish();
    expect(await send.expectAccounted(3)).toMatchObject({ stats: { sent_count: 3 } });
  },
);

test("a ticket for an attempt that has lapsed changes nothing of the next", async () => {
  const { send, messages } = await queued(3);
  const [message] = messages;
  if (!message) throw new Error("no batch");
  const ticket = await claim(send, message);
  // Nothing was heard of it for so long that it counts as lost.
  for (let looks = 0; looks < 40 && world.queue.length === 0; looks += 1) {
    world.pass(21_000);
    await send.look();
  }
  const [again] = send.take();
  expect(again?.message).toMatchObject({ batch: message.batch, attempt: 2 });
  await ticket.complete(refusedBy(message), [], []);
  if (again) await send.deliver(again.message);
  await send.finish();
  expect(await send.expectAccounted(3)).toMatchObject({ stats: { sent_count: 3 } });
  expect((await send.results()).map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
});

test("a ticket of an object that was moved is no good, and the report goes to the object anew", async () => {
  const { send, messages } = await queued(60);
  const [message] = messages;
  if (!message) throw new Error("no batch");
  const ticket = await claim(send, message);
  await send.move();
  const late = async () => ticket.complete(refusedBy(message), [], []);
  await expect(late()).rejects.toThrow("no longer running");
  await send.stub.complete(message.batch, message.attempt, sentTo(message), [], []);
  world.queue.push(...messages.slice(1).map((each) => ({ message: each, dueAt: 0 })));
  await send.finish();
  expect(await send.expectAccounted(60)).toMatchObject({ stats: { sent_count: 60 } });
});

test("an object that is moved while its batches are being sent loses nobody, and nobody gets it twice", async () => {
  const { send, messages } = await queued(230);
  const anew = vi.spyOn(NotificationRun.prototype, "complete");
  let moves = 0;
  world.answer = async (url) => {
    // Once in each batch, among its first requests.
    if (browserOf(url) % 50 === 3) {
      moves += 1;
      await send.move();
    }
    return new Response(null, { status: browserOf(url) % 40 === 7 ? 503 : 201 });
  };
  // Some messages come twice.
  for (const message of [...messages, ...messages.slice(1, 3)]) await send.deliver(message);
  expect(moves).toBe(5);
  expect(anew).toHaveBeenCalledTimes(5);
  world.answer = () => new Response(null, { status: 201 });
  await send.finish();
  await send.expectAccounted(230);
  expect(send.repeats()).toBe(6);
});

test("a ticket of a run that was cleared changes nothing", async () => {
  const { send, messages } = await queued(3);
  const [message] = messages;
  if (!message) throw new Error("no batch");
  const ticket = await claim(send, message);
  await send.stub.clear();
  await ticket.complete(sentTo(message), [], []);
  expect(await send.look()).toBe(false);
  expect(await send.claim(message.batch, message.attempt)).toBeNull();
  expect(await rows("SELECT 1 FROM batch_results WHERE id >= ?", send.id * 1_000_000)).toEqual([]);
});

test("an attempt in the slow lane has no ticket, so that its object can rest meanwhile", async () => {
  const { send, messages } = await queued(3);
  const [message] = messages;
  if (!message) throw new Error("no batch");
  const ticket = await claim(send, message);
  const slow = { status: "deferred", error: "slow", reason: "not_tried", lane: "slow" } as const;
  const outcomes = message.recipients.map(({ id }): Outcome => ({ id, ...slow }));
  await ticket.complete(outcomes, [], []);
  await send.look();
  const [again] = send.take();
  expect(again?.message).toMatchObject({ lane: "slow", attempt: 2 });
  expect(await send.claim(message.batch, 2)).toMatchObject({ ticket: null });
  await send.stub.complete(message.batch, 2, sentTo(message), [], []);
  await send.finish();
  await send.expectAccounted(3);
});
