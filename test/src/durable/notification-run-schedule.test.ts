// When sends begin and that they begin once: by the object's own alarm, by the cron, in each time zone.
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { restartStalled, sendDue } from "../../../src/domain/notifications/send-notification.ts";
import { HOUR_MS, MINUTE_MS } from "../../../src/kit/time.ts";
import { api, rows } from "../support/worker.ts";
import { PUSH } from "../support/push.ts";
import { newOwner, Send, useWorld } from "../delivery/sending.ts";

const world = useWorld();

const iso = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** When the run's alarm rings, ms from now; null: it does not. */
async function alarmIn(send: Send): Promise<number | null> {
  const at = await runInDurableObject(send.stub, (_, state) => state.storage.getAlarm());
  return at === null ? null : at - Date.now();
}

test("a scheduled notification is sent by its object's alarm", async () => {
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, await newOwner(60), { scheduled_at: iso(at) });
  expect((await send.get()).status).toBe("scheduled");
  expect(await alarmIn(send)).toBeGreaterThan(HOUR_MS - 10_000);
  world.pass(HOUR_MS);
  expect(await send.finish()).toMatchObject({ status: "sent" });
  await send.expectAccounted(60);
});

test("an alarm that rings too early sends nothing; the cron does at its time, twice at once or not", async () => {
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, await newOwner(60), { scheduled_at: iso(at) });
  await send.look();
  expect(send.take()).toEqual([]);
  expect((await send.get()).status).toBe("scheduled");
  world.pass(HOUR_MS);
  await Promise.all([sendDue(world.ctx()), sendDue(world.ctx()), sendDue(world.ctx())]);
  expect(await send.finish()).toMatchObject({ status: "sent" });
  await send.expectAccounted(60);
  expect(send.repeats()).toBe(0);
});

test("the alarm and two crons at once: sent once", async () => {
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, await newOwner(120), { scheduled_at: iso(at) });
  world.pass(HOUR_MS);
  await Promise.all([sendDue(world.ctx()), send.look(), sendDue(world.ctx()), send.look()]);
  await send.finish();
  await send.expectAccounted(120);
  expect(send.repeats()).toBe(0);
});

test("a run whose alarm was lost is started again by the cron, twice at once or not", async () => {
  const send = await Send.create(world, await newOwner(120));
  await send.look();
  const [first] = send.take();
  if (first) await send.deliver(first.message);
  await runInDurableObject(send.stub, (_, state) => state.storage.deleteAlarm());
  expect(await send.look()).toBe(false);
  world.pass(6 * MINUTE_MS);
  await Promise.all([restartStalled(world.ctx()), restartStalled(world.ctx())]);
  await send.finish();
  await send.expectAccounted(120);
  expect(send.repeats()).toBe(0);
});

test("an object that lost everything is started anew by the cron", async () => {
  const send = await Send.create(world, await newOwner(120));
  await send.look();
  const [first] = send.take();
  if (first) await send.deliver(first.message);
  await send.stub.erase();
  expect(await send.look()).toBe(false);
  world.pass(6 * MINUTE_MS);
  await restartStalled(world.ctx());
  expect(await send.finish()).toMatchObject({ status: "sent" });
  await send.expectAccounted(120);
  expect(send.repeats()).toBe(50);
});

test("cancelled before its time, and moved: it is not sent at the first one", async () => {
  const owner = await newOwner(60);
  const at = Date.now() + HOUR_MS;
  const cancelled = await Send.create(world, owner, { scheduled_at: iso(at) });
  expect(await cancelled.cancel()).toBe(200);
  expect(await cancelled.look()).toBe(false);
  const moved = await Send.create(world, owner, { scheduled_at: iso(at) });
  const changed = await api("PATCH", `${PUSH}/apps/${owner.app.id}/notifications/${moved.uuid}`, {
    token: owner.account.key,
    json: { scheduled_at: iso(at + HOUR_MS) },
  });
  expect(changed.status).toBe(200);
  world.pass(HOUR_MS);
  await sendDue(world.ctx());
  expect(await alarmIn(moved)).toBeGreaterThan(HOUR_MS - 20_000);
  expect(world.queue).toEqual([]);
  world.pass(HOUR_MS);
  await moved.finish();
  await moved.expectAccounted(60);
});

