// What is counted of sends, builds and dead letters: once each, however often what does it is repeated.
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import type { notifications } from "../../../../src/db/schema/index.ts";
import { finishBuild } from "../../../../src/domain/builds/transitions.ts";
import { finishNotification } from "../../../../src/domain/notifications/run/finish-notification.ts";
import { recoverRuns } from "../../../../src/domain/notifications/start-runs.ts";
import { histogramOf, observe, quantile } from "../../../../src/domain/health/histogram.ts";
import {
  addCounts,
  byMeter,
  countedSince,
  everCounted,
  foldMeters,
  pairsOf,
} from "../../../../src/domain/health/meters.ts";
import { resultsOf } from "../../../../src/domain/health/verdicts.ts";
import worker from "../../../../src/index.ts";
import { testContext } from "../../../support/context.ts";
import { newOneOfEach, newPushOwner } from "../../../support/scenario.ts";
import { bindings, rows } from "../../../support/worker.ts";
import { Send, useWorld } from "../../delivery/sending.ts";

const DAY_MS = 86_400_000;
const world = useWorld();

const counted = async () => byMeter(await everCounted(testContext().ctx));

beforeEach(async () => {
  await rows("DELETE FROM meters");
});

test("a send counts each recipient once, with the end, repeats and how long answers took", async () => {
  const send = await Send.create(world, await newPushOwner(120));
  world.answer = (url) =>
    new Response(null, { status: url.endsWith("/1") ? 410 : url.endsWith("/2") ? 500 : 201 });
  await send.finish();
  const { sends } = await counted();
  const results = resultsOf(sends);
  const stats = (await send.get()).stats;
  const of = (verdict: string) =>
    results.filter((each) => each.verdict === verdict).reduce((sum, { count }) => sum + count, 0);
  expect(of("sent")).toBe(stats.sent_count);
  expect(of("gone") + of("unreached") + of("rejected")).toBe(stats.failed_count);
  expect(of("gone")).toBeGreaterThan(0);
  expect(sends["end:sent"]).toBe(1);
  expect(sends["webpush:retry"]).toBeGreaterThan(0);
  const answers = histogramOf(
    sends,
    "webpush:",
    [25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000],
  );
  const asked = answers.within.reduce((sum, count) => sum + count, 0);
  expect(asked).toBe(120 - of("unreached") + (sends["webpush:retry"] ?? 0));
});

test("a run that loses its memory, and an end that is repeated, count nobody twice", async () => {
  const send = await Send.create(world, await newPushOwner(230));
  await send.look();
  const queued = send.take();
  for (const { message } of queued.slice(0, 3)) await send.report(message);
  world.pass(121_000);
  await send.look();
  expect((await counted()).sends["webpush:sent"]).toBe(150);
  await send.evict();
  for (const { message } of queued.slice(3)) await send.report(message);
  let faults = 0;
  // the end fails once, after it was counted
  world.context = (ctx) => {
    const update = ctx.db.update.bind(ctx.db);
    const db = Object.create(ctx.db, {
      update: {
        value: (table: typeof notifications) => {
          const made = update(table);
          const set = made.set.bind(made);
          made.set = (values) => {
            faults += Number(values.metered === null);
            if (values.metered === null && faults === 1) throw new Error("cut off");
            return set(values);
          };
          return made;
        },
      },
    }) as typeof ctx.db;
    return { ...ctx, db };
  };
  await send.finish();
  expect(faults).toBeGreaterThan(1);
  const { sends } = await counted();
  expect(sends["webpush:sent"]).toBe(230);
  expect(sends["end:sent"]).toBe(1);
  expect(await rows("SELECT metered FROM notifications WHERE id = ?", send.id)).toEqual([
    { metered: null },
  ]);
});

