// The runs of many notifications at once: what goes into their queue and when, and that its consumer begins a few at a
// time.
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { AccountCtx } from "../../../../src/domain/context.ts";
import { cancelNotification } from "../../../../src/domain/notifications/cancel-notification.ts";
import { findNotification } from "../../../../src/domain/notifications/find-notification.ts";
import { updateNotification } from "../../../../src/domain/notifications/update-notification.ts";
import { sendDue, startRuns } from "../../../../src/domain/notifications/start-runs.ts";
import { addPushingApps, instantWorld, notificationsOf, PUSH } from "../../../support/instant.ts";
import { bindings, rows } from "../../../support/worker.ts";
import { at, clockedWorld, create, HOUR, NOW, stored } from "./clocked-world.ts";

interface Queued {
  ids: number[];
  delaySeconds: number;
}

/** A context that only notes what goes into the run queue. */
function watched(ctx: AccountCtx): { ctx: AccountCtx; queued: Queued[] } {
  const queued: Queued[] = [];
  const enqueueRuns: AccountCtx["enqueueRuns"] = async (messages, delaySeconds) => {
    for (const { notificationIds: ids } of messages) queued.push({ ids, delaySeconds });
  };
  return { ctx: { ...ctx, enqueueRuns }, queued };
}

describe("a campaign for many apps", () => {
  let queued: Queued[];
  beforeEach(() => {
    queued = [];
    vi.spyOn(bindings.RUNS, "sendBatch").mockImplementation(async (messages, options) => {
      for (const { body } of messages) {
        queued.push({ ids: body.notificationIds, delaySeconds: options?.delaySeconds ?? 0 });
      }
      return {} as QueueSendBatchResponse;
    });
    return () => vi.restoreAllMocks();
  });

  test("that is sent instantly has all its runs in the queue until they are due, 20 a second", async () => {
    const world = await instantWorld();
    await addPushingApps(world.account, 44);
    const sent = await world.send();
    expect(sent.status).toBe(201);
    const made = await notificationsOf(sent.body.sched_id);
    expect(queued.flatMap(({ ids }) => ids)).toEqual(made.map(({ id }) => id));
    expect(queued.map(({ ids }) => ids.length)).toEqual([20, 20, 5]);
    const [first = 0, ...delays] = queued.map(({ delaySeconds }) => delaySeconds);
    expect(first).toBeGreaterThan(115);
    expect(first).toBeLessThanOrEqual(120);
    expect(delays, "others find their turn between them").toEqual([first + 1, first + 2]);
  });

  test("that is due by local time has its runs looked at now, which sets their alarms", async () => {
    const world = await instantWorld(2);
    const [day] = new Date(Date.now() + 30 * 24 * HOUR).toISOString().split("T");
    const planned = { name: "Later", filters: {}, date: day, time: "10:00", local_time: true };
    const campaign = (await world.call("POST", "/sched/onesend", planned)).body.id;
    const push = (await world.call("POST", "/pushes", PUSH)).body.id;
    const bound = await world.call("PUT", `/sched/onesend/${campaign}/pushes`, {
      push_ids: [push],
    });
    expect(bound.status).toBe(200);
    const ids = (await notificationsOf(campaign)).map(({ id }) => id);
    expect(queued).toEqual([{ ids, delaySeconds: 0 }]);
    const { clock, ctx, told } = await clockedWorld();
    clock.now = Date.now();
    await startRuns(ctx, ids);
    expect(told.map(({ call, id }) => [call, id])).toEqual(ids.map((id) => ["schedule", id]));
    const [first, second] = told.map((each) => each.at ?? 0);
    expect(Math.abs((first ?? 0) - (second ?? 0)), "they do not come at the same time").toBe(20);
  });
});

test("notifications that an account schedules for one moment have their alarms one after another", async () => {
  const world = await clockedWorld();
  const { ctx, app, told } = world;
  const other = await clockedWorld();
  const due = NOW + HOUR;
  const made = [];
  for (let count = 0; count < 3; count += 1) {
    made.push(await create(world, at(due)));
  }
  await create(world, at(due + 1));
  await create(other, at(due));
  expect(told.map((each) => each.at)).toEqual([due, due + 50, due + 100, due + 1]);
  expect(other.told.map((each) => each.at)).toEqual([due]);
  await cancelNotification(ctx, made[0]?.id ?? 0);
  const notification = await findNotification(ctx, made[2]?.id ?? 0);
  await updateNotification(ctx, { notification, app }, at(due + 2));
  await create(world, at(due));
  const alarms = told.filter(({ call }) => call === "schedule").map((each) => each.at);
  expect(alarms.slice(4), "only those before it count").toEqual([due + 2, due + 50]);
});

