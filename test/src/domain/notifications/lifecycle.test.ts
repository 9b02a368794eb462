// A notification's life in the database: which change of status is allowed, also when two are tried at once.
import { describe, expect, test } from "vitest";
import type { AccountCtx } from "../../../../src/domain/context.ts";
import { cancelNotification } from "../../../../src/domain/notifications/cancel-notification.ts";
import { finishNotification } from "../../../../src/domain/notifications/run/finish-notification.ts";
import { loadRun } from "../../../../src/domain/notifications/run/load-run.ts";
import { saveProgress } from "../../../../src/domain/notifications/run/save-progress.ts";
import {
  sendNotification,
  sendScheduled,
} from "../../../../src/domain/notifications/send-notification.ts";
import { recoverRuns, sendDue } from "../../../../src/domain/notifications/start-runs.ts";
import { updateNotification } from "../../../../src/domain/notifications/update-notification.ts";
import { addSubscribers, configure } from "../../../support/notifications.ts";
import { rows } from "../../../support/worker.ts";
import { clockedWorld, create, stored, refusal, at, NOW, HOUR } from "./clocked-world.ts";

const COUNTERS = {
  total: 120,
  totalBatches: 3,
  completedBatches: 3,
  sent: 100,
  failed: 20,
  results: { webpush: { sent: 100, unregistered: 20 } },
};

