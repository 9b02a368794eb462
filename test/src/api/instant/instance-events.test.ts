// The API that installed apps use for instant sending: events, deactivation, missing instances and the rate limit.
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  DEVICES,
  instantWorld,
  newDevice,
  notificationsOf,
  reachedDevice,
  subscriberOf,
  type Device,
} from "../../../support/instant.ts";
import { PUSH as PUSH_API } from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newAddress, api, rows, send } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();
afterEach(() => void vi.restoreAllMocks());

const NOBODY = "00000000-0000-4000-8000-000000000000";
async function newAppId(): Promise<number> {
  return (await instantWorld()).apps[0]!;
}

describe("events", () => {
  test("deliveries and clicks of a sent notification count once for each instance", async () => {
    const { apps, send } = await instantWorld();
    const device = await reachedDevice(apps[0]!);
    const [made] = await notificationsOf((await send()).body.sched_id);
    const report = async (event: string, msg_id = made.uuid) =>
      (await device.call("POST", "/events/notification", { msg_id, event })).status;
    const counted = async () => {
      const [row] = await rows(
        "SELECT delivered_count AS d, clicked_count AS c FROM notifications WHERE id = ?",
        made.id,
      );
      return [row.d, row.c];
    };
    // it has not been sent
    expect(await report("delivered")).toBe(200);
    expect(await counted()).toEqual([0, 0]);
    await rows("UPDATE notifications SET started_at = 1 WHERE id = ?", made.id);
    for (const event of ["delivered", "delivered", "clicked", "clicked"]) {
      expect(await report(event)).toBe(200);
    }
    expect(await report("clicked", made.uuid.toUpperCase())).toBe(200);
    expect(await counted()).toEqual([1, 1]);
    // another device counts for itself
    const second = await reachedDevice(apps[0]!);
    const clicked = { msg_id: made.uuid, event: "clicked" };
    expect((await second.call("POST", "/events/notification", clicked)).status).toBe(200);
    expect(await counted()).toEqual([1, 2]);
    const who = await rows("SELECT subscriber_id FROM engagements WHERE kind = 'clicked'");
    for (const instance of [device, second]) {
      expect(who).toContainEqual({ subscriber_id: (await subscriberOf(instance)).id });
    }
    // another app's push, and one that is not there, count nothing and leave the instance registered
    const stranger = await reachedDevice(await newAppId());
    const foreign = { msg_id: made.uuid, event: "clicked" };
    expect((await stranger.call("POST", "/events/notification", foreign)).status).toBe(200);
    expect(await report("clicked", NOBODY)).toBe(200);
    expect(await counted()).toEqual([1, 2]);
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
  const eventsOf = async ({ id }: Device): Promise<string[]> => {
    const [{ events }] = await rows("SELECT events FROM installations WHERE uuid = ?", id);
    return JSON.parse(events);
  };

  test("an instance keeps at most 50 event names", async () => {
    const device = await newDevice(await newAppId());
    const names = Array.from({ length: 49 }, (_, n) => `e${n}`);
    const json = JSON.stringify(names);
    await rows("UPDATE installations SET events = ? WHERE uuid = ?", json, device.id);
    for (const event of ["fiftieth", "fifty-first"]) {
      expect((await device.call("POST", "/events/lifecycle", { event })).status).toBe(200);
    }
    expect(await eventsOf(device)).toEqual([...names, "fiftieth"]);
  });

  test("an app lists at most 500 event names", async () => {
    const { apps, call } = await instantWorld();
    const device = await newDevice(apps[0]!);
    await rows(
      `INSERT INTO lifecycle_events (app_id, name, created_at)
       SELECT ?, value, 1 FROM json_each(?)`,
      apps[0],
      JSON.stringify(Array.from({ length: 499 }, (_, n) => `e${n}`)),
    );
    const listed = async () =>
      (await call("GET", "/events")).body.events.map(({ name }: { name: string }) => name);
    expect(await listed()).toHaveLength(499);
    for (const event of ["last", "one-more"]) {
      expect((await device.call("POST", "/events/lifecycle", { event })).status).toBe(200);
    }
    const names = await listed();
    expect(names).toHaveLength(500);
    expect(names).toContain("last");
    expect(names).not.toContain("one-more");
  });

  test("an event name has at most 64 characters", async () => {
    const device = await newDevice(await newAppId());
    const statusOf = async (event: string) =>
      (await device.call("POST", "/events/lifecycle", { event })).status;
    expect([await statusOf("x".repeat(64)), await statusOf("x".repeat(65))]).toEqual([200, 400]);
    expect(await eventsOf(device)).toEqual(["x".repeat(64)]);
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
