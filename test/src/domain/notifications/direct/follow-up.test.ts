// What goes past notifications of the direct path: each that ended counts once, and each that did not gets a run, whatever
// is interrupted and however many do it at once.
import { beforeEach, expect, test, vi } from "vitest";
import { followUpDirect } from "../../../../../src/domain/notifications/direct/follow-up.ts";
import { SETTLED_MS } from "../../../../../src/domain/notifications/direct/left-to-runs.ts";
import { recoverRuns, startRuns } from "../../../../../src/domain/notifications/start-runs.ts";
import { SPAN } from "../../../../../src/db/next-span.ts";
import { byMeter, everCounted } from "../../../../../src/domain/health/meters.ts";
import type { Ctx } from "../../../../../src/domain/context.ts";
import { testContext } from "../../../../support/context.ts";
import { fakePorts, type Told } from "../../../../support/notifications.ts";
import { newPushOwner } from "../../../../support/scenario.ts";
import { afterBatch, beforeBatch } from "../../../../support/trips.ts";
import { rows } from "../../../../support/worker.ts";

const NOW = Date.UTC(2030, 5, 1, 12);
const MINUTE = 60_000;
let appId = 0;

beforeEach(async () => {
  await beginAnew();
  appId = (await newPushOwner(1)).app.v1_id;
});

/** Nothing was made, and the cursor is where ids go on: other tests may have used up thousands. */
async function beginAnew(): Promise<void> {
  for (const table of ["meters", "cursors", "notifications"]) await rows(`DELETE FROM ${table}`);
  await rows(
    `INSERT INTO cursors (name, at)
      SELECT 'direct_follow_up', coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'notifications'), 0)`,
  );
}

interface Wanted {
  status?: string;
  hasRun?: boolean;
  /** How long ago it was made, ms. */
  ago?: number;
  /** How long it took, ms. */
  took?: number;
  results?: Record<string, Record<string, number>>;
  attempts?: Record<string, number>;
}

