// When sends begin and that they begin once: by the object's own alarm, by the cron, in each time zone.
import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { recoverRuns, sendDue } from "../../../../src/domain/notifications/start-runs.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../src/kit/time.ts";
import { api, rows } from "../../../support/worker.ts";
import { browserKeys } from "../../../support/keys.ts";
import { importAll, PUSH } from "../../../support/push.ts";
import { watchDatabase } from "../../delivery/database.ts";
import { Send, useWorld } from "../../delivery/sending.ts";
import { newPushOwner, type PushOwner } from "../../../support/scenario.ts";

const world = useWorld();

const iso = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** When the run's alarm rings, ms from now; null: it does not. */
async function alarmIn(send: Send): Promise<number | null> {
  const at = await runInDurableObject(send.stub, (_, state) => state.storage.getAlarm());
  return at === null ? null : at - Date.now();
}

/** Lets the time pass until the run's alarm rings. */
async function toAlarm(send: Send): Promise<void> {
  const wait = await alarmIn(send);
  if (wait === null) throw new Error("no alarm");
  world.pass(Math.max(0, wait));
  await send.look();
}

/**
 * Lets the time pass to the end of a send; who got it when by the clocks of their zones. How long the run slept
 * each time goes into `sleeps`, ms.
 */
async function watch(send: Send, sleeps: number[] = []): Promise<Map<number, string>> {
  const reached = new Map<number, string>();
  for (let looks = 0; looks < 1000; looks += 1) {
    const wait = await alarmIn(send);
    if (wait === null) break;
    sleeps.push(wait);
    await toAlarm(send);
    for (const { message } of send.take()) {
      const found = await rows(
        `SELECT id, coalesce(timezone, 'UTC') AS zone FROM subscribers
         WHERE id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(message.recipients.map(({ id }) => id)),
      );
      for (const { id, zone } of found) {
        expect(reached.has(id)).toBe(false);
        reached.set(id, `${zone} ${wallClock(zone)}`);
      }
      await send.deliver(message);
    }
  }
  return reached;
}

/** Puts an app's subscribers into `zones`, in turns; answers their ids. */
async function moveAll(v1Id: number, zones: string[]): Promise<number[]> {
  const found = await rows("SELECT id FROM subscribers WHERE app_id = ? ORDER BY id", v1Id);
  const ids = found.map(({ id }) => id as number);
  for (const [at, id] of ids.entries()) await move(id, zones[at % zones.length] ?? "UTC");
  return ids;
}

async function move(id: number, zone: string): Promise<void> {
  await rows("UPDATE subscribers SET timezone = ? WHERE id = ? RETURNING id", zone, id);
}

/** As many hours from now in whole hours, as a wall clock in UTC shows it. */
function wallIn(hours: number): string {
  return iso(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + hours * HOUR_MS).slice(0, 16);
}

test("a scheduled notification is sent by its object's alarm", async () => {
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, await newPushOwner(60), { scheduled_at: iso(at) });
  expect((await send.get()).status).toBe("scheduled");
  expect(await alarmIn(send)).toBeGreaterThan(HOUR_MS - 10_000);
  world.pass(HOUR_MS);
  expect(await send.finish()).toMatchObject({ status: "sent" });
  await send.expectAccounted(60);
});

test("an early alarm sends nothing, and several crons at once send it once at its time", async () => {
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, await newPushOwner(60), { scheduled_at: iso(at) });
  await send.look();
  expect(send.take()).toEqual([]);
  expect((await send.get()).status).toBe("scheduled");
  world.pass(HOUR_MS);
  await Promise.all([sendDue(world.ctx()), sendDue(world.ctx()), sendDue(world.ctx())]);
  expect(await send.finish()).toMatchObject({ status: "sent" });
  await send.expectAccounted(60);
  expect(send.repeats()).toBe(0);
});

test("the alarm and two crons at once send it once", async () => {
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, await newPushOwner(120), { scheduled_at: iso(at) });
  world.pass(HOUR_MS);
  await Promise.all([sendDue(world.ctx()), send.look(), sendDue(world.ctx()), send.look()]);
  await send.finish();
  await send.expectAccounted(120);
  expect(send.repeats()).toBe(0);
});

test("a run that is begun has put out its first batches when that returns", async () => {
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, await newPushOwner(120), { scheduled_at: iso(at) });
  await rows(
    "UPDATE notifications SET status = 'sending', started_at = ? WHERE id = ?",
    at,
    send.id,
  );
  await send.stub.begin(send.id);
  expect(world.queue.map(({ message }) => message.batch)).toEqual([0, 1, 2]);
  await send.finish();
  await send.expectAccounted(120);
});

test("an alarm that rings while a run is begun cuts nothing twice, and the run goes on", async () => {
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, await newPushOwner(120), { scheduled_at: iso(at) });
  await rows(
    "UPDATE notifications SET status = 'sending', started_at = ? WHERE id = ?",
    at,
    send.id,
  );
  await Promise.all([send.look(), send.stub.begin(send.id), send.stub.begin(send.id)]);
  expect(await alarmIn(send)).toBeLessThan(10_000);
  await send.finish();
  await send.expectAccounted(120);
  expect(send.repeats()).toBe(0);
});

test("two crons at once restart a run that lost its alarm, and nobody gets it twice", async () => {
  const send = await Send.create(world, await newPushOwner(120));
  await send.look();
  const [first] = send.take();
  if (first) await send.deliver(first.message);
  await runInDurableObject(send.stub, (_, state) => state.storage.deleteAlarm());
  expect(await send.look()).toBe(false);
  world.pass(6 * MINUTE_MS);
  await Promise.all([recoverRuns(world.ctx()), recoverRuns(world.ctx())]);
  await send.finish();
  await send.expectAccounted(120);
  expect(send.repeats()).toBe(0);
});

test("the cron starts the send again when its object has lost everything", async () => {
  const send = await Send.create(world, await newPushOwner(120));
  await send.look();
  const [first] = send.take();
  if (first) await send.deliver(first.message);
  await send.stub.clear();
  expect(await send.look()).toBe(false);
  world.pass(6 * MINUTE_MS);
  await recoverRuns(world.ctx());
  expect(await send.finish()).toMatchObject({ status: "sent" });
  await send.expectAccounted(120);
  expect(send.repeats()).toBe(50);
});

test("a notification that was cancelled or moved to a later time is not sent at its first time", async () => {
  const owner = await newPushOwner(60);
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

test("a local time is sent in each zone when its clocks show it, and the run sleeps in between", async () => {
  const owner = await newPushOwner(130);
  const zones = ["Pacific/Auckland", "Europe/Berlin", "America/New_York"];
  await rows(
    `UPDATE subscribers SET timezone = CASE id % 4 WHEN 0 THEN ? WHEN 1 THEN ? WHEN 2 THEN ? END
     WHERE app_id = ? RETURNING id`,
    ...zones,
    owner.app.v1_id,
  );
  const local = iso(Date.now() + 36 * HOUR_MS).slice(0, 16);
  const send = await Send.create(world, owner, { scheduled_local: local });
  // what was cut after hours of silence is not taken for lost: nobody is reached twice
  const sleeps: number[] = [];
  const reached = await watch(send, sleeps);
  expect(new Set(reached.values())).toEqual(
    new Set([...zones, "UTC"].map((zone) => `${zone} ${local}`)),
  );
  // until shortly before Auckland's time, then for minutes, and less only while batches are out
  expect(sleeps[0]).toBeGreaterThan(20 * HOUR_MS);
  const short = sleeps.filter((ms) => ms < 3 * MINUTE_MS);
  expect(short.length).toBeLessThanOrEqual(2 * (zones.length + 1));
  await expectEachOnce(send, 130);
});

test("a subscriber who moves to another time zone during the send gets it once", async () => {
  const owner = await newPushOwner(40);
  const ids = await moveAll(owner.app.v1_id, ["Europe/Berlin", "America/New_York"]);
  const [berliner = 0, newYorker = 0] = ids;
  const local = wallIn(36);
  const send = await Send.create(world, owner, { scheduled_local: local });
  while (world.queue.length === 0) await toAlarm(send);
  for (const { message } of send.take()) await send.deliver(message);
  expect(world.asked.size).toBe(20);
  await move(berliner, "America/New_York");
  await move(newYorker, "Europe/Berlin");
  await watch(send);
  await expectEachOnce(send, 40);
});

test("a subscriber who comes after a local time was planned gets it at that time in their zone", async () => {
  const owner = await newPushOwner(4);
  await moveAll(owner.app.v1_id, ["America/New_York"]);
  const local = wallIn(36);
  const send = await Send.create(world, owner, { scheduled_local: local });
  const planned = Date.parse((await send.get()).scheduled_at);
  world.pass(10 * HOUR_MS);
  const late = await addBrowser(owner);
  await move(late, "Asia/Tokyo");
  const reached = await watch(send);
  expect(reached.get(late)).toBe(`Asia/Tokyo ${local}`);
  expect([...reached.values()].filter((at) => at === `America/New_York ${local}`)).toHaveLength(4);
  expect(Date.parse((await send.get()).scheduled_at)).toBe(planned - 14 * HOUR_MS);
  await expectEachOnce(send, 5);
});

test("a local time planned for nobody reaches a subscriber who comes later", async () => {
  const owner = await newPushOwner(0);
  const local = wallIn(20);
  const send = await Send.create(world, owner, { scheduled_local: local });
  const late = await addBrowser(owner);
  await move(late, "Asia/Tokyo");
  const reached = await watch(send);
  expect([...reached.values()]).toEqual([`Asia/Tokyo ${local}`]);
});

test("the TTL of a local time counts in each zone from when it is due there", async () => {
  const owner = await newPushOwner(40);
  await moveAll(owner.app.v1_id, ["Europe/Berlin", "America/New_York"]);
  const wanted = { scheduled_local: wallIn(36), ttl: 60 };
  const send = await Send.create(world, owner, wanted);
  world.answer = () => new Response(null, { status: 503 });
  const begin = Date.now();
  const expected: number[] = [];
  while ((await alarmIn(send)) !== null) {
    await toAlarm(send);
    for (const { message, dueAt } of send.take()) {
      world.pass(Math.max(0, dueAt - Date.now()));
      expected.push(message.expiresAt - Date.now());
      await send.deliver(message);
    }
    expect(Date.now() - begin).toBeLessThan(72 * HOUR_MS);
  }
  expect(Math.max(...expected)).toBeLessThanOrEqual(60_000);
  // the queue's delays are whole seconds
  expect(Math.min(...expected)).toBeGreaterThan(-1000);
  expect((await send.get()).stats).toMatchObject({ failed_count: 40, sent_count: 0 });
});

test("a new schedule that comes while the run reads an older one is kept", async () => {
  const owner = await newPushOwner(3);
  const at = Date.now() + HOUR_MS;
  const send = await Send.create(world, owner, { scheduled_at: iso(at) });
  // the cancellation of the first schedule did not reach the run
  await rows("UPDATE notifications SET status = 'draft' WHERE id = ? RETURNING id", send.id);
  let isFirst = true;
  watchDatabase(world, async (query, run) => {
    const result = await run();
    if (isFirst && query.startsWith("select")) {
      isFirst = false;
      const path = `${PUSH}/apps/${owner.app.id}/notifications/${send.uuid}`;
      const json = { scheduled_at: iso(at + HOUR_MS) };
      expect((await api("PATCH", path, { token: owner.account.key, json })).status).toBe(200);
    }
    return result;
  });
  await send.look();
  expect(isFirst).toBe(false);
  expect(await alarmIn(send)).toBeGreaterThan(1.9 * HOUR_MS);
});

test("a run between two zones wakes rarely, and notices a cancellation that did not reach it", async () => {
  const owner = await newPushOwner(60);
  await rows(
    "UPDATE subscribers SET timezone = CASE id % 2 WHEN 0 THEN 'Asia/Tokyo' END WHERE app_id = ? RETURNING id",
    owner.app.v1_id,
  );
  const local = iso(Date.now() + 24 * HOUR_MS).slice(0, 16);
  const send = await Send.create(world, owner, { scheduled_local: local });
  while (world.queue.length === 0) await toAlarm(send);
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

/** One more browser; answers its id. */
async function addBrowser(owner: PushOwner): Promise<number> {
  await importAll(owner.account, owner.app.id, [
    {
      platform: "web",
      endpoint: `https://push.example.com/late/${owner.app.id}`,
      keys: await browserKeys(),
    },
  ]);
  const [{ id }] = await rows(
    "SELECT max(id) AS id FROM subscribers WHERE app_id = ?",
    owner.app.v1_id,
  );
  return id;
}
