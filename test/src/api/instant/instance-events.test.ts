// The API that installed apps use for instant sending: events, deactivation, missing instances and the rate limit.
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  callAs,
  DEVICES,
  instantWorld,
  newDevice,
  notificationsOf,
  reachedBy,
  reachedDevice,
  subscriberOf,
  type Device,
} from "../../../support/instant.ts";
import { runSchedule } from "../../../../src/cron/schedules.ts";
import { messageId } from "../../../../src/domain/notifications/message-id.ts";
import { testContext } from "../../../support/context.ts";
import { PUSH as PUSH_API } from "../../../support/push.ts";
import { newKey } from "../../../support/scenario.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAddress, api, rows, send } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();
afterEach(() => void vi.restoreAllMocks());

const DAY_MS = 86_400_000;
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** What the cron does at three in the morning. */
async function runDaily(): Promise<void> {
  await runSchedule(testContext().ctx, "0 3 * * *");
}

async function newAppId(): Promise<number> {
  return (await instantWorld()).apps[0]!;
}

describe("events", () => {
  /** What an app's instances report of one sent notification, and what is counted of it. */
  async function reported() {
    const { apps, send } = await instantWorld();
    const [made] = await notificationsOf((await send()).body.sched_id);
    await rows("UPDATE notifications SET started_at = 1 WHERE id = ?", made.id);
    /** The id of the message that a device got. */
    const messageOf = async (device: Device, id: number = made.id) =>
      messageId(testContext().ctx.linkSigningKey, id, (await subscriberOf(device)).id);
    const report = async (device: Device, msg_id: string, event = "clicked") =>
      (await device.call("POST", "/events/notification", { msg_id, event })).status;
    const counted = async () => {
      const [row] = await rows(
        "SELECT delivered_count AS d, clicked_count AS c FROM notifications WHERE id = ?",
        made.id,
      );
      return [row.d, row.c];
    };
    return { appId: apps[0]!, made, messageOf, report, counted };
  }

  test("deliveries and clicks of a message count once for the instance that got it", async () => {
    const { appId, messageOf, report, counted } = await reported();
    const [device, second] = [await reachedDevice(appId), await reachedDevice(appId)];
    for (const event of ["delivered", "delivered", "clicked", "clicked"]) {
      expect(await report(device, await messageOf(device), event)).toBe(200);
    }
    expect(await report(device, (await messageOf(device)).toUpperCase())).toBe(200);
    expect(await counted()).toEqual([1, 1]);
    expect(await report(second, await messageOf(second))).toBe(200);
    expect(await counted()).toEqual([1, 2]);
    const who = await rows("SELECT subscriber_id FROM engagements WHERE kind = 'clicked'");
    for (const instance of [device, second]) {
      expect(who).toContainEqual({ subscriber_id: (await subscriberOf(instance)).id });
    }
  });

  test("nobody is counted for a message that another instance got, or that nobody got", async () => {
    const { appId, made, messageOf, report, counted } = await reported();
    const [device, stranger] = [await reachedDevice(appId), await reachedDevice(appId)];
    const elsewhere = await reachedDevice(await newAppId());
    const unreached = await newDevice(appId);
    // the notification's own id is known to its owner and to everybody it was sent to
    for (const guess of [await messageOf(device), made.uuid, NOBODY, await messageOf(device, 1)]) {
      for (const instance of [stranger, elsewhere, unreached]) {
        expect(await report(instance, guess)).toBe(200);
      }
    }
    expect(await report(device, made.uuid)).toBe(200);
    expect(await counted()).toEqual([0, 0]);
    expect(await rows("SELECT * FROM engagements WHERE notification_id = ?", made.id)).toEqual([]);
  });

  test.each([
    [{}],
    [{ msg_id: NOBODY }],
    [{ msg_id: "x", event: "clicked" }],
    [{ msg_id: NOBODY, event: "eaten" }],
  ])("the notification event %j answers 400", async (json) => {
    const device = await newDevice(await newAppId());
    const refused = await device.call("POST", "/events/notification", json);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatch(/^validation error: /);
  });

  test("GET /events lists each event that instances of the account's apps sent, once", async () => {
    const { apps, call } = await instantWorld(2);
    const other = await instantWorld();
    const devices = [await newDevice(apps[0]!), await newDevice(apps[1]!)];
    for (const device of devices) {
      for (const event of ["onscreen", "install", "install"]) {
        const told = await device.call("POST", "/events/lifecycle", { event });
        expect(told.status).toBe(200);
      }
    }
    const listed = await call("GET", "/events");
    expect(listed.status).toBe(200);
    expect(listed.body).toEqual({
      events: ["install", "onscreen"].map((name) => {
        return { name, code: name, status: 1, type: "CUSTOM" };
      }),
    });
    expect((await other.call("GET", "/events")).body).toEqual({ events: [] });
  });

  test("a lifecycle call without a body counts as activity", async () => {
    const device = await reachedDevice(await newAppId());
    await rows(
      "UPDATE subscribers SET last_active_at = 1 WHERE id = ?",
      (await subscriberOf(device)).id,
    );
    expect((await device.call("POST", "/events/lifecycle")).status).toBe(200);
    expect((await subscriberOf(device)).last_active_at).toBeGreaterThan(1);
  });

  /** The names that an instance keeps. */
  const eventsOf = async ({ id }: Device): Promise<string[]> =>
    (
      await rows(
        `SELECT e.name FROM installations AS i, json_each(i.events) AS had
         JOIN lifecycle_events AS e ON e.id = had.value WHERE i.uuid = ? ORDER BY e.name`,
        id,
      )
    ).map(({ name }) => name);

  const sends = async (device: Device, event: string) =>
    device.call("POST", "/events/lifecycle", { event });

  /** Makes events of an app, as instances could. */
  const addEvents = (appId: number, count: number, lastUsedAt = Date.now()) =>
    rows(
      `INSERT INTO lifecycle_events (app_id, name, created_at, last_used_at)
       SELECT ?, value, 1, ? FROM json_each(?) RETURNING id, name`,
      appId,
      lastUsedAt,
      JSON.stringify(Array.from({ length: count }, (_, n) => `e${n}`)),
    );

  test("an instance has at most 50 events, and is told so", async () => {
    const { apps, call } = await instantWorld();
    const device = await newDevice(apps[0]!);
    const made = await addEvents(apps[0]!, 49);
    const json = JSON.stringify(made.map(({ id }) => id));
    await rows("UPDATE installations SET events = ? WHERE uuid = ?", json, device.id);
    expect((await sends(device, "fiftieth")).status).toBe(200);
    const refused = await sends(device, "fifty-first");
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain("must be one of the 50 that the instance has sent");
    // those that it has can be sent on, and the refused one is listed nowhere
    expect((await sends(device, "fiftieth")).status).toBe(200);
    expect(await eventsOf(device)).toHaveLength(50);
    const listed = (await call("GET", "/events")).body.events;
    expect(listed).toHaveLength(50);
    expect(JSON.stringify(listed)).not.toContain("fifty-first");
  });

  test("an app has at most 500 events, and an instance with another one is told so", async () => {
    const { apps, call } = await instantWorld();
    const device = await newDevice(apps[0]!);
    await addEvents(apps[0]!, 499);
    expect((await sends(device, "last")).status).toBe(200);
    const refused = await sends(device, "one-more");
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain("must be one of the 500 that the app has already");
    expect((await sends(device, "e7")).status).toBe(200);
    expect(await eventsOf(device)).toEqual(["e7", "last"]);
    const names = (await call("GET", "/events")).body.events;
    expect(names).toHaveLength(500);
    expect(JSON.stringify(names)).not.toContain("one-more");
  });

  test("an event that nobody sent for 90 days is deleted, and one that was sent is not", async () => {
    const { apps, call } = await instantWorld();
    const [old, young] = [Date.now() - 91 * DAY_MS, Date.now() - 89 * DAY_MS];
    await addEvents(apps[0]!, 2, old);
    await rows("UPDATE lifecycle_events SET last_used_at = ? WHERE name = 'e1'", young);
    const device = await newDevice(apps[0]!);
    await sends(device, "used");
    await rows("UPDATE lifecycle_events SET last_used_at = ? WHERE name = 'used'", old);
    await sends(device, "used");
    await runDaily();
    const { events } = (await call("GET", "/events")).body;
    expect(events.map(({ name }: { name: string }) => name)).toEqual(["e1", "used"]);
  });

  test("its owner deletes an event, after which filters find nobody who sent it before", async () => {
    const { apps, call, send: sendPush } = await instantWorld();
    const device = await reachedDevice(apps[0]!);
    await sends(device, "bought");
    const [to] = await notificationsOf(
      (await sendPush({ event_include: ["bought"] })).body.sched_id,
    );
    expect(await reachedBy(to)).toHaveLength(1);
    const gone = await call("DELETE", "/events/bought");
    expect(gone.status).toBe(200);
    expect(gone.body).toEqual({ code: "bought" });
    expect((await call("GET", "/events")).body).toEqual({ events: [] });
    expect(await reachedBy(to)).toEqual([]);
    const again = await call("DELETE", "/events/bought");
    expect(again.status).toBe(404);
    expect(again.body.error).toBe("not found: event");
    // another instance's report makes a new event, which is not the one that this instance sent
    await sends(await newDevice(apps[0]!), "bought");
    expect(await reachedBy(to)).toEqual([]);
    await sends(device, "bought");
    expect(await reachedBy(to)).toHaveLength(1);
  });

  test("a key deletes events of its own apps only, and only with push:write", async () => {
    const { account, apps } = await instantWorld(2);
    for (const app of apps) await sends(await newDevice(app), "install");
    const limited = await newKey(account.id, { app_ids: [apps[0]!] });
    const reader = await newKey(account.id, { scopes: ["push:read"] });
    const other = await instantWorld();
    expect((await callAs(reader)("DELETE", "/events/install")).status).toBe(403);
    expect((await other.call("DELETE", "/events/install")).status).toBe(404);
    expect((await callAs(limited)("DELETE", "/events/install")).status).toBe(200);
    const left = await rows(
      "SELECT app_id FROM lifecycle_events WHERE name = 'install' AND app_id IN (?, ?)",
      apps[0],
      apps[1],
    );
    expect(left).toEqual([{ app_id: apps[1] }]);
  });

  test("an event name has at most 64 characters", async () => {
    const device = await newDevice(await newAppId());
    expect((await sends(device, "x".repeat(64))).status).toBe(200);
    expect((await sends(device, "x".repeat(65))).status).toBe(400);
    expect(await eventsOf(device)).toEqual(["x".repeat(64)]);
  });
});