async function made({
  status = "sent",
  hasRun = false,
  ago = MINUTE,
  took = 40,
  results = { webpush: { sent: 1 } },
  attempts,
}: Wanted = {}): Promise<number> {
  const at = NOW - ago;
  const isOver = status !== "sending";
  const [{ id }] = await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, has_run, result_totals, metered,
       started_at, sent_at, created_at, updated_at)
     SELECT ?, account_id, id, ?, '{}', '{"type":"subscribers","ids":[1]}', ?, ?, ?, ?, ?, ?, ? FROM apps WHERE id = ? RETURNING id`,
    crypto.randomUUID(),
    status,
    hasRun ? 1 : 0,
    JSON.stringify(isOver ? results : {}),
    attempts ? JSON.stringify({ attempts }) : null,
    at,
    status === "sent" || status === "failed" ? at + took : null,
    at,
    isOver ? at + took : at,
    appId,
  );
  return id;
}

/** A context whose runs are not started, but told; the queue of runs delivers at once. */
function world(later = 0): { ctx: Ctx; started: () => number[] } {
  const told: Told[] = [];
  const ctx = { ...testContext(() => NOW + later).ctx, ...fakePorts(told) } as unknown as Ctx;
  ctx.enqueueRuns = async (messages) => {
    for (const { notificationIds } of messages) await startRuns(ctx, notificationIds);
  };
  return { ctx, started: () => told.map(({ id }) => id) };
}

const sends = async () => byMeter(await everCounted(testContext().ctx)).sends;
const cursor = async () =>
  (await rows("SELECT at FROM cursors WHERE name = 'direct_follow_up'"))[0]?.at ?? 0;
const hasRun = async (id: number) =>
  (await rows("SELECT has_run FROM notifications WHERE id = ?", id))[0].has_run === 1;

test("counts results, attempts and ends of what has ended as runs count theirs, and once", async () => {
  await made({ attempts: { "webpush:le:50": 1, "webpush:ms": 31, "slow:push.example.com": 1 } });
  await made({
    status: "failed",
    took: 3000,
    results: { webpush: { gone: 2 }, fcm: { rejected: 1 } },
    attempts: { "webpush:retry": 1, "webpush:le:50": 2, "webpush:ms": 40 },
  });
  await made({ status: "cancelled", took: 5, results: {} });
  await made({ hasRun: true });
  const last = await made();
  const { ctx, started } = world();
  await followUpDirect(ctx);
  const once = {
    "webpush:sent": 2,
    "webpush:gone": 2,
    "fcm:rejected": 1,
    "webpush:retry": 1,
    "webpush:le:50": 3,
    "webpush:ms": 71,
    "end:sent": 2,
    "end:failed": 1,
    "end:cancelled": 1,
    "end:le:1000": 3,
    "end:le:5000": 1,
    "end:ms": 3085,
  };
  expect(await sends()).toEqual(once);
  expect(await cursor()).toBe(last);
  await followUpDirect(ctx);
  expect(await sends()).toEqual(once);
  expect(started()).toEqual([]);
});

test("leaves what may still be under way to a later one", async () => {
  const [old, young] = [await made(), await made({ ago: SETTLED_MS - 1 })];
  const open = await made({ status: "sending", ago: 20_000 });
  const { ctx, started } = world();
  await followUpDirect(ctx);
  expect(await cursor()).toBe(old);
  expect((await sends())["end:sent"]).toBe(1);
  const later = world(MINUTE);
  await followUpDirect(later.ctx);
  expect(await cursor()).toBe(open);
  expect(young).toBeLessThan(open);
  expect((await sends())["end:sent"]).toBe(2);
  expect([started(), later.started()]).toEqual([[], [open]]);
});

test("what is under way is looked at again as soon as it is settled, and not a minute later", async () => {
  const open = await made({ status: "sending", ago: 5000 });
  const other = await made({ status: "sending", ago: 5000 });
  await made({ ago: 5000 });
  const { ctx } = world();
  const wanted: [number[], number][] = [];
  ctx.enqueueRuns = async (messages, delay) => {
    for (const { notificationIds } of messages) wanted.push([notificationIds, delay]);
  };
  await followUpDirect(ctx);
  const [[, delay] = [[], 0]] = wanted;
  expect(wanted).toEqual([[[open, other], delay]]);
  const settled = (SETTLED_MS - 5000) / 1000 + 2;
  expect(delay).toBeGreaterThanOrEqual(settled);
  expect(delay).toBeLessThanOrEqual(settled + 10);
  await rows("UPDATE notifications SET status = 'sent' WHERE id = ?", other);
  // A message that comes too early changes nothing.
  await startRuns(ctx, [open, other]);
  expect(await hasRun(open)).toBe(false);
  const later = world(delay * 1000);
  await startRuns(later.ctx, [open, other]);
  expect(later.started()).toEqual([open]);
  expect([await hasRun(open), await hasRun(other)]).toEqual([true, false]);
  await startRuns(later.ctx, [open, other]);
  expect(later.started()).toEqual([open]);
});

test("what is looked at again, of an account that was suspended meanwhile, is cancelled", async () => {
  const open = await made({ status: "sending" });
  await rows(
    "UPDATE accounts SET suspended_at = 1, suspended_reason = 'x' WHERE id = (SELECT account_id FROM apps WHERE id = ?)",
    appId,
  );
  const { ctx, started } = world();
  await startRuns(ctx, [open]);
  expect(started()).toEqual([]);
  expect(await rows("SELECT status, has_run FROM notifications WHERE id = ?", open)).toEqual([
    { status: "cancelled", has_run: 0 },
  ]);
});

test("what was handed over is enqueued by nobody else in the same minute, and in the next if it has not begun", async () => {
  const open = await made({ status: "sending" });
  const enqueued: number[] = [];
  const at = (later: number) => {
    const { ctx } = world(later);
    ctx.enqueueRuns = async (messages) => {
      for (const { notificationIds } of messages) enqueued.push(...notificationIds);
    };
    return ctx;
  };
  await followUpDirect(at(0));
  await recoverRuns(at(1000));
  expect(enqueued).toEqual([open]);
  await recoverRuns(at(MINUTE));
  expect(enqueued).toEqual([open, open]);
});

test("hands to a run what still is sent, and nothing else", async () => {
  const open = await made({ status: "sending" });
  const others = [
    await made(),
    await made({ status: "cancelled" }),
    await made({ status: "sending", hasRun: true }),
  ];
  const gone = await made({ status: "sending" });
  await rows("DELETE FROM notifications WHERE id = ?", gone);
  const { ctx, started } = world();
  await followUpDirect(ctx);
  expect(started()).toEqual([open]);
  expect(await hasRun(open)).toBe(true);
  expect(await Promise.all(others.map(hasRun))).toEqual([false, false, true]);
});

test("counts and hands over once where two do it at the same time", async () => {
  for (let n = 0; n < 20; n += 1) await made();
  const open = [await made({ status: "sending" }), await made({ status: "sending" })];
  const [one, other] = [world(), world()];
  await Promise.all([followUpDirect(one.ctx), followUpDirect(other.ctx), followUpDirect(one.ctx)]);
  expect((await sends())["end:sent"]).toBe(20);
  expect([...one.started(), ...other.started()].toSorted((a, b) => a - b)).toEqual(open);
});

test("counts once where another comes between the look at the cursor and its move", async () => {
  for (let n = 0; n < 5; n += 1) await made();
  beforeBatch(/^insert into "cursors"/, async () => {
    await made();
    await followUpDirect(world().ctx);
  });
  await followUpDirect(world().ctx);
  expect((await sends())["end:sent"]).toBe(6);
  await followUpDirect(world().ctx);
  expect((await sends())["end:sent"]).toBe(6);
});

/** Every round trip of a follow-up, and the start of a run: whatever of these is the last that it does, another makes up for it. */
test("loses and repeats nothing wherever it is cut off", async () => {
  for (let survived = 0; survived < 8; survived += 1) {
    await beginAnew();
    await made({ status: "failed" });
    const open = await made({ status: "sending" });
    await made();
    const { ctx, started } = world();
    let left = survived;
    const dying = <Made extends object>(target: Made): Made =>
      new Proxy(target, {
        get(of, name) {
          const value: unknown = Reflect.get(of, name, of);
          if (name === "batch" || name === "select" || name === "update" || name === "insert") {
            left -= 1;
            if (left < 0) throw new Error("cut off");
          }
          return value;
        },
      });
    const cut = followUpDirect({ ...ctx, db: dying(ctx.db) });
    await cut.catch((error: unknown) => expect(String(error)).toContain("cut off"));
    await followUpDirect(ctx);
    expect(await sends(), `after ${survived}`).toMatchObject({ "end:failed": 1, "end:sent": 1 });
    expect(await hasRun(open)).toBe(true);
    expect(started().length).toBeLessThanOrEqual(1);
  }
});

test("is done again where the transaction was made, and its answer lost", async () => {
  await made();
  const open = await made({ status: "sending" });
  afterBatch(/^insert into "cursors"/, async () => {
    throw new Error("lost");
  });
  const { ctx, started } = world();
  await expect(followUpDirect(ctx)).rejects.toThrow("lost");
  vi.restoreAllMocks();
  await followUpDirect(ctx);
  expect((await sends())["end:sent"]).toBe(1);
  expect(started()).toEqual([open]);
});

test("hands over 400 a part, and goes past none that it has not handed over", async () => {
  await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, has_run, started_at, created_at, updated_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450)
     SELECT 'open-' || i, account_id, id, 'sending', '{}', 0, ?1, ?1, ?1 FROM n, apps WHERE id = ?2`,
    NOW - MINUTE,
    appId,
  );
  beforeBatch(/^insert into "cursors"/, async () => {
    throw new Error("cut off");
  });
  const first = world();
  await expect(followUpDirect(first.ctx)).rejects.toThrow("cut off");
  expect(first.started()).toHaveLength(400);
  const second = world();
  await followUpDirect(second.ctx);
  expect(second.started()).toHaveLength(50);
  expect(new Set([...first.started(), ...second.started()]).size).toBe(450);
});

test("finds the few among many that runs send, in parts", async () => {
  const first = await made();
  await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, started_at, created_at, updated_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
     SELECT 'run-' || i, account_id, id, 'sent', '{}', ?1, ?1, ?1 FROM n, apps WHERE id = ?2`,
    NOW - MINUTE,
    appId,
    2 * SPAN,
  );
  const last = await made();
  const { ctx } = world();
  await followUpDirect(ctx);
  expect(last - first).toBe(2 * SPAN + 1);
  expect(await cursor()).toBe(last);
  expect((await sends())["end:sent"]).toBe(2);
});