test("the turn of a notification is found by an index, whatever else is due then", async () => {
  const found = await rows(
    `EXPLAIN QUERY PLAN SELECT id FROM notifications WHERE account_id = 1 AND scheduled_at = 1
       AND status = 'scheduled' AND scheduled_local IS NULL AND id < 9`,
  );
  expect(found.map(({ detail }) => detail)).toEqual([
    expect.stringContaining("notifications_turns (account_id=? AND scheduled_at=? AND rowid<?)"),
  ]);
});

describe("the consumer of the run queue", () => {
  test("begins the runs that are due, two at a time, and no others", async () => {
    const world = await clockedWorld();
    const due = [];
    for (let count = 0; count < 10; count += 1) due.push(await create(world, at(NOW + 1000)));
    const later = await create(world, at(NOW + HOUR));
    const cancelled = await create(world, at(NOW + 1000));
    await cancelNotification(world.ctx, cancelled.id);
    world.clock.now = NOW + 2000;
    let [begun, most] = [0, 0];
    const began: number[] = [];
    const ctx = {
      ...world.ctx,
      notificationRun: () => ({
        begin: async (id: number) => {
          began.push(id);
          begun += 1;
          most = Math.max(most, begun);
          await stored(id);
          begun -= 1;
        },
      }),
    } as unknown as AccountCtx;
    const ids = [...due, later, cancelled].map(({ id }) => id);
    await Promise.all([startRuns(ctx, ids), startRuns(ctx, [])]);
    await startRuns(ctx, ids);
    expect(began).toEqual(due.map(({ id }) => id));
    expect(most).toBe(2);
    expect((await stored(later.id)).status).toBe("scheduled");
    expect((await stored(cancelled.id)).status).toBe("cancelled");
  });

  test("enqueues again what comes a moment too early", async () => {
    const world = await clockedWorld();
    const { id } = await create(world, at(NOW + HOUR));
    const { ctx, queued } = watched(world.ctx);
    world.clock.now = NOW + HOUR - 400;
    await startRuns(ctx, [id]);
    expect(queued).toEqual([{ ids: [id], delaySeconds: 1 }]);
    expect((await stored(id)).status).toBe("scheduled");
  });

  test("goes on with the others when a run can't be reached", async () => {
    const world = await clockedWorld();
    const due = [await create(world, at(NOW + 1000)), await create(world, at(NOW + 1000))];
    world.clock.now = NOW + 2000;
    const began: number[] = [];
    const faults: string[] = [];
    const ctx = {
      ...world.ctx,
      log: { info: () => {}, error: (event: string) => void faults.push(event) },
      notificationRun: (id: number) => ({
        begin: async () => {
          if (id === due[0]?.id) throw new Error("down");
          began.push(id);
        },
      }),
    } as unknown as AccountCtx;
    await startRuns(
      ctx,
      due.map(({ id }) => id),
    );
    expect(began).toEqual([due[1]?.id]);
    expect(faults).toEqual(["run_not_synced"]);
  });
});

describe("the cron", () => {
  test("looks ahead for campaigns that were planned long before, and enqueues them for their time", async () => {
    const world = await clockedWorld();
    const [campaign, single, recent] = [
      await create(world, at(NOW + 20 * HOUR)),
      await create(world, at(NOW + 20 * HOUR)),
      await create(world, at(NOW + 20 * HOUR)),
    ];
    await rows("UPDATE notifications SET created_at = ? WHERE id = ?", NOW + 9 * HOUR, recent.id);
    const [made] = await rows(
      `INSERT INTO campaigns (account_id, name, due_at, filters, template_ids, revision, instant, created_at)
       VALUES (?, 'Later', 1, '{}', '[]', ?, 0, 1) RETURNING id`,
      world.account.id,
      crypto.randomUUID(),
    );
    for (const { id } of [campaign, recent]) {
      await rows(
        "INSERT INTO campaign_notifications (campaign_id, notification_id) VALUES (?, ?)",
        made.id,
        id,
      );
    }
    const { ctx, queued } = watched(world.ctx);
    const own = () =>
      queued.flatMap(({ ids, delaySeconds }) => {
        const mine = ids.filter((id) => id >= campaign.id);
        return mine.length > 0 ? [{ ids: mine, delaySeconds }] : [];
      });
    world.clock.now = NOW + 20 * HOUR - 91_000;
    await sendDue(ctx);
    expect(own()).toEqual([]);
    world.clock.now += 31_000;
    await sendDue(ctx);
    // Single notifications have alarms of their own; what was due within eleven hours is in the queue already.
    expect(own()).toEqual([{ ids: [campaign.id], delaySeconds: 60 }]);
    queued.length = 0;
    world.clock.now = NOW + 20 * HOUR;
    await sendDue(ctx);
    expect(own()).toEqual([{ ids: [campaign.id, single.id, recent.id], delaySeconds: 0 }]);
  });
});