describe("creating a notification", () => {
  test("makes a draft and starts no run", async () => {
    const world = await clockedWorld();
    const { id } = await create(world);
    expect(await stored(id)).toMatchObject({
      status: "draft",
      scheduled_at: null,
      started_at: null,
    });
    expect(world.told).toEqual([]);
  });

  test("starts its run when it is to be sent at once", async () => {
    const world = await clockedWorld();
    const { id } = await create(world, { send: true });
    expect(await stored(id)).toMatchObject({ status: "sending", started_at: NOW });
    expect(world.told).toEqual([{ call: "start", id }]);
  });

  test("schedules its run for a later time", async () => {
    const world = await clockedWorld();
    const { id } = await create(world, at(NOW + HOUR));
    expect(await stored(id)).toMatchObject({ status: "scheduled", scheduled_at: NOW + HOUR });
    expect(world.told).toEqual([{ call: "schedule", id, at: NOW + HOUR }]);
  });

  test("makes it due when its local time comes in the first of the audience's zones", async () => {
    const world = await clockedWorld();
    await addSubscribers(world.app, [
      { timezone: "Europe/Berlin", tags: ["a"] },
      { timezone: "Asia/Tokyo", tags: ["b"] },
    ]);
    const local = "2030-06-24T18:00";
    const all = await create(world, { scheduled_local: local });
    expect(all.scheduledAt).toBe(Date.parse("2030-06-24T09:00Z"));
    const tagged = { type: "tags", tags: ["a"] };
    const berlin = await create(world, { scheduled_local: local, targeting: tagged });
    expect(berlin.scheduledAt).toBe(Date.parse("2030-06-24T16:00Z"));
    const nobody = { type: "user_ids", ids: ["x"] };
    const none = await create(world, { scheduled_local: local, targeting: nobody });
    expect(none.scheduledAt).toBe(Date.parse("2030-06-24T18:00Z"));
    // past in Tokyo (21:00 there): due now
    const soon = await create(world, { scheduled_local: "2030-06-01T20:00" });
    expect(soon.scheduledAt).toBe(NOW);
    expect((await loadRun(world.ctx, soon.id))?.scheduledLocal).toBe("2030-06-01T20:00");
  });

  test.each([
    ["scheduled_at", at(NOW)],
    ["scheduled_at", at(NOW - HOUR)],
    ["scheduled_at", { scheduled_at: "2031-06-01T12:00:01Z" }],
    ["scheduled_local", { scheduled_local: "2030-06-01T00:00" }],
    ["scheduled_local", { scheduled_local: "2031-06-02T12:00" }],
    ["scheduled_local", { ...at(NOW + HOUR), scheduled_local: "2030-06-24T18:00" }],
    ["send", { ...at(NOW + HOUR), send: true }],
    ["send", { scheduled_local: "2030-06-24T18:00", send: true }],
    ["payload", { translations: { de: { title: "x", body: "x".repeat(4000) } } }],
  ])("refuses invalid fields with an issue at %j (case %#)", async (field, fields) => {
    const world = await clockedWorld();
    expect(await refusal(create(world, fields))).toMatchObject({
      code: "invalid",
      issues: [{ path: [field] }],
    });
    expect(world.told).toEqual([]);
  });

  test("accepts a time exactly one year ahead", async () => {
    const world = await clockedWorld();
    const { scheduledAt } = await create(world, { scheduled_at: "2031-06-01T14:00:00+02:00" });
    expect(scheduledAt).toBe(Date.UTC(2031, 5, 1, 12));
  });

  test("makes nothing but a draft for an app without a push credential", async () => {
    const world = await clockedWorld();
    await rows("DELETE FROM push_credentials WHERE app_id = ?", world.app.id);
    const sent = await refusal(create(world, { send: true }));
    expect(sent).toEqual({ code: "notifications_not_configured" });
    const scheduled = await refusal(create(world, at(NOW + HOUR)));
    expect(scheduled).toEqual({ code: "notifications_not_configured" });
    const draft = await create(world);
    const found = { app: world.app, notification: draft };
    const promoted = await refusal(sendNotification(world.ctx, found));
    expect(promoted).toEqual({ code: "notifications_not_configured" });
    const planned = await refusal(updateNotification(world.ctx, found, at(NOW + HOUR)));
    expect(planned).toEqual({ code: "notifications_not_configured" });
    expect((await stored(draft.id)).status).toBe("draft");
  });

  test("refuses a draft that some provider would not take, for an app without a push credential", async () => {
    const world = await clockedWorld();
    await rows("DELETE FROM push_credentials WHERE app_id = ?", world.app.id);
    const refusedBy = async (fields: Record<string, unknown>) => {
      const refused = await refusal(create(world, fields));
      if (refused.code !== "invalid") throw new Error(refused.code);
      return refused.issues.map(({ message }) => /for (\w+), but is/.exec(message ?? "")?.[1]);
    };
    // beyond the 3993 bytes of Web Push, and with a long title beyond the 4096 of the others
    const large = { body: "x".repeat(4000) };
    const larger = { ...large, title: "x".repeat(100) };
    expect(await refusedBy(larger)).toEqual(["fcm", "apns", "webpush"]);
    expect(await refusedBy(large)).toEqual(["webpush"]);
    await configure(world.account, world.app.id, "fcm");
    expect((await create(world, large)).status).toBe("draft");
  });

  test("succeeds when its run cannot be reached, and the cron starts the run later", async () => {
    const world = await clockedWorld();
    const unreachable = async () => Promise.reject(new Error("down"));
    const faults: string[] = [];
    const ctx = {
      ...world.ctx,
      notificationRun: () => ({ start: unreachable, schedule: unreachable, cancel: unreachable }),
      log: { info: () => {}, error: (event: string) => void faults.push(event) },
    } as unknown as AccountCtx;
    const { id } = await create({ ...world, ctx }, { send: true });
    expect((await stored(id)).status).toBe("sending");
    expect(faults).toEqual(["run_not_synced"]);
    world.clock.now += 6 * 60_000;
    await recoverRuns(world.ctx);
    expect(world.told).toContainEqual({ call: "start", id });
  });
});