test("a local time is sent to each zone at its own, and the run sleeps in between", async () => {
  const owner = await newOwner(130);
  const zones = ["Pacific/Auckland", "Europe/Berlin", "America/New_York"];
  await rows(
    `UPDATE subscribers SET timezone = CASE id % 4 WHEN 0 THEN ? WHEN 1 THEN ? WHEN 2 THEN ? END
     WHERE app_id = ? RETURNING id`,
    ...zones,
    owner.app.v1_id,
  );
  const local = iso(Date.now() + 36 * HOUR_MS).slice(0, 16);
  const send = await Send.create(world, owner, { scheduled_local: local });
  const reached: { zones: string[]; local: string[] }[] = [];
  for (let looks = 0; looks < 60_000 && (await send.get()).status !== "sent"; looks += 1) {
    const wait = await alarmIn(send);
    if (wait === null) throw new Error("no alarm");
    world.pass(Math.max(0, wait));
    await send.look();
    const ids = send.world.queue.flatMap(({ message }) => message.recipients.map(({ id }) => id));
    for (const { message } of send.take()) await send.deliver(message);
    if (ids.length === 0) continue;
    // what was cut after hours of silence is not taken for lost
    expect(new Set(ids).size).toBe(ids.length);
    const found = await rows(
      `SELECT DISTINCT coalesce(timezone, 'UTC') AS zone FROM subscribers
       WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    );
    const names = found.map(({ zone }) => zone as string);
    reached.push({ zones: names, local: names.map((zone) => wallClock(zone)) });
  }
  expect(reached).toEqual(
    ["Pacific/Auckland", "Europe/Berlin", "UTC", "America/New_York"].map((zone) => {
      return { zones: [zone], local: [local] };
    }),
  );
  await expectEachOnce(send, 130);
});

test("a run between two zones rings seldom, and hears of a cancellation that did not reach it", async () => {
  const owner = await newOwner(60);
  await rows(
    "UPDATE subscribers SET timezone = CASE id % 2 WHEN 0 THEN 'Asia/Tokyo' END WHERE app_id = ? RETURNING id",
    owner.app.v1_id,
  );
  const local = iso(Date.now() + 24 * HOUR_MS).slice(0, 16);
  const send = await Send.create(world, owner, { scheduled_local: local });
  world.pass((await alarmIn(send)) ?? 0);
  await send.look();
  for (const { message } of send.take()) await send.deliver(message);
  world.pass(1000);
  await send.look();
  const gaps: number[] = [];
  for (let looks = 0; looks < 10; looks += 1) {
    const wait = (await alarmIn(send)) ?? 0;
    gaps.push(wait);
    world.pass(wait);
    await send.look();
  }
  expect(Math.min(...gaps)).toBeGreaterThan(3 * MINUTE_MS);
  await rows("UPDATE notifications SET status = 'cancelled' WHERE id = ? RETURNING id", send.id);
  world.pass(10 * HOUR_MS);
  await send.look();
  expect(send.take()).toEqual([]);
  while (await send.look());
  const { stats, status } = await send.get();
  expect(status).toBe("cancelled");
  expect(stats).toMatchObject({ total_count: 60, sent_count: 30, failed_count: 30 });
  expect(stats.completed_batches).toBe(stats.total_batches);
});

/** Zones are cut apart: there may be more batches than one in fifty. */
async function expectEachOnce(send: Send, total: number): Promise<void> {
  const results = await send.results();
  expect(new Set(results.map(({ id }) => id)).size).toBe(total);
  expect(results).toHaveLength(total);
  expect(send.repeats()).toBe(0);
  const { stats } = await send.get();
  expect(stats).toMatchObject({ total_count: total, sent_count: total, failed_count: 0 });
  expect(stats.completed_batches).toBe(stats.total_batches);
}

function wallClock(timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    hour12: false,
    dateStyle: "short",
    timeStyle: "short",
  });
  return parts.format(Date.now()).replace(" ", "T");
}
