// Lists by status: of what runs and the direct path send, from wherever it is found.
import { beforeAll, expect, test, vi } from "vitest";
import { listByUuid } from "../../../../src/domain/notifications/list-notifications.ts";
import type { NotificationStatus } from "../../../../src/domain/notifications/list-notifications.ts";
import { testContext } from "../../../support/context.ts";
import { notificationWorld, type NotificationWorld } from "../../../support/notifications.ts";
import { countRowsRead } from "../../../support/trips.ts";
import { rows } from "../../../support/worker.ts";

const NOW = Date.UTC(2030, 5, 1, 12);
const SECOND = 1000;
type Status = (typeof NotificationStatus.options)[number];

let world: NotificationWorld;
beforeAll(async () => {
  world = await notificationWorld(() => NOW);
});

async function made(
  status: Status,
  { type = "subscribers", hasRun = false, isTest = false, ago = 30 * SECOND } = {},
): Promise<string> {
  const [{ uuid }] = await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, has_run, is_test, started_at, created_at, updated_at)
     VALUES (?, ?, ?, ?, '{}', ?, ?, ?, ?, ?, 1) RETURNING uuid`,
    crypto.randomUUID(),
    world.account.id,
    world.app.id,
    status,
    JSON.stringify({ type }),
    hasRun ? 1 : 0,
    isTest ? 1 : 0,
    NOW - ago,
    NOW - ago,
  );
  return uuid;
}

async function listed(query: { status: Status; limit?: string; offset?: string }) {
  const { rows: found, total } = await listByUuid(world.ctx, world.app.uuid, query);
  return { uuids: found.map(({ uuid }) => uuid), total };
}

test("one that the direct path sends is listed as such, and so are those that were handed over", async () => {
  const all = [
    await made("sending"),
    await made("sending", { hasRun: true }),
    await made("sending", { type: "user_ids" }),
    await made("sending", { type: "all", hasRun: true }),
    await made("sending", { ago: 290 * SECOND }),
  ];
  await made("sending", { isTest: true });
  await made("finalizing", { hasRun: true });
  const { uuids, total } = await listed({ status: "sending" });
  expect(uuids).toEqual(all.toReversed());
  expect(total).toEqual({ count: 5, isMinimum: false });
});

test("one that was cut off is listed however long the follow-up has rested", async () => {
  await rows("DELETE FROM notifications WHERE app_id = ?", world.app.id);
  const [{ seq }] = await rows("SELECT seq FROM sqlite_sequence WHERE name = 'notifications'");
  await rows("INSERT OR REPLACE INTO cursors (name, at) VALUES ('direct_follow_up', ?)", seq);
  const cutOff = await made("sending", { ago: 3600 * SECOND });
  await made("sent", { ago: 10 * SECOND });
  expect(await listed({ status: "sending" })).toEqual({
    uuids: [cutOff],
    total: { count: 1, isMinimum: false },
  });
  await rows("DELETE FROM notifications WHERE app_id = ?", world.app.id);
});

test.each(["sent", "failed", "cancelled"] as const)(
  "direct ones that are %s stand among others, the newest first, on whichever page",
  async (status) => {
    const all: string[] = [];
    for (let n = 0; n < 4; n += 1) {
      all.push(await made(status), await made(status, { type: "user_ids" }));
      all.push(await made(status, { hasRun: true, type: "all" }));
    }
    await made(status, { isTest: true });
    const newest = all.toReversed();
    expect((await listed({ status })).uuids).toEqual(newest);
    for (let offset = 0; offset < 12; offset += 5) {
      const { uuids, total } = await listed({
        status,
        limit: "5",
        offset: `${offset}`,
      });
      expect(uuids).toEqual(newest.slice(offset, offset + 5));
      expect(total.count).toBe(12);
    }
  },
);

test("a deep page reads each row that it skips once, and no more for what it shows", async () => {
  const status = "failed";
  const deep = 60;
  for (let n = 0; n < deep + 10; n += 1) {
    await made(status);
    await made(status, { type: "user_ids" });
  }
  const readOf = async (offset: number) => {
    const read = countRowsRead();
    // Only sessions that are opened from here on are counted.
    const { db } = testContext().ctx;
    const query = { status, limit: "5", offset: `${offset}` };
    const { rows: page } = await listByUuid({ ...world.ctx, db }, world.app.uuid, query);
    vi.restoreAllMocks();
    expect(page).toHaveLength(5);
    return read();
  };
  const first = await readOf(0);
  expect((await readOf(deep)) - first).toBeLessThanOrEqual(deep + 2);
});