describe("sending what is due", () => {
  test("two crons at once send each due notification once, and leave all others alone", async () => {
    const world = await clockedWorld();
    const due = await Promise.all(
      Array.from({ length: 120 }, async (_, n) => create(world, at(NOW + 1000 + n))),
    );
    const later = await create(world, at(NOW + HOUR));
    const draft = await create(world);
    const cancelled = await create(world, at(NOW + 1000));
    await cancelNotification(world.ctx, cancelled.id);
    world.told.length = 0;
    const own = new Set(due.map(({ id }) => id));
    const startedOf = () => world.told.filter(({ id, call }) => call === "start" && own.has(id));
    await sendDue(world.ctx);
    expect(startedOf()).toEqual([]);
    world.clock.now = NOW + 2000;
    await Promise.all([sendDue(world.ctx), sendDue(world.ctx)]);
    await sendDue(world.ctx);
    const started = startedOf();
    expect(started).toHaveLength(120);
    expect(new Set(started.map(({ id }) => id)).size).toBe(120);
    expect((await stored(due[0]?.id ?? 0)).started_at).toBe(NOW + 2000);
    expect((await stored(later.id)).status).toBe("scheduled");
    expect((await stored(draft.id)).status).toBe("draft");
    expect((await stored(cancelled.id)).status).toBe("cancelled");
  });

  test("the run's own alarm sends a due notification, and gets the same answer when it asks again", async () => {
    const world = await clockedWorld();
    const { id } = await create(world, at(NOW + HOUR));
    expect(await sendScheduled(world.ctx, id)).toBe(NOW + HOUR);
    world.clock.now = NOW + HOUR;
    expect(await sendScheduled(world.ctx, id)).toBe("sending");
    world.clock.now += 1000;
    expect(await sendScheduled(world.ctx, id)).toBe("sending");
    expect((await stored(id)).started_at).toBe(NOW + HOUR);
    await cancelNotification(world.ctx, id);
    expect(await sendScheduled(world.ctx, id)).toBeNull();
    expect(await sendScheduled(world.ctx, 999_999_999)).toBeNull();
  });

  test("one of two crons restarts a run that reported nothing for six minutes, and no other run", async () => {
    const world = await clockedWorld();
    const lost = await create(world, { send: true });
    const busy = await create(world, { send: true });
    const over = await create(world, { send: true });
    const end = { status: "sent", failureReason: null } as const;
    await finishNotification(world.ctx, over.id, end, COUNTERS);
    world.told.length = 0;
    const startedOf = () => world.told.filter(({ id }) => [lost.id, busy.id, over.id].includes(id));
    await recoverRuns(world.ctx);
    expect(startedOf()).toEqual([]);
    world.clock.now += 4 * 60_000;
    expect(await saveProgress(world.ctx, busy.id, COUNTERS)).toBe(true);
    world.clock.now += 2 * 60_000;
    await Promise.all([recoverRuns(world.ctx), recoverRuns(world.ctx)]);
    expect(startedOf()).toEqual([{ call: "start", id: lost.id }]);
  });
});

