// What one subscriber was sent: found among the packed results of large sends, without reading them.
import { expect, test, vi } from "vitest";
import { findApp } from "../../../../src/domain/apps/find-app.ts";
import { BATCHES_A_ROW, packResults } from "../../../../src/domain/notifications/results.ts";
import { saveResults } from "../../../../src/domain/notifications/run/save-results.ts";
import {
  STORY_NOTIFICATIONS,
  subscriberStory,
} from "../../../../src/domain/notifications/subscriber-story.ts";
import type { FailureReason } from "../../../../src/domain/ports/notifications.ts";
import {
  subscriberOf,
  type Subscriber,
} from "../../../../src/domain/subscribers/find-subscriber.ts";
import { chunks } from "../../../../src/kit/chunks.ts";
import { DAY_MS } from "../../../../src/kit/time.ts";
import { as, newMember } from "../../../support/members.ts";
import { newApp, newAccount } from "../../../support/scenario.ts";
import { addSubscriber, addSubscribers } from "../../../support/subscribers.ts";
import { countRowsRead } from "../../../support/trips.ts";
import { rows } from "../../../support/worker.ts";

/** Recipients of a batch, as runs cut them, and of a row of results. */
const BATCH = 50;
const ROW = BATCH * BATCHES_A_ROW;

async function newWorld() {
  const account = await newAccount();
  const app = await newApp(account.key);
  const { person, ctx } = await newMember(account.id, "viewer");
  const found = await findApp(ctx, app.id);
  const made = Date.now() - 30 * DAY_MS;
  const subscriber = async (uuid: string) => {
    await rows("UPDATE subscribers SET created_at = ? WHERE uuid = ?", made, uuid);
    return subscriberOf(ctx, found, uuid);
  };
  const story = async (of: Subscriber) => subscriberStory(await as(person, account.id), of);
  /** Writes a notification that began so many days ago, and the ids of its recipients in rows of results in the order they are given. */
  const sent = async (
    ids: readonly number[],
    {
      title = "Hello",
      days = 1,
      local = null,
      targeting = null,
      without = [],
      failed = {},
    }: {
      title?: string;
      days?: number;
      /** The local time at which it was due. */
      local?: string | null;
      targeting?: object | null;
      /** Rows that are not written yet, by their places. */
      without?: readonly number[];
      failed?: Record<number, FailureReason>;
    } = {},
  ): Promise<number> => {
    const batches = Math.ceil(ids.length / BATCH);
    const [{ id }] = await rows(
      `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, started_at, scheduled_local,
         total_batches, created_at, updated_at) VALUES (?, ?, ?, 'sent', ?, ?, ?, ?, ?, 1, 1) RETURNING id`,
      crypto.randomUUID(),
      account.id,
      app.id,
      JSON.stringify({ title, body: "World" }),
      targeting === null ? null : JSON.stringify(targeting),
      Date.now() - days * DAY_MS,
      local,
      batches,
    );
    const packed = chunks(ids, ROW).map((recipients, at) => ({
      batch: at * BATCHES_A_ROW,
      results: packResults(
        recipients.map((recipient) => {
          const reason = failed[recipient] ?? null;
          const status = reason === null ? ("sent" as const) : ("failed" as const);
          const error = reason === null ? null : "E";
          return { id: recipient, status, attempts: 1, error, reason, dueAt: 0, begunAt: 0 };
        }),
      ),
    }));
    const written = packed.filter((_, at) => !without.includes(at));
    await saveResults(ctx, id, written);
    return id;
  };
  return { account, app, subscriber, story, sent };
}

/** Every third id from `from` on: between them there are others, who were not sent to. */
const thirds = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => from + 3 * at);

test("whoever is in a large send is found, from the first to the last, and nobody else", async () => {
  const { account, app, subscriber, story, sent } = await newWorld();
  const ids = (await addSubscribers(account.id, app.id, 12)) as { id: number; uuid: string }[];
  const [first] = ids;
  const recipients = thirds(first!.id - 3 * 5000, 5000 + 4);
  await sent(recipients, { failed: { [ids[3]!.id]: "expired" } });
  for (const [at, { uuid }] of ids.entries()) {
    const found = await story(await subscriber(uuid));
    const failed = { status: "failed", reason: "expired" };
    const result = at === 3 ? failed : { status: "sent", reason: null };
    expect(
      found.map((each) => each.result),
      String(at),
    ).toEqual(at % 3 === 0 ? [result] : []);
  }
});

