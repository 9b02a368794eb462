// What a run reads from the database, and how it writes its progress, end and results there, also when repeated.
import { afterEach, describe, expect, test, vi } from "vitest";
import { loadSendable } from "../../../../../src/domain/notifications/load-sendable.ts";
import { retireGone } from "../../../../../src/domain/notifications/retire-tokens.ts";
import { finishNotification } from "../../../../../src/domain/notifications/run/finish-notification.ts";
import { loadRun } from "../../../../../src/domain/notifications/run/load-run.ts";
import { saveResults } from "../../../../../src/domain/notifications/run/save-results.ts";
import { listRecipients } from "../../../../../src/domain/notifications/list-recipients.ts";
import {
  packResults,
  type RecipientResult,
} from "../../../../../src/domain/notifications/results.ts";
import { addSubscribers, configure } from "../../../../support/notifications.ts";
import { testContext } from "../../../../support/context.ts";
import { countTrips } from "../../../../support/trips.ts";
import { rows } from "../../../../support/worker.ts";
import { clockedWorld, create, stored, refusal, NOW } from "../clocked-world.ts";

afterEach(() => void vi.restoreAllMocks());

const COUNTERS = { total: 120, totalBatches: 3, completedBatches: 3, sent: 100, failed: 20 };

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
      accountId: app.accountId,
      appId: app.id,
      status: "sending",
      audience: targeting,
      scheduledLocal: null,
      startedAt: NOW,
      ttlMs: 60_000,
    });
    expect(await loadSendable(world.ctx, id)).toEqual({
      id,
      uuid,
      accountId: app.accountId,
      appId: app.id,
      content: expect.objectContaining({ title: "Hello", ttl: 60 }),
      defaults: { icon: "https://example.com/i.png", url: "https://example.com" },
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
    await retireGone(world.ctx, [old, renewed, left], NOW);
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
    await retireGone(world.ctx, [], NOW);
  });
});

describe("results", () => {
  const result = (id: number, status: RecipientResult["status"]): RecipientResult => ({
    id,
    status,
    attempts: status === "pending" ? 0 : 1,
    error: status === "sent" || status === "pending" ? null : status.toUpperCase(),
    dueAt: 0,
    begunAt: 0,
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
          found.push({ id: subscriber, status, attempts, error, dueAt: 0, begunAt: 0 });
        }
        cursor = page.next;
      } while (cursor !== null);
      return found;
    };
    for (const limit of ["1", "7", "50", "100"]) {
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
    { limit: "101" },
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
