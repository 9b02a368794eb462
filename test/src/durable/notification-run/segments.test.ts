// A send whose targeting names a saved segment: it goes to whom that selects when it begins, whatever becomes of the segment
// afterwards, and to nobody when it can't be said who that is.
import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../../../src/kit/time.ts";
import { PUSH } from "../../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";
import { browserOf, Send, useWorld } from "../../delivery/sending.ts";

const world = useWorld();

/** Gives those browsers of the app whose number has this remainder by 2 the tag. */
async function tagged(owner: PushOwner, tag: string, remainder: number): Promise<void> {
  const found = await rows("SELECT id, token FROM subscribers WHERE app_id = ?", owner.app.v1_id);
  for (const { id, token } of found) {
    if (browserOf(token as string) % 2 === remainder) {
      await rows("UPDATE subscribers SET tags = ? WHERE id = ?", JSON.stringify([tag]), id);
    }
  }
}

async function call(owner: PushOwner, method: string, path: string, json?: unknown) {
  const answer = await api(method, `${PUSH}/apps/${owner.app.id}/segments${path}`, {
    token: owner.account.key,
    ...(json === undefined ? {} : { json }),
  });
  return { status: answer.status, data: answer.body.data };
}

const tags = (tag: string) => ({ type: "tags", tags: [tag] });

/** An app with ten browsers, of which the even ones have a tag and the odd ones another, and a segment of the first. */
async function half(): Promise<{ owner: PushOwner; id: string; targeting: object }> {
  const owner = await newPushOwner(10);
  await tagged(owner, "even", 0);
  await tagged(owner, "odd", 1);
  const made = await call(owner, "POST", "", { name: "Half", targeting: tags("even") });
  expect(made.status).toBe(201);
  return { owner, id: made.data.id, targeting: { type: "segment", id: made.data.id } };
}

/** The numbers of the browsers that were asked for. */
const reached = () => [...world.asked.keys()].map(browserOf).toSorted((a, b) => a - b);

test("it goes to whom the segment selects, says so, and counts as a use", async () => {
  const { owner, id, targeting } = await half();
  const send = await Send.create(world, owner, { send: true, targeting });
  expect((await call(owner, "DELETE", `/${id}`)).status).toBe(409);
  expect((await call(owner, "GET", `/${id}/uses`)).data).toEqual({
    notifications: [{ id: send.uuid, title: "Hello", status: "sending", scheduled_at: null }],
    total_count: 1,
  });
  expect(await send.finish()).toMatchObject({ status: "sent", targeting });
  await send.expectAccounted(5);
  expect(reached()).toEqual([0, 2, 4, 6, 8]);
  expect((await call(owner, "GET", `/${id}/uses`)).data.total_count).toBe(0);
  const { data } = await call(owner, "GET", `/${id}`);
  expect(data).toMatchObject({ used_count: 1, last_used_at: expect.any(String) });
  expect((await call(owner, "DELETE", `/${id}`)).status).toBe(200);
  // What was sent stays as it was asked for.
  expect(await send.get()).toMatchObject({ status: "sent", targeting });
});

test("a scheduled one goes to whom the segment selects when it begins, and not before", async () => {
  const { owner, id, targeting } = await half();
  const at = new Date(Date.now() + HOUR_MS).toISOString();
  const send = await Send.create(world, owner, { scheduled_at: at, targeting });
  expect((await call(owner, "PATCH", `/${id}`, { targeting: tags("odd") })).status).toBe(200);
  world.pass(HOUR_MS + MINUTE_MS);
  await send.finish();
  expect(reached()).toEqual([1, 3, 5, 7, 9]);
});

test("one that goes on for hours keeps to it, though the segment is changed and deleted and the object evicted", async () => {
  const { owner, id, targeting } = await half();
  // The first four are in a zone where the time comes five hours earlier.
  await rows(
    `UPDATE subscribers SET timezone = iif(token LIKE '%/0' OR token LIKE '%/1' OR token LIKE '%/2' OR token LIKE '%/3',
       'Asia/Karachi', 'UTC') WHERE app_id = ?`,
    owner.app.v1_id,
  );
  const local = new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 8 * HOUR_MS)
    .toISOString()
    .slice(0, 16);
  const send = await Send.create(world, owner, { scheduled_local: local, targeting });
  for (let looks = 0; world.queue.length === 0; looks += 1) {
    expect(looks).toBeLessThan(100);
    world.pass(10 * MINUTE_MS);
    await send.look();
  }
  for (const { message } of send.take()) await send.deliver(message);
  expect(reached()).toEqual([0, 2]);
  expect((await call(owner, "PATCH", `/${id}`, { targeting: { type: "all" } })).status).toBe(200);
  await send.evict();
  await send.look();
  expect((await call(owner, "DELETE", `/${id}`)).status).toBe(200);
  await send.evict();
  world.pass(6 * HOUR_MS);
  await send.finish();
  expect(reached()).toEqual([0, 2, 4, 6, 8]);
  expect(await send.get()).toMatchObject({ status: "sent", stats: { sent_count: 5 } });
});

test("one that was interrupted while it began keeps what it had read", async () => {
  const { owner, id, targeting } = await half();
  const send = await Send.create(world, owner, { send: true, targeting });
  // The database is gone as soon as the segment was read.
  world.context = (ctx) => ({
    ...ctx,
    db: new Proxy(ctx.db, {
      get: (db, key) => {
        if (key !== "batch") return Reflect.get(db, key);
        return async () => Promise.reject(new Error("no database"));
      },
    }),
  });
  await send.look();
  expect(world.queue).toEqual([]);
  world.context = (ctx) => ctx;
  await call(owner, "PATCH", `/${id}`, { targeting: tags("odd") });
  await send.evict();
  await send.finish();
  expect(reached()).toEqual([0, 2, 4, 6, 8]);
  expect((await call(owner, "GET", `/${id}`)).data.used_count).toBe(1);
});

test.each([
  ["is gone", "DELETE FROM segments WHERE uuid = ?", "the id of a saved segment of the app"],
  [
    "has too many conditions",
    `UPDATE segments SET targeting = (SELECT json_object('type', 'any_of', 'of', json_group_array(json('{"type":"all"}')))
       FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT i FROM n)) WHERE uuid = ?`,
    "must not have more than 40 conditions",
  ],
])("a segment that %s reaches nobody, and the notification says why", async (_, change, says) => {
  const { owner, id, targeting } = await half();
  const send = await Send.create(world, owner, { send: true, targeting });
  await rows("DELETE FROM segment_uses WHERE notification_id = ?", send.id);
  await rows(change, id);
  const ended = await send.finish();
  expect(ended).toMatchObject({ status: "failed", stats: { total_count: 0 } });
  expect(ended.failure_reason).toContain(says);
  expect(reached()).toEqual([]);
});

test("a segment of another app does not stand for one of this", async () => {
  const { owner, targeting } = await half();
  const other = await newPushOwner(3);
  const send = await Send.create(world, other, { send: true });
  await rows(
    "UPDATE notifications SET targeting = ? WHERE id = ?",
    JSON.stringify(targeting),
    send.id,
  );
  expect(await send.finish()).toMatchObject({ status: "failed" });
  expect(reached()).toEqual([]);
  expect(owner.app.id).not.toBe(other.app.id);
});
