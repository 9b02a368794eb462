// A notification's life in the database: which change of status is allowed, also when two are tried at once.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { AccountCtx } from "../../../../src/domain/context.ts";
import { cancelNotification } from "../../../../src/domain/notifications/cancel-notification.ts";
import { createNotification } from "../../../../src/domain/notifications/create-notification.ts";
import { loadSendable } from "../../../../src/domain/notifications/load-sendable.ts";
import { retireTokens } from "../../../../src/domain/notifications/retire-tokens.ts";
import { finishNotification } from "../../../../src/domain/notifications/run/finish-notification.ts";
import { loadRun } from "../../../../src/domain/notifications/run/load-run.ts";
import { saveProgress } from "../../../../src/domain/notifications/run/save-progress.ts";
import { saveResults } from "../../../../src/domain/notifications/run/save-results.ts";
import { listRecipients } from "../../../../src/domain/notifications/list-recipients.ts";
import { packResults, type RecipientResult } from "../../../../src/domain/notifications/results.ts";
import {
  recoverRuns,
  sendDue,
  sendNotification,
  sendScheduled,
} from "../../../../src/domain/notifications/send-notification.ts";
import { updateNotification } from "../../../../src/domain/notifications/update-notification.ts";
import { RefusalError } from "../../../../src/kit/refusal.ts";
import {
  addSubscribers,
  configure,
  notificationWorld,
  type NotificationWorld,
} from "../../../support/notifications.ts";
import { testContext } from "../../../support/context.ts";
import { countTrips } from "../../../support/trips.ts";
import { rows } from "../../../support/worker.ts";

afterEach(() => void vi.restoreAllMocks());

const NOW = Date.UTC(2030, 5, 1, 12);
const HOUR = 3_600_000;
const COUNTERS = { total: 120, totalBatches: 3, completedBatches: 3, sent: 100, failed: 20 };

/** A world whose clock says what `clock.now` is. */
async function clockedWorld() {
  const clock = { now: NOW };
  return { ...(await notificationWorld(() => clock.now)), clock };
}

async function create({ ctx, app }: NotificationWorld, fields: Record<string, unknown> = {}) {
  return createNotification(ctx, app, { title: "Hello", body: "World", ...fields });
}

async function stored(id: number) {
  const [row] = await rows("SELECT * FROM notifications WHERE id = ?", id);
  return row;
}

async function refusal(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RefusalError)) throw new Error(`not refused: ${String(error)}`);
  return error.refusal;
}

const at = (ms: number) => ({ scheduled_at: new Date(ms).toISOString() });