describe("changing a notification", () => {
  test("changes the given fields only; a schedule makes it scheduled, null makes it a draft again", async () => {
    const world = await clockedWorld();
    const { app, ctx } = world;
    const draft = await create(world, { url: "https://example.com/", ttl: 60 });
    const scheduled = await updateNotification(
      ctx,
      { app, notification: draft },
      { title: "Bye", ...at(NOW + HOUR) },
    );
    expect(scheduled).toMatchObject({ status: "scheduled", scheduledAt: NOW + HOUR });
    expect(scheduled.content).toEqual({ ...draft.content, title: "Bye" });
    expect(scheduled.updatedAt).toBeGreaterThan(draft.updatedAt);
    const words = await updateNotification(
      ctx,
      { app, notification: scheduled },
      { url: null, targeting: { type: "platform", platforms: ["web"] } },
    );
    expect(words).toMatchObject({
      status: "scheduled",
      scheduledAt: NOW + HOUR,
      content: { url: null, title: "Bye", ttl: 60 },
      targeting: { type: "platform", platforms: ["web"] },
    });
    const plain = await updateNotification(
      ctx,
      { app, notification: words },
      { scheduled_at: null },
    );
    expect(plain).toMatchObject({ status: "draft", scheduledAt: null });
    expect(world.told.map(({ call }) => call)).toEqual(["schedule", "schedule", "cancel"]);
  });

  test("moves the due time of a local schedule when the audience changes", async () => {
    const world = await clockedWorld();
    const { app, ctx } = world;
    await addSubscribers(app, [
      { timezone: "Europe/Berlin", tags: ["a"] },
      { timezone: "Asia/Tokyo" },
    ]);
    const all = await create(world, { scheduled_local: "2030-06-24T18:00" });
    const some = await updateNotification(
      ctx,
      { app, notification: all },
      { targeting: { type: "tags", tags: ["a"] } },
    );
    expect(some.scheduledAt).toBe(Date.parse("2030-06-24T16:00Z"));
  });

  test("keeps both of two simultaneous changes", async () => {
    const world = await clockedWorld();
    const { app, ctx } = world;
    const notification = await create(world);
    const found = { app, notification };
    await Promise.all([
      updateNotification(ctx, found, { title: "Title" }),
      updateNotification(ctx, found, { body: "Body" }),
    ]);
    const { content } = await stored(notification.id);
    expect(JSON.parse(content)).toMatchObject({ title: "Title", body: "Body" });
  });

  test.each([
    ["title", { title: null }],
    ["title", { title: "" }],
    ["targeting", { targeting: {} }],
    ["", { targetting: { type: "all" } }],
    ["", { send: true }],
    ["scheduled_at", at(NOW - 1)],
    ["payload", { body: "x".repeat(4000) }],
  ])("refuses an invalid change with an issue at %j (case %#)", async (field, change) => {
    const world = await clockedWorld();
    const notification = await create(world);
    const refused = await refusal(
      updateNotification(world.ctx, { app: world.app, notification }, change),
    );
    expect(refused.code).toBe("invalid");
    if (refused.code === "invalid") expect(refused.issues[0]?.path[0] ?? "").toBe(field);
    expect(JSON.parse((await stored(notification.id)).content).title).toBe("Hello");
  });

  test("is refused once sending has begun, though a draft was read before", async () => {
    const world = await clockedWorld();
    const { app, ctx } = world;
    const notification = await create(world);
    const found = { app, notification };
    await sendNotification(ctx, found);
    const busy = { code: "not_editable", status: "sending" };
    expect(await refusal(updateNotification(ctx, found, { title: "x" }))).toEqual(busy);
    expect(await refusal(sendNotification(ctx, found))).toEqual(busy);
  });
});

describe("sending on request", () => {
  test("grants one of two simultaneous requests, and drops the schedule", async () => {
    const world = await clockedWorld();
    const { app, ctx } = world;
    const notification = await create(world, at(NOW + HOUR));
    const found = { app, notification };
    const both = await Promise.allSettled([
      sendNotification(ctx, found),
      sendNotification(ctx, found),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await stored(notification.id)).toMatchObject({
      status: "sending",
      scheduled_at: null,
      started_at: NOW,
    });
    expect(world.told.filter(({ call }) => call === "start")).toHaveLength(1);
  });
});

describe("cancelling a notification", () => {
  test.each([
    ["draft", {}],
    ["scheduled", at(NOW + HOUR)],
    ["sending", { send: true }],
  ])("succeeds once in status %s, and tells its run", async (_status, fields) => {
    const world = await clockedWorld();
    const { id } = await create(world, fields);
    expect((await cancelNotification(world.ctx, id)).status).toBe("cancelled");
    expect(world.told.at(-1)).toEqual({ call: "cancel", id });
    const again = await refusal(cancelNotification(world.ctx, id));
    expect(again).toEqual({ code: "already_sent", status: "cancelled" });
  });

  test.each(["finalizing", "sent", "failed"])("is refused in status %s", async (status) => {
    const world = await clockedWorld();
    const { id } = await create(world, { send: true });
    await rows("UPDATE notifications SET status = ? WHERE id = ?", status, id);
    const refused = await refusal(cancelNotification(world.ctx, id));
    expect(refused).toEqual({ code: "already_sent", status });
    expect((await stored(id)).status).toBe(status);
  });

  test("lets its run record what it sent, but not change the status", async () => {
    const world = await clockedWorld();
    const { id } = await create(world, { send: true });
    await cancelNotification(world.ctx, id);
    expect(await saveProgress(world.ctx, id, COUNTERS)).toBe(false);
    const end = { status: "sent", failureReason: null } as const;
    await finishNotification(world.ctx, id, end, COUNTERS);
    expect(await stored(id)).toMatchObject({
      status: "cancelled",
      sent_at: null,
      total_count: 120,
      sent_count: 100,
    });
  });
});
