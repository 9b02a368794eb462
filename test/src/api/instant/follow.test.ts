// Sendings can be followed: the pushes that are bound, the notifications that were made, and what became of them.
import { describe, expect, test } from "vitest";
import {
  callAs,
  INSTANT,
  instantWorld,
  newPushingApp,
  notificationsOf,
  PUSH,
  type InstantWorld,
} from "../../../support/instant.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAccount, newKey } from "../../../support/scenario.ts";
import { api, rows } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();

const MISSING = 999_999_999;
const ZEROS = {
  total_count: 0,
  sent_count: 0,
  failed_count: 0,
  delivered_count: 0,
  clicked_count: 0,
};
const DUE = { date: "2999-01-01", time: "15:04", local_time: false, timezone: "-07:00" };

/** A time of tomorrow in the form of the contract. */
const tomorrow = () => ({
  ...DUE,
  date: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
});

const follow = async (world: InstantWorld, id: number, query = "") =>
  world.call("GET", `/sched/onesend/${id}${query}`);

describe("an instant send", () => {
  test("is followed from its two minutes to its end, over all apps and pages", async () => {
    const world = await instantWorld(3);
    const sent = await world.send();
    const { sched_id: id, push_id: pushId, translations } = sent.body;
    const made = await notificationsOf(id);
    const first = await follow(world, id);
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      sched_id: id,
      sched_type: "onesend",
      name: "Spring",
      status: "scheduled",
      instant: true,
      due_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      local_time: null,
      ended_at: null,
      created_at: expect.stringMatching(/Z$/),
      pushes: [{ id: pushId, translations }],
      stats: {
        notifications: 3,
        by_status: {
          draft: 0,
          scheduled: 3,
          sending: 0,
          finalizing: 0,
          sent: 0,
          failed: 0,
          cancelled: 0,
        },
        ...ZEROS,
      },
      notifications: made.map(({ id: notification, uuid, app_id }) => ({
        id: notification,
        uuid,
        app_id,
        status: "scheduled",
        scheduled_at: first.body.due_at,
        scheduled_local: null,
        sent_at: null,
        failure_reason: null,
        stats: ZEROS,
      })),
      meta: { total_count: 3, total_is_minimum: false },
    });

    // One is over, one is under way.
    const [over, underWay] = made;
    await rows(
      `UPDATE notifications SET status = 'sent', sent_at = 5000, total_count = 10, sent_count = 7, failed_count = 3,
         delivered_count = 5, clicked_count = 2, failure_reason = 'fcm: no' WHERE id = ?`,
      over.id,
    );
    await rows(
      "UPDATE notifications SET status = 'sending', total_count = 20, sent_count = 1 WHERE id = ?",
      underWay.id,
    );
    const page = await follow(world, id, "?limit=1");
    expect(page.body).toMatchObject({
      status: "sending",
      stats: {
        notifications: 3,
        by_status: { sent: 1, sending: 1, scheduled: 1 },
        total_count: 30,
        sent_count: 8,
        failed_count: 3,
        delivered_count: 5,
        clicked_count: 2,
      },
      meta: { total_count: 3, total_is_minimum: false },
    });
    expect(page.body.notifications).toEqual([
      expect.objectContaining({
        id: over.id,
        status: "sent",
        sent_at: "1970-01-01T00:00:05Z",
        failure_reason: "fcm: no",
        stats: {
          total_count: 10,
          sent_count: 7,
          failed_count: 3,
          delivered_count: 5,
          clicked_count: 2,
        },
      }),
    ]);
    const second = await follow(world, id, "?limit=1&offset=1");
    expect(second.body.notifications.map((one: any) => one.id)).toEqual([underWay.id]);
    expect(second.body.stats).toEqual(page.body.stats);
    const beyond = await follow(world, id, "?offset=9");
    expect([beyond.body.notifications, beyond.body.meta.total_count]).toEqual([[], 3]);

    // What was cancelled while it was being sent has begun too.
    await rows("UPDATE notifications SET status = 'cancelled' WHERE id = ?", over.id);
    await rows(
      "UPDATE notifications SET status = 'scheduled', sent_count = 0 WHERE id = ?",
      underWay.id,
    );
    expect((await follow(world, id)).body).toMatchObject({
      status: "sending",
      stats: { by_status: { cancelled: 1, scheduled: 2 }, sent_count: 7 },
    });

    await rows(
      "UPDATE notifications SET status = 'failed' WHERE id <> ? AND app_id IN (?, ?, ?)",
      over.id,
      ...world.apps,
    );
    expect((await follow(world, id)).body.status).toBe("ended");
  });

  test("is found by nobody else, nor under another type, nor if there is none", async () => {
    const world = await instantWorld();
    const { sched_id: id } = (await world.send()).body;
    const other = await newAccount();
    const refused = await callAs(other.key)("GET", `/sched/onesend/${id}`);
    const missing = { error: "not found: sched", req_id: expect.any(String) };
    expect([refused.status, refused.body]).toEqual([404, missing]);
    for (const path of [`/sched/dayly/${id}`, `/sched/onesend/${MISSING}`, "/sched/onesend/x"]) {
      const answer = await world.call("GET", path);
      expect([answer.status, answer.body], path).toEqual([404, missing]);
    }
    // What is missing is missing, whatever the query; else that is told.
    expect((await world.call("GET", `/sched/onesend/${MISSING}?limit=x`)).status).toBe(404);
    for (const query of ["?limit=x", "?limit=0", "?offset=-1"]) {
      const answer = await follow(world, id, query);
      expect(answer.status, query).toBe(400);
      expect(answer.body.error).toMatch(/^validation error: (limit|offset) must be/);
    }
    const withoutKey = await api("GET", `${INSTANT}/sched/onesend/${id}`);
    expect(withoutKey.status).toBe(401);
    const unable = await newKey(world.account.id, { scopes: ["apps:read"] });
    expect((await callAs(unable)("GET", `/sched/onesend/${id}`)).status).toBe(403);
  });

  test("is found by a key for some apps if it reaches no others", async () => {
    const world = await instantWorld(2);
    const [one = 0] = world.apps;
    const limited = callAs(await newKey(world.account.id, { app_ids: [one] }));
    const everywhere = (await world.send()).body.sched_id;
    const within = (await world.send({ app_ids_include: [one] })).body.sched_id;
    expect((await limited("GET", `/sched/onesend/${everywhere}`)).status).toBe(404);
    const found = await limited("GET", `/sched/onesend/${within}`);
    expect(found.status).toBe(200);
    expect(found.body.notifications.map(({ app_id }: any) => app_id)).toEqual([one]);
    const own = await limited("POST", "/send/instant", { name: "n", filters: {}, push: PUSH });
    expect((await limited("GET", `/sched/onesend/${own.body.sched_id}`)).status).toBe(200);
  });
});