test("a notification that is being sent has gaps: who is behind and before them is found", async () => {
  const { account, app, subscriber, story, sent } = await newWorld();
  const all = (await addSubscribers(account.id, app.id, 8 * ROW)) as { id: number; uuid: string }[];
  await sent(
    all.map(({ id }) => id),
    { without: [0, 3, 4, 7] },
  );
  for (const [at, isThere] of [
    [0, false],
    [300, true],
    [749, true],
    [850, false],
    [1249, false],
    [1250, true],
    [1749, true],
    [1999, false],
  ] as const) {
    const found = await story(await subscriber(all[at]!.uuid));
    expect(found, String(at)).toHaveLength(isThere ? 1 : 0);
  }
});

test("batches by local time are in no order: all are read where they are few", async () => {
  const { account, app, subscriber, story, sent } = await newWorld();
  const all = (await addSubscribers(account.id, app.id, 4 * ROW)) as { id: number; uuid: string }[];
  const ids = all.map(({ id }) => id);
  await sent([...ids.slice(2 * ROW), ...ids.slice(0, 2 * ROW)], { local: "2026-12-24T18:00" });
  for (const at of [0, 499, 500, 999]) {
    expect(await story(await subscriber(all[at]!.uuid)), String(at)).toHaveLength(1);
  }
});

test("what the device said is told beside the result, or without one", async () => {
  const { account, app, subscriber, story, sent } = await newWorld();
  const uuid = await addSubscriber(account.id, app.id);
  const one = await subscriber(uuid);
  const known = await sent([one.id], { title: "Known", days: 1 });
  const gone = await sent([], { title: "Gone", days: 2 });
  await sent([], { title: "Not sent to it", days: 3 });
  await sent([one.id], { title: "Before it came", days: 40 });
  await rows(
    `INSERT INTO engagements (notification_id, subscriber_id, kind, at)
     VALUES (?1, ?3, 'delivered', 7), (?1, ?3, 'clicked', 8), (?2, ?3, 'clicked', 9), (?1, ?3 + 1, 'clicked', 1)`,
    known,
    gone,
    one.id,
  );
  expect(await story(one)).toMatchObject([
    { title: "Known", result: { status: "sent" }, deliveredAt: 7, clickedAt: 8 },
    { title: "Gone", result: null, deliveredAt: null, clickedAt: 9 },
  ]);
});

test("it goes back a fixed number of notifications, without those that channels sent", async () => {
  const { account, app, subscriber, story, sent } = await newWorld();
  const one = await subscriber(await addSubscriber(account.id, app.id));
  const to = (id: number) => ({ targeting: { type: "subscribers", ids: [id] } });
  await sent([one.id], { title: "Too old", days: 20 });
  for (let at = 0; at < STORY_NOTIFICATIONS; at += 1) await sent([one.id], { days: 10 });
  await sent([one.id], { title: "Direct", days: 5, ...to(one.id) });
  for (let at = 0; at < 60; at += 1) await sent([one.id + 1], { days: 2, ...to(one.id + 1) });
  const titles = (await story(one)).map(({ title }) => title);
  expect(titles).toHaveLength(STORY_NOTIFICATIONS);
  expect(titles).not.toContain("Direct");
  expect(titles).not.toContain("Too old");
});

test("a story over large sends reads few of their rows", async () => {
  const { account, app, subscriber, story, sent } = await newWorld();
  const one = await subscriber(await addSubscriber(account.id, app.id));
  for (let at = 0; at < 5; at += 1) {
    await sent([...thirds(one.id - 3 * 40_000, 40_000), one.id]);
  }
  const [{ count }] = await rows("SELECT count(*) AS count FROM batch_results");
  expect(count).toBeGreaterThanOrEqual(5 * 160);
  const read = countRowsRead();
  expect(await story(one)).toHaveLength(5);
  vi.restoreAllMocks();
  expect(read()).toBeLessThan(5 * 40);
});