test("a run that lost everything, and sends to all again, counts nobody whom it had counted", async () => {
  const send = await Send.create(world, await newPushOwner(120));
  await send.look();
  const [first] = send.take();
  if (first) await send.deliver(first.message);
  world.pass(121_000);
  await send.look();
  expect((await counted()).sends["webpush:sent"]).toBe(50);
  await send.stub.clear();
  world.pass(6 * 60_000);
  await recoverRuns(world.ctx());
  await send.finish();
  const { sends } = await counted();
  expect(send.repeats()).toBe(50);
  expect(sends["webpush:sent"]).toBe(120);
  expect(sends["end:sent"]).toBe(1);
});

test("a send that is cancelled counts as such once its run is over, however often its end is repeated", async () => {
  const send = await Send.create(world, await newPushOwner(120));
  await send.look();
  const [first] = send.take();
  if (first) await send.deliver(first.message);
  expect(await send.cancel()).toBe(200);
  const end = { status: "cancelled", failureReason: null } as const;
  await send.finish();
  const { sends } = await counted();
  expect(sends["webpush:sent"]).toBe(50);
  expect(sends["webpush:cancelled"]).toBe(70);
  expect(sends["end:cancelled"]).toBe(1);
  const [row] = await rows("SELECT * FROM notifications WHERE id = ?", send.id);
  await finishNotification(world.ctx(), send.id, end, {
    total: row.total_count,
    totalBatches: row.total_batches,
    completedBatches: row.completed_batches,
    sent: row.sent_count,
    failed: row.failed_count,
    results: JSON.parse(row.result_totals),
  });
  expect((await counted()).sends).toEqual(sends);
});

test.each([
  [400, "failed", "webpush:rejected:3", 3],
  [201, null, "", 0],
])(
  "a send that is answered %i has one line in the log if it failed",
  async (answer, status, reasons, unreached) => {
    const lines: unknown[][] = [];
    world.context = (ctx) => ({
      ...ctx,
      log: { ...ctx.log, warn: (...line: unknown[]) => void lines.push(line) },
    });
    const send = await Send.create(world, await newPushOwner(3));
    world.answer = () => new Response(null, { status: answer });
    await send.finish();
    const facts = {
      account: expect.any(Number),
      app: send.owner.app.v1_id,
      notification: send.id,
      status,
      recipients: 3,
      unreached,
      reasons,
    };
    expect(lines).toEqual(status === null ? [] : [["send_failed", facts]]);
  },
);

test("a build counts once, by how and why it ended", async () => {
  const { ids } = await newOneOfEach();
  await rows(
    "UPDATE builds SET status = 'building', started_at = created_at + 1500 WHERE id = ?",
    ids.build,
  );
  const lines: unknown[] = [];
  const { ctx } = testContext();
  const logged = {
    ...ctx,
    log: { ...ctx.log, warn: (...line: unknown[]) => void lines.push(line) },
  };
  const end = { status: "failed", code: "lease_lost", message: "nobody was there" } as const;
  const id = Number(ids.build);
  expect(await finishBuild(logged, id, end)).toBe(true);
  expect(await finishBuild(logged, id, end)).toBe(false);
  const { builds } = await counted();
  expect(builds).toMatchObject({ "failed:lease_lost": 1, "wait:le:2000": 1, "wait:ms": 1500 });
  expect(lines).toEqual([
    [
      "build_failed",
      { account: expect.any(Number), app: Number(ids.app), build: id, code: "lease_lost" },
    ],
  ]);
});

test("a build that fails for a word of its own counts under no name of its own", async () => {
  const { ids } = await newOneOfEach();
  await rows("UPDATE builds SET status = 'building', started_at = 1 WHERE id = ?", ids.build);
  const end = { status: "failed", code: "my_own_word", message: "as a builder likes" } as const;
  expect(await finishBuild(testContext().ctx, Number(ids.build), end)).toBe(true);
  const failed = Object.entries((await counted()).builds).filter(([key]) =>
    key.startsWith("failed"),
  );
  expect(failed).toEqual([["failed:other", 1]]);
});