describe("instances without a transport", () => {
  test("are deleted after a month", async () => {
    const appId = await newAppId();
    const [old, young] = [await newDevice(appId), await newDevice(appId)];
    const reached = await reachedDevice(appId);
    for (const { id } of [old, reached]) {
      await rows(
        "UPDATE installations SET created_at = created_at - ? WHERE uuid = ?",
        31 * DAY_MS,
        id,
      );
    }
    await runDaily();
    const statuses = [old, young, reached].map(
      async ({ call }) => (await call("PUT", "/info")).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 200, 200]);
  });

  test("are at most 10,000 of an app: the oldest make room for new ones", async () => {
    const appId = await newAppId();
    const reached = await reachedDevice(appId);
    await rows(
      `INSERT INTO installations (uuid, app_id, ic_token, facts, events, created_at, updated_at)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
       SELECT 'many-' || i, ?, 'many-' || i, '{}', '[]', 1, 1 FROM n`,
      appId,
    );
    const device = await newDevice(appId);
    const [{ count, oldest }] = await rows(
      `SELECT count(*) AS count, min(id) AS oldest FROM installations
       WHERE app_id = ? AND subscriber_id IS NULL`,
      appId,
    );
    expect(count).toBe(10_000);
    const [first] = await rows("SELECT uuid FROM installations WHERE id = ?", oldest);
    expect(first.uuid).toBe("many-2");
    for (const { call } of [device, reached]) expect((await call("PUT", "/info")).status).toBe(200);
  });
});