describe("creating a notification", () => {
  test("makes a draft and tells no run", async () => {
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

describe("a run", () => {
  test("loads what to send, to whom and until when", async () => {
    const world = await clockedWorld();
    await rows(
      `UPDATE apps SET push_settings = '{"default_icon":"https://example.com/i.png"}' WHERE id = ?`,
      world.app.id,
    );
    const targeting = { type: "tags", tags: ["beta"], match: "any" };
    const { id, uuid } = await create(world, { send: true, ttl: 60, targeting });
    await configure(world.account, world.app.id, "fcm");
    const other = await clockedWorld();
    await configure(other.account, other.app.id, "apns");
    const { app } = world;
    expect(await loadRun(world.ctx, id)).toEqual({
      appId: app.id,
      status: "sending",
      providers: ["fcm", "webpush"],
      audience: targeting,
      scheduledLocal: null,
      startedAt: NOW,
      ttlMs: 60_000,
    });
    expect(await loadSendable(world.ctx, id)).toEqual({
      id,
      uuid,
      appId: app.id,
      content: expect.objectContaining({ title: "Hello", ttl: 60 }),
      defaults: { icon: "https://example.com/i.png", url: null },
    });
    expect(await loadRun(world.ctx, 999_999_999)).toBeNull();
    await expect(loadSendable(world.ctx, 999_999_999)).rejects.toThrow("gone");
  });

  test.each([
    ["sent", null, NOW],
    ["failed", "fcm: the key was revoked", NOW],
    ["cancelled", null, null],
  ] as const)("ends exactly once as %s", async (status, failureReason, sentAt) => {
    const world = await clockedWorld();
    const finished: unknown[] = [];
    const ctx = {
      ...world.ctx,
      log: { ...world.ctx.log, info: (event: string) => void finished.push(event) },
    };
    const { id } = await create(world, { send: true });
    const end = { status, failureReason };
    await Promise.all([
      finishNotification(ctx, id, end, COUNTERS),
      finishNotification(ctx, id, end, COUNTERS),
    ]);
    world.clock.now += 1000;
    await finishNotification(ctx, id, { status: "failed", failureReason: "late" }, COUNTERS);
    expect(await stored(id)).toMatchObject({
      status,
      failure_reason: failureReason,
      sent_at: sentAt,
      total_count: 120,
      total_batches: 3,
      completed_batches: 3,
      sent_count: 100,
      failed_count: 20,
    });
    expect(finished).toContain("notification_finished");
  });

  test("keeps the end of whoever was first, although another was on its way", async () => {
    const world = await clockedWorld();
    const { id } = await create(world, { send: true });
    const { ctx } = world;
    const db = Object.create(ctx.db, {
      batch: {
        value: async (...args: Parameters<typeof ctx.db.batch>) => {
          const moved = await ctx.db.batch(...args);
          await finishNotification(ctx, id, { status: "sent", failureReason: null }, COUNTERS);
          return moved;
        },
      },
    }) as typeof ctx.db;
    const late = { status: "failed", failureReason: "late" } as const;
    await finishNotification({ ...ctx, db }, id, late, COUNTERS);
    expect(await stored(id)).toMatchObject({ status: "sent", failure_reason: null, sent_at: NOW });
  });

  test("completes an end that was interrupted between its steps", async () => {
    const world = await clockedWorld();
    const { id } = await create(world, { send: true });
    const end = { status: "sent", failureReason: null } as const;
    const info = () => {
      throw new Error("killed");
    };
    const killed = { ...world.ctx, log: { ...world.ctx.log, info } };
    await expect(finishNotification(killed, id, end, COUNTERS)).rejects.toThrow("killed");
    expect((await stored(id)).status).toBe("finalizing");
    await finishNotification(world.ctx, id, end, COUNTERS);
    expect((await stored(id)).status).toBe("sent");
  });

  test("retires the tokens it sent to, and no newer ones", async () => {
    const world = await clockedWorld();
    const [old = 0, renewed = 0, left = 0, other = 0] = await addSubscribers(world.app, [
      { token_since: NOW - 1 },
      { token_since: NOW + 1 },
      { status: "unsubscribed" },
      {},
    ]);
    await retireTokens(world.ctx, [old, renewed, left], NOW);
    const states = await rows(
      "SELECT id, status FROM subscribers WHERE app_id = ? ORDER BY id",
      world.app.id,
    );
    expect(states).toEqual([
      { id: old, status: "inactive" },
      { id: renewed, status: "active" },
      { id: left, status: "unsubscribed" },
      { id: other, status: "active" },
    ]);
    await retireTokens(world.ctx, [], NOW);
  });
});

describe("results", () => {
  const result = (id: number, status: RecipientResult["status"]): RecipientResult => ({
    id,
    status,
    attempts: status === "pending" ? 0 : 1,
    error: status === "sent" || status === "pending" ? null : status.toUpperCase(),
    dueAt: 0,
  });

  test("are read in pages of any size, by status, with the subscribers' own ids", async () => {
    const world = await clockedWorld();
    const { ctx } = world;
    const ids = await addSubscribers(
      world.app,
      Array.from({ length: 130 }, () => ({})),
    );
    const notification = await create(world, { send: true });
    const { id } = notification;
    const neighbour = await create(world, { send: true });
    const all = ids.map((subscriber, n) =>
      result(subscriber, n % 40 === 39 ? "gone" : n % 10 === 0 ? "failed" : "sent"),
    );
    const batches = [0, 1, 2].map((batch) => ({
      batch,
      results: packResults(all.slice(batch * 50, batch * 50 + 50)),
    }));
    const first = ids.slice(0, 50).map((subscriber) => result(subscriber, "pending"));
    await saveResults(ctx, id, [{ batch: 0, results: packResults(first) }]);
    expect((await listRecipients(ctx, notification, { status: "pending" })).rows).toHaveLength(50);
    await saveResults(ctx, id, batches);
    await saveResults(ctx, neighbour.id, batches.slice(0, 1));
    await saveResults(ctx, id, []);
    const uuids = await rows(
      "SELECT id, uuid FROM subscribers WHERE app_id = ? ORDER BY id",
      world.app.id,
    );
    const uuidOf = new Map(uuids.map((row) => [row.id, row.uuid]));

    const read = async (query: Record<string, string>) => {
      const found: RecipientResult[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof listRecipients>> = await listRecipients(
          ctx,
          notification,
          { ...query, ...(cursor === null ? {} : { cursor }) },
        );
        for (const { uuid, id: subscriber, status, attempts, error } of page.rows) {
          expect(uuid).toBe(uuidOf.get(subscriber));
          found.push({ id: subscriber, status, attempts, error, dueAt: 0 });
        }
        cursor = page.next;
      } while (cursor !== null);
      return found;
    };
    for (const limit of ["1", "7", "50", "100", "1000"]) {
      expect(await read({ limit })).toEqual(all);
      for (const status of ["sent", "failed", "gone", "pending"]) {
        const wanted = all.filter((one) => one.status === status);
        expect(await read({ limit, status })).toEqual(wanted);
      }
    }
  });

  test("have no UUID when the subscriber has been deleted", async () => {
    const world = await clockedWorld();
    const notification = await create(world, { send: true });
    const results = packResults([result(999_999_999, "gone")]);
    await saveResults(world.ctx, notification.id, [{ batch: 0, results }]);
    const { rows: found, next } = await listRecipients(world.ctx, notification, {});
    expect(found).toEqual([
      { id: 999_999_999, uuid: null, status: "gone", attempts: 1, error: "GONE" },
    ]);
    expect(next).toBeNull();
  });

  test("of a hundred batches with long errors are saved in one round trip", async () => {
    const { id } = await create(await clockedWorld(), { send: true });
    const trips = countTrips();
    const { ctx } = testContext();
    const results = Array.from({ length: 50 }, (_, n) => ({
      ...result(n + 1, "failed"),
      error: "x".repeat(100),
    }));
    const batches = Array.from({ length: 100 }, (_, batch) => ({
      batch,
      results: packResults(results),
    }));
    const before = trips();
    await saveResults(ctx, id, batches);
    expect(trips() - before).toBe(1);
    const [{ n }] = await rows(
      "SELECT count(*) AS n FROM batch_results WHERE id BETWEEN ? AND ?",
      id * 1_000_000,
      id * 1_000_000 + 999_999,
    );
    expect(n).toBe(100);
  });

  test.each([
    { status: "ok" },
    { limit: "0" },
    { limit: "x" },
    { cursor: "x" },
    { cursor: "" },
    { cursor: "-1.0" },
    { cursor: "1" },
  ])("are not listed for the invalid query %j", async (query) => {
    const world = await clockedWorld();
    const notification = await create(world);
    expect(await refusal(listRecipients(world.ctx, notification, query))).toMatchObject({
      code: "invalid",
    });
  });
});