test("a scheduled send is followed before pushes are bound, and after they were replaced", async () => {
  const world = await instantWorld();
  await newPushingApp(world.account);
  const made = await world.call("POST", "/sched/onesend", {
    name: "Later",
    filters: {},
    ...tomorrow(),
  });
  expect(made.status).toBe(201);
  const { id } = made.body;
  expect((await follow(world, id)).body).toMatchObject({
    status: "scheduled",
    instant: false,
    pushes: [],
    stats: { notifications: 0, ...ZEROS },
    notifications: [],
    meta: { total_count: 0, total_is_minimum: false },
  });
  const pushes = [];
  for (let n = 0; n < 2; n += 1) pushes.push((await world.call("POST", "/pushes", PUSH)).body);
  const ids = pushes.map((push) => push.id).toReversed();
  const bound = await world.call("PUT", `/sched/onesend/${id}/pushes`, { push_ids: ids });
  expect(bound.status).toBe(200);
  const followed = (await follow(world, id)).body;
  expect(followed.pushes).toEqual(pushes.toReversed());
  expect(followed.stats.notifications).toBe(4);
  await world.call("PUT", `/sched/onesend/${id}/pushes`, { push_ids: [ids[0]] });
  const fewer = (await follow(world, id)).body;
  expect([fewer.pushes.length, fewer.stats.notifications]).toEqual([1, 2]);
  // Without any push a sending that is due has sent nothing, and is over.
  await world.call("PUT", `/sched/onesend/${id}/pushes`, { push_ids: [] });
  await rows("UPDATE campaigns SET due_at = 1 WHERE id = ?", id);
  expect((await follow(world, id)).body).toMatchObject({ status: "ended", notifications: [] });
});