describe("deactivating an instance", () => {
  test("unsubscribes it until it sends its transport again", async () => {
    const appId = await newAppId();
    const info = { transport_type: "fcm", transport_token: "fcm:mine" };
    const device = await reachedDevice(appId, info);
    const body = { ic_token: device.icToken, ext_id: "" };
    for (const json of [undefined, body, body]) {
      expect((await device.call("POST", "/deactivate", json)).status).toBe(200);
      expect((await subscriberOf(device)).status).toBe("unsubscribed");
    }
    await device.call("PUT", "/info", { lang: "de" });
    expect((await subscriberOf(device)).status).toBe("unsubscribed");
    await device.call("PUT", "/info", info);
    expect((await subscriberOf(device)).status).toBe("active");
  });

  test("answers 200 for one that never sent a transport", async () => {
    const device = await newDevice(await newAppId());
    expect((await device.call("POST", "/deactivate")).status).toBe(200);
  });
});

describe("missing instances", () => {
  const CALLS = [
    ["PUT", "info"],
    ["POST", "events/notification"],
    ["POST", "events/lifecycle"],
    ["POST", "deactivate"],
  ] as const;

  test.each(CALLS)(
    "%s %s answers 404 for an unknown or another app's instance",
    async (method, path) => {
      const appId = await newAppId();
      const device = await newDevice(appId);
      const elsewhere = await newAppId();
      for (const [app, id] of [
        [appId, NOBODY],
        [appId, "1"],
        [elsewhere, device.id],
        [appId, device.icToken],
      ]) {
        for (const body of ["{}", "{", ""]) {
          const missing = await api(method, `${DEVICES}/apps/${app}/instances/${id}/${path}`, {
            headers: { "cf-connecting-ip": newAddress() },
            body,
          });
          expect(missing.status).toBe(404);
          expect(missing.body).toEqual({
            error: "not found: instance",
            req_id: expect.any(String),
          });
        }
      }
    },
  );

  test("an instance is deleted with its subscriber", async () => {
    const { account, apps } = await instantWorld();
    const device = await reachedDevice(apps[0]!);
    const { uuid: subscriber } = await subscriberOf(device);
    const [{ uuid }] = await rows("SELECT uuid FROM apps WHERE id = ?", apps[0]);
    const path = `${PUSH_API}/apps/${uuid}/subscribers/${subscriber}`;
    expect((await send("DELETE", path, { token: account.key })).status).toBeLessThan(300);
    expect((await device.call("PUT", "/info", {})).status).toBe(404);
  });

  test("an instance is deleted with its app", async () => {
    const { account, apps, send: sendPush } = await instantWorld();
    const device = await reachedDevice(apps[0]!);
    await device.call("POST", "/events/lifecycle", { event: "install" });
    await sendPush();
    const gone = await api("DELETE", `/api/v1/apps/${apps[0]}`, { token: account.key });
    expect(gone.status).toBe(200);
    expect((await device.call("PUT", "/info", {})).status).toBe(404);
    expect(await rows("SELECT 1 FROM installations WHERE app_id = ?", apps[0])).toEqual([]);
    expect(await rows("SELECT 1 FROM lifecycle_events WHERE app_id = ?", apps[0])).toEqual([]);
  });
});

