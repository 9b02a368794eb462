// How direct notifications that are a year old are found: by a walk through ids that goes past each once.
import { beforeEach, expect, test } from "vitest";
import {
  DIRECT_KEPT_MS,
  expireNotifications,
} from "../../../../src/domain/notifications/expire-notifications.ts";
import { SPAN } from "../../../../src/db/next-span.ts";
import { testContext } from "../../../support/context.ts";
import { notificationWorld } from "../../../support/notifications.ts";
import { rows } from "../../../support/worker.ts";

const NOW = Date.UTC(2030, 5, 1, 12);
const DAY = 86_400_000;
const OLD = NOW - DIRECT_KEPT_MS - 1;

let appId: number;
beforeEach(async () => {
  for (const table of ["cursors", "notifications"]) await rows(`DELETE FROM ${table}`);
  ({
    app: { id: appId },
  } = await notificationWorld());
});

/** Makes some, the first of which has the id that is returned. */
async function made(type: string, createdAt: number, count = 1, hasRun = true): Promise<number> {
  const ids = await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, has_run, started_at, created_at, updated_at)
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?5)
     SELECT ?1 || i, account_id, id, 'sent', '{}', ?2, ?3, ?4, ?4, ?4 FROM n, apps WHERE id = ?6 RETURNING id`,
    crypto.randomUUID(),
    JSON.stringify({ type }),
    hasRun ? 1 : 0,
    createdAt,
    count,
    appId,
  );
  return Math.min(...ids.map(({ id }) => id));
}

const expire = async (later = 0) => expireNotifications(testContext(() => NOW + later).ctx);
const left = async () =>
  (await rows("SELECT id FROM notifications ORDER BY id")).map(({ id }) => id);
const cursor = async () =>
  (await rows("SELECT at FROM cursors WHERE name = 'direct_expiry'"))[0]?.at ?? 0;

test("goes past others, and stops at the first that is not old", async () => {
  await made("subscribers", OLD, 1, false);
  const all = await made("all", OLD);
  await made("subscribers", OLD);
  const young = await made("subscribers", OLD + DAY);
  const behind = await made("subscribers", OLD);
  await expire();
  expect(await left()).toEqual([all, young, behind]);
  expect(await cursor()).toBe(young - 1);
  await expire(DAY);
  expect(await left()).toEqual([all]);
  expect(await cursor()).toBe(behind);
  const next = await made("subscribers", NOW);
  await expire(DAY);
  expect(await left()).toEqual([all, next]);
});

test("one to user ids is kept for two years after its end, whatever sent it", async () => {
  const kept = await made("user_ids", OLD, 1, false);
  await expire();
  await expire(364 * DAY);
  expect(await left()).toEqual([kept]);
  await expire(366 * DAY);
  expect(await left()).toEqual([]);
});

test("takes many in parts, and finds those behind many others", async () => {
  await made("subscribers", OLD, 1200, false);
  const others = await made("all", OLD, SPAN + 10);
  await made("subscribers", OLD);
  await expire();
  expect((await left()).length).toBe(SPAN + 10);
  expect((await left())[0]).toBe(others);
});

test("may run twice at once", async () => {
  await made("subscribers", OLD, 1200, false);
  const kept = await made("subscribers", NOW);
  await Promise.all([expire(), expire()]);
  expect(await left()).toEqual([kept]);
  expect(await cursor()).toBe(kept - 1);
});
