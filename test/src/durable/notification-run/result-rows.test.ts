// Rows of results: one for a few batches, the same while the run is on and after its end, so that whoever reads them page
// by page meanwhile misses nobody.
import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/domain/ports/notifications.ts";
import { unpackResults } from "../../../../src/domain/notifications/results.ts";
import { PUSH } from "../../../support/push.ts";
import { newPushOwner } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";
import { addBrowsers, Send, useWorld, type Queued } from "../../delivery/sending.ts";

const world = useWorld();

/** A send to as many browsers, whose first batches are queued. */
async function queued(recipients: number): Promise<{ send: Send; messages: Queued["message"][] }> {
  const owner = await newPushOwner(0);
  await addBrowsers(owner, recipients);
  const send = await Send.create(world, owner);
  await send.look();
  return { send, messages: send.take().map(({ message }) => message) };
}

/** The first batches of the rows that the database has. */
async function saved(send: Send): Promise<number[]> {
  const found = await rows(
    "SELECT id % 1000000 AS batch FROM batch_results WHERE id / 1000000 = ? ORDER BY id",
    send.id,
  );
  return found.map(({ batch }) => batch);
}

async function page(send: Send, query: string): Promise<any> {
  const path = `${PUSH}/apps/${send.owner.app.id}/notifications/${send.uuid}/recipients?${query}`;
  const { status, body } = await api("GET", path, { token: send.owner.account.key });
  expect(status).toBe(200);
  return body;
}

test("a row is written once all its batches are done, and the last one when nothing more is cut", async () => {
  const { send, messages } = await queued(610);
  expect(messages).toHaveLength(13);
  const [late, ...others] = messages;
  if (!late) throw new Error("no batch");
  for (const message of others) await send.report(message);
  await send.look();
  expect(await saved(send)).toEqual([5, 10]);
  await send.report(late);
  await send.finish();
  await send.expectAccounted(610);
  expect(await saved(send)).toEqual([0, 5, 10]);
});

test("the rows of a run that is on have done, tried and untried recipients, in their order", async () => {
  const { send, messages } = await queued(610);
  const [first, second, third] = messages;
  if (!first || !second || !third) throw new Error("no batches");
  await send.report(second);
  await send.report(third, "failed");
  const found = (await send.stub.results(0, null, 10)) ?? [];
  expect(found.map(({ batch }) => batch)).toEqual([0, 5, 10]);
  const [row, ...rest] = found.map(({ results }) => unpackResults(results));
  const ids = messages.flatMap(({ recipients }) => recipients.map(({ id }) => id));
  expect([row, ...rest].flat().map((each) => each?.id)).toEqual(ids);
  expect(row?.map(({ status }) => status[0]).join("")).toBe(
    "p".repeat(50) + "s".repeat(50) + "f".repeat(50) + "p".repeat(100),
  );
  const rowsWith = async (status: "sent" | "failed" | "gone" | "pending", from = 0, limit = 10) =>
    ((await send.stub.results(from, status, limit)) ?? []).map(({ batch }) => batch);
  expect(await rowsWith("sent")).toEqual([0]);
  expect(await rowsWith("gone")).toEqual([]);
  expect(await rowsWith("pending")).toEqual([0, 5, 10]);
  expect(await rowsWith("pending", 1)).toEqual([5, 10]);
  expect(await rowsWith("pending", 0, 2)).toEqual([0, 5]);
});

test("pages that are asked for while the run is on and after its end have everybody once", async () => {
  const { send, messages } = await queued(610);
  for (const message of messages.slice(0, 4)) await send.report(message);
  const seen: string[] = [];
  let cursor: string | null = "0.0";
  for (let pages = 0; cursor !== null; pages += 1) {
    // The second page begins in the middle of a row.
    if (pages === 2) {
      for (const message of messages.slice(4)) await send.report(message);
      await send.finish();
      expect(await send.stub.results(0, null, 1)).toBeNull();
    }
    const { data, next_cursor } = await page(send, `limit=90&cursor=${cursor}`);
    seen.push(...data.map(({ subscriber_id }: any) => subscriber_id));
    cursor = next_cursor;
  }
  expect(seen).toHaveLength(610);
  expect(new Set(seen).size).toBe(610);
});

test("what one subscriber was sent is known as soon as it was reported, before its row is written", async () => {
  const { send, messages } = await queued(610);
  const [first, second, third, ...others] = messages;
  if (!first || !second || !third) throw new Error("no batches");
  await send.report(second);
  await send.report(third, "failed");
  await send.look();
  expect(await saved(send)).toEqual([]);
  /** What is told of the first recipient of a batch. */
  const told = async ({ recipients: [recipient] }: Queued["message"]) => {
    await rows("UPDATE subscribers SET user_id = 'u' || id WHERE id = ?", recipient!.id);
    const path = `${PUSH}/apps/${send.owner.app.id}/users/u${recipient!.id}`;
    const { body } = await api("GET", path, { token: send.owner.account.key });
    return body.data.devices.data[0].notifications.map(({ status }: any) => status);
  };
  const all = async () => [await told(first), await told(second), await told(third)];
  expect(await all()).toEqual([["pending"], ["sent"], ["failed"]]);
  await send.evict();
  expect(await all()).toEqual([["pending"], ["sent"], ["failed"]]);
  for (const message of [first, ...others]) await send.report(message);
  await send.finish();
  expect(await all()).toEqual([["sent"], ["sent"], ["failed"]]);
});

test("a status that few have is found in all rows", async () => {
  const { send, messages } = await queued(2000);
  for (const { batch, attempt, recipients } of messages) {
    const claimed = await send.claim(batch, attempt);
    // One of each row.
    const outcomes = recipients.map(({ id }, at): Outcome => {
      return batch % 5 === 3 && at === 7
        ? { id, status: "failed", error: "no", reason: "rejected" }
        : { id, status: "sent" };
    });
    await claimed?.ticket?.complete(outcomes, [], []);
  }
  for (const whenOver of [false, true]) {
    if (whenOver) await send.finish();
    const first = await page(send, "status=failed&limit=5");
    const second = await page(send, `status=failed&limit=5&cursor=${first.next_cursor}`);
    expect([first.data.length, second.data.length, second.next_cursor]).toEqual([5, 3, null]);
    const ids = [...first.data, ...second.data].map(({ subscriber_id }) => subscriber_id);
    expect(new Set(ids).size).toBe(8);
  }
});