test("one address may send 200 requests a minute of each kind that devices make", async () => {
  const appId = await newAppId();
  const device = await newDevice(appId);
  const headers = { "cf-connecting-ip": newAddress() };
  const path = `${DEVICES}/apps/${appId}/instances`;
  // one minute for all of it
  const now = Math.floor(Date.now() / 60_000) * 60_000 + 1000;
  vi.spyOn(Date, "now").mockReturnValue(now);
  const call = async (method: string, below: string, body = "{}") =>
    api(method, path + below, { headers, body });
  for (let left = 199; left >= 0; left -= 1) {
    const taken = await call("POST", "");
    expect(taken.status).toBe(400);
    expect(taken.headers.get("x-ratelimit-remaining")).toBe(String(left));
  }
  const refused = await call("POST", "");
  expect(refused.status).toBe(429);
  expect(refused.body).toEqual({ error: "too many requests", req_id: expect.any(String) });
  expect(refused.headers.get("retry-after")).toBe("59");
  const others = [
    await call("PUT", `/${device.id}/info`),
    await call("POST", `/${device.id}/events/lifecycle`, ""),
    await call("POST", `/${device.id}/deactivate`),
    await call("POST", `/${device.id}/events/notification`),
  ];
  expect(others.map((answer) => answer.headers.get("x-ratelimit-remaining"))).toEqual([
    "199",
    "198",
    "197",
    "199",
  ]);
});