test("dead letters are counted by their queue, and acknowledged, whatever they say", async () => {
  const batch = createMessageBatch("slipway-dead-letters", [
    { id: "1", timestamp: new Date(), attempts: 1, body: { deliveryId: 7 } },
    { id: "2", timestamp: new Date(), attempts: 1, body: { notificationIds: [1, 2] } },
    {
      id: "3",
      timestamp: new Date(),
      attempts: 1,
      body: {
        lane: "slow",
        notificationId: 3,
        batch: 0,
        attempt: 1,
        recipients: [{ token: "secret" }],
      },
    },
    // Of another version, or put there by hand.
    ...[null, "text", {}, [], { notificationIds: 7 }].map((body, at) => ({
      id: `odd-${at}`,
      timestamp: new Date(),
      attempts: 1,
      body,
    })),
  ] as never);
  const execution = createExecutionContext();
  await worker.queue(batch as never, bindings, execution);
  const { outcome, retryMessages } = (await getQueueResult(batch, execution)) as any;
  expect([outcome, retryMessages]).toEqual(["ok", []]);
  expect((await counted()).dead_letters).toEqual({
    webhooks: 1,
    runs: 1,
    slow_batches: 1,
    unknown: 5,
  });
});

test("stretches are added up after their time, sums stay, and what needs none is forgotten", async () => {
  let now = Date.now();
  const { ctx } = testContext(() => now);
  const add = async (
    name: "builds" | "dead_letters" | "slow_hosts",
    counts: Record<string, number>,
  ) => addCounts(ctx, name, pairsOf(counts));
  await add("builds", { completed: 2, cancelled: 0 });
  await add("builds", { completed: 3 });
  await add("dead_letters", { batches: 1 });
  await add("slow_hosts", { "https://push.example": 4 });
  now += 2 * DAY_MS;
  await add("builds", { completed: 10 });
  await foldMeters(ctx);
  await foldMeters(ctx);
  const ever = byMeter(await everCounted(ctx));
  expect(ever.builds).toEqual({ completed: 15 });
  expect(ever.dead_letters).toEqual({ batches: 1 });
  expect(ever.slow_hosts).toEqual({});
  expect(byMeter(await countedSince(ctx, now - DAY_MS)).builds).toEqual({ completed: 10 });
  expect(
    await rows("SELECT bucket > 0 AS is_kept, name FROM meters ORDER BY name, bucket"),
  ).toEqual([
    { is_kept: 0, name: "builds" },
    { is_kept: 1, name: "builds" },
    { is_kept: 1, name: "dead_letters" },
  ]);
});

test("a row has no more keys than it may, and keeps the most frequent", async () => {
  const { ctx } = testContext();
  const many = Object.fromEntries(Array.from({ length: 290 }, (_, at) => [`https://${at}`, 1]));
  await addCounts(ctx, "slow_hosts", pairsOf({ ...many, often: 50 }));
  const more = Object.fromEntries(Array.from({ length: 290 }, (_, at) => [`https://x${at}`, 1]));
  await addCounts(ctx, "slow_hosts", pairsOf(more));
  const [{ keys }] = await rows(
    "SELECT count(*) AS keys FROM meters, json_each(counts) WHERE name = 'slow_hosts'",
  );
  expect(keys).toBe(40);
  const { slow_hosts: hosts } = byMeter(await countedSince(ctx, Date.now(), "slow_hosts"));
  expect(hosts["often"]).toBe(50);
  // What is read whole has none of them.
  expect((await counted()).slow_hosts).toEqual({});
  expect(byMeter(await countedSince(ctx, Date.now())).slow_hosts).toEqual({});
});

test("the slow tenth lies where the bounds say", () => {
  const counts = {};
  for (let at = 1; at <= 100; at += 1) observe(counts, "x:", [25, 50, 100], at);
  const histogram = histogramOf(counts, "x:", [25, 50, 100]);
  expect(histogram).toEqual({ bounds: [25, 50, 100], within: [25, 25, 50, 0], sumMs: 5050 });
  expect(quantile(histogram, 0.9)).toBe(90);
  expect(quantile(histogramOf({}, "x:", [25]), 0.9)).toBeNull();
  expect(quantile({ bounds: [25], within: [0, 5], sumMs: 0 }, 0.9)).toBe(25);
});
