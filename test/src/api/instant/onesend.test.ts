// One-time sendings for later: when they are due, and the pushes bound to them.
import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  addPushingApps,
  callAs,
  INSTANT,
  instantWorld,
  newPushingApp,
  notificationsOf,
  PUSH,
  reachedDevice,
  type InstantWorld,
} from "../../../support/instant.ts";
import { useInternet } from "../../../support/receiver.ts";
import { newKey } from "../../../support/scenario.ts";
import { beforeBatch, countTrips } from "../../../support/trips.ts";
import { api, bindings, rows } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();

const DAY = 86_400_000;
const MISSING = 999_999_999;
const day = (ahead: number) => new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);
const at = () => ({ date: day(10), time: "15:04", local_time: false, timezone: "-07:00" });

const words = (title: string) => ({
  default_lang: "en",
  translations: [{ language: "en", title, text: "Words" }],
});

/** A sending to everybody, unless what is `wanted` filters. */
function later(wanted: object) {
  const filters = Object.keys(wanted).some((name) => /^filters|^all_|clude$/.test(name));
  return { name: "Later", ...(filters ? {} : { filters: {} }), ...wanted };
}

async function newPush(world: InstantWorld, title = "Hello"): Promise<number> {
  return (await world.call("POST", "/pushes", words(title))).body.id;
}

async function newSend(world: InstantWorld, wanted: object = {}): Promise<number> {
  const made = await world.call("POST", "/sched/onesend", later({ ...at(), ...wanted }));
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body.id;
}

async function bind(world: InstantWorld, sendId: number, pushIds: unknown) {
  return world.call("PUT", `/sched/onesend/${sendId}/pushes`, { push_ids: pushIds });
}

describe("scheduling a sending", () => {
  let world: InstantWorld;
  beforeAll(async () => {
    world = await instantWorld();
  });
  const make = async (wanted: object) => world.call("POST", "/sched/onesend", later(wanted));

  test.each([
    ["15:04", "-07:00", "T22:04:00.000Z"],
    ["15-04", "+00:00", "T15:04:00.000Z"],
    ["15:04", "+05:45", "T09:19:00.000Z"],
  ])("reads the time %s in the zone %s as %s", async (time, timezone, instant) => {
    const sendId = await newSend(world, { date: day(10), time, timezone });
    expect((await bind(world, sendId, [await newPush(world)])).status).toBe(200);
    const [made] = await notificationsOf(sendId);
    expect(new Date(made.scheduled_at).toISOString()).toBe(day(10) + instant);
  });

  test.each([
    [{ date: day(-1) }, "date must be a time to come"],
    [{ date: "2026-02-30" }, "date must be a day"],
    [{ date: "tomorrow" }, "date must be a date"],
    [{ date: undefined }, "date is required"],
    [{ date: day(400) }, "date must not be more than a year ahead"],
    [{ time: "25:00" }, "date must be a day and time"],
    [{ time: "15.04" }, "time must be a time"],
    [{ time: undefined }, "time is required"],
    [{ timezone: undefined }, "timezone is required"],
    [{ timezone: "CET" }, "timezone must be an offset"],
    [{ timezone: "+15:00" }, "timezone must be within"],
    [{ local_time: true }, "timezone must be left out"],
    [{ local_time: "no" }, "local_time must be true or false"],
    [{ local_time: true, timezone: undefined, date: day(-2) }, "date must be a time to come"],
    [{ name: undefined }, "name is required"],
    [{ name: "" }, "name is required"],
    [{ countries_include: [] }, "countries_include must not be empty"],
    [{ all_planets: true }, "all_planets is not a known field"],
    [{ filters: { countries_include: ["DE"] }, languages_include: ["de"] }, "among the filters"],
    [{ filters: { all_planets: true } }, "filters.all_planets is not a known field"],
  ])("answers 400 for %j, saying %j", async (wanted, error) => {
    const refused = await make({ ...at(), ...wanted });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain(error);
  });

  test.each([
    {},
    { filters: null },
    { filters: undefined },
    { all_apps: null, countries_include: null },
    { filters: null, event_include: null },
  ])("answers 400 for %j, which filters nothing, and schedules nothing", async (wanted) => {
    const before = await rows("SELECT id FROM campaigns");
    const json = { name: "Later", ...at(), ...wanted };
    const refused = await world.call("POST", "/sched/onesend", json);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain("filters is required");
    expect(await rows("SELECT id FROM campaigns")).toEqual(before);
  });

  test.each([
    { filters: {} },
    { all_apps: true },
    { app_ids_exclude: [] },
    { filters: { all_apps: null } },
  ])("takes %j, by which the owner says that everybody is meant", async (wanted) => {
    const json = { name: "Later", ...at(), ...wanted };
    expect((await world.call("POST", "/sched/onesend", json)).status).toBe(201);
  });

  test("accepts filters beside the other fields or in an object of their own", async () => {
    for (const wanted of [
      { countries_include: ["DE"] },
      { filters: { countries_include: ["DE"] } },
    ]) {
      const sendId = await newSend(world, wanted);
      await bind(world, sendId, [await newPush(world)]);
      const [made] = await notificationsOf(sendId);
      expect(made.targeting).toEqual({ type: "countries", countries: ["DE"] });
    }
  });

  test("makes a local time due when it comes in the first of the audience's time zones", async () => {
    const { apps, ...own } = await instantWorld(2);
    const here = { ...own, apps };
    await reachedDevice(apps[0]!, { tz_sec: 3 * 3600 });
    await reachedDevice(apps[0]!, { tz_sec: -5 * 3600 });
    const local = { local_time: true, timezone: undefined };
    const sendId = await newSend(here, local);
    await bind(here, sendId, [await newPush(here)]);
    const [first, second] = await notificationsOf(sendId);
    expect(first.scheduled_local).toBe(`${day(10)}T15:04`);
    expect(new Date(first.scheduled_at).toISOString()).toBe(`${day(10)}T12:04:00.000Z`);
    // nobody is subscribed to that app yet: UTC
    expect(new Date(second.scheduled_at).toISOString()).toBe(`${day(10)}T15:04:00.000Z`);
    // of the audience's zones, not of all subscribers'
    await reachedDevice(apps[1]!, { tz_sec: 3 * 3600, country: "KE" });
    await reachedDevice(apps[1]!, { tz_sec: -5 * 3600, country: "US" });
    const some = await newSend(here, { ...local, countries_include: ["US"] });
    await bind(here, some, [await newPush(here), await newPush(here)]);
    const due = (await notificationsOf(some)).map(({ scheduled_at }) => new Date(scheduled_at));
    expect(due.map((time) => time.toISOString())).toEqual([
      `${day(10)}T15:04:00.000Z`,
      `${day(10)}T20:04:00.000Z`,
      `${day(10)}T15:04:00.000Z`,
      `${day(10)}T20:04:00.000Z`,
    ]);
  });
});

describe("binding pushes", () => {
  test("makes a notification of each push for each app, where there was none before", async () => {
    const world = await instantWorld(2);
    const sendId = await newSend(world);
    expect(await notificationsOf(sendId)).toEqual([]);
    const ids = [await newPush(world, "One"), await newPush(world, "Two")];
    const bound = await bind(world, sendId, ids);
    expect(bound.status).toBe(200);
    expect(bound.body).toEqual({ push_ids: ids });
    const made = await notificationsOf(sendId);
    expect(made.map(({ app_id, content }) => [app_id, content.title])).toEqual([
      [world.apps[0], "One"],
      [world.apps[1], "One"],
      [world.apps[0], "Two"],
      [world.apps[1], "Two"],
    ]);
  });

  test("replaces what was bound before, and an empty list unbinds it", async () => {
    const world = await instantWorld();
    const sendId = await newSend(world);
    await bind(world, sendId, [await newPush(world, "Old")]);
    const [old] = await notificationsOf(sendId);
    const next = await newPush(world, "New");
    expect((await bind(world, sendId, [next, next])).body).toEqual({ push_ids: [next] });
    const [made, ...others] = await notificationsOf(sendId);
    expect(made.content.title).toBe("New");
    expect(others).toEqual([]);
    expect(await rows("SELECT 1 FROM notifications WHERE id = ?", old.id)).toEqual([]);
    const run = bindings.NOTIFICATION_RUN.get(
      bindings.NOTIFICATION_RUN.idFromName(`notification:${old.id}`),
    );
    expect(await runDurableObjectAlarm(run), "the old run still has an alarm").toBe(false);
    expect((await bind(world, sendId, [])).body).toEqual({ push_ids: [] });
    expect(await notificationsOf(sendId)).toEqual([]);
  });

  test("leaves exactly one of several bindings made at the same time", async () => {
    const world = await instantWorld();
    const sendId = await newSend(world);
    const ids = await Promise.all(["A", "B", "C", "D"].map(async (title) => newPush(world, title)));
    const answers = await Promise.all(ids.map(async (id) => bind(world, sendId, [id])));
    for (const { status } of answers) expect(status).toBe(200);
    const [{ template_ids }] = await rows(
      "SELECT template_ids FROM campaigns WHERE id = ?",
      sendId,
    );
    const made = await notificationsOf(sendId);
    expect(made).toHaveLength(1);
    expect(ids.indexOf(JSON.parse(template_ids)[0])).toBe("ABCD".indexOf(made[0].content.title));
  });

  test("keeps a notification cancelled that is cancelled meanwhile", async () => {
    const world = await instantWorld(2);
    const sendId = await newSend(world);
    const push = await newPush(world);
    await bind(world, sendId, [push]);
    const [first, second] = await notificationsOf(sendId);
    beforeBatch(/^update "campaigns"/, async () =>
      api("DELETE", `/api/v1/notifications/${first.id}`, { token: world.account.key }),
    );
    expect((await bind(world, sendId, [push])).status).toBe(200);
    const made = await notificationsOf(sendId);
    expect(made.map(({ app_id, status }) => [app_id, status])).toEqual([
      [first.app_id, "cancelled"],
      [second.app_id, "scheduled"],
    ]);
  });

  test("answers 400 when newer apps would take the sending beyond 500 apps", async () => {
    const world = await instantWorld();
    const { account, apps } = world;
    await addPushingApps(account, 499);
    const [sendId, push] = [await newSend(world), await newPush(world)];
    const but = await newSend(world, { app_ids_exclude: apps });
    await newPushingApp(account);
    const refused = await bind(world, sendId, [push]);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain("must not reach more than 500 apps");
    // apps that are excluded do not count
    expect((await bind(world, but, [push])).status).toBe(200);
    expect(await notificationsOf(but)).toHaveLength(500);
  });

  test("answers 400 when one request would write more than 8,000,000 bytes", async () => {
    const world = await instantWorld();
    await addPushingApps(world.account, 499);
    const letters = Array.from("abcdefghij");
    // codes for private use, which are as good as any
    const languages = letters.flatMap((one) => letters.map((other) => `q${one}${other}`));
    const translations = languages.map((language) => {
      return { language, title: "Long", text: "x".repeat(200) };
    });
    const push = { default_lang: "qaa", translations };
    const instant = { name: "Much", filters: {}, push };
    const refused = await world.call("POST", "/send/instant", instant);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain("push must not make more than 8000000 bytes");
    for (const table of ["campaigns", "templates", "notifications"]) {
      const made = await rows(`SELECT 1 FROM ${table} WHERE account_id = ?`, world.account.id);
      expect(made).toEqual([]);
    }
    const sendId = await newSend(world);
    const { id } = (await world.call("POST", "/pushes", push)).body;
    const unbound = await bind(world, sendId, [id]);
    expect(unbound.status).toBe(400);
    expect(unbound.body.error).toContain("push_ids must not make more than 8000000 bytes");
    const few = await newSend(world, { app_ids_include: world.apps });
    expect((await bind(world, few, [id])).status).toBe(200);
  });

  test("answers 400 to unbinding what was sent instantly, which would cancel it", async () => {
    const world = await instantWorld();
    const { sched_id } = (await world.send()).body;
    const refused = await bind(world, sched_id, []);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain("push_ids must not be empty");
    const made = await notificationsOf(sched_id);
    expect(made.map(({ status }) => status)).toEqual(["scheduled"]);
  });

  test("answers 404 for a sending or push that is missing or another account's", async () => {
    const [world, other] = [await instantWorld(), await instantWorld()];
    const [own, foreign] = [await newSend(world), await newSend(other)];
    const [push, foreignPush] = [await newPush(world), await newPush(other)];
    const answers = [
      await bind(world, foreign, [push]),
      await bind(world, MISSING, [push]),
      await bind(world, MISSING, "nonsense"),
      await world.call("PUT", `/sched/weekly/${own}/pushes`, { push_ids: [push] }),
      await world.call("PUT", "/sched/onesend/x/pushes", { push_ids: [push] }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(body).toEqual({ error: "not found: sched", req_id: expect.any(String) });
    }
    for (const id of [foreignPush, MISSING]) {
      const refused = await bind(world, own, [push, id]);
      expect(refused.status).toBe(404);
      expect(refused.body.error).toBe("not found: push");
    }
    expect(await notificationsOf(own)).toEqual([]);
  });

  test("with a key limited to an app, accepts only pushes that belong to the app", async () => {
    const [world, other] = [await instantWorld(3), await instantWorld()];
    const [a, b, c] = world.apps as [number, number, number];
    const as = async (appIds: number[]): Promise<InstantWorld> => {
      return { ...world, call: callAs(await newKey(world.account.id, { app_ids: appIds })) };
    };
    const [keyOfA, keyOfB, keyOfAB] = [await as([a]), await as([b]), await as([a, b])];
    const sendInstantly = async ({ call }: InstantWorld, app: number): Promise<number> => {
      const filters = { app_ids_include: [app] };
      return (await call("POST", "/send/instant", { name: "Now", filters, push: PUSH })).body
        .push_id;
    };
    const usable = [
      await newPush(keyOfA),
      await newPush(keyOfAB),
      await sendInstantly(keyOfA, a),
      await sendInstantly(keyOfAB, b),
    ];
    const hidden = [
      await newPush(keyOfB),
      await newPush(world),
      await sendInstantly(keyOfB, b),
      await sendInstantly(world, a),
      await newPush(other),
      MISSING,
    ];
    const sendId = await newSend(keyOfA);
    expect((await bind(keyOfA, sendId, usable)).body).toEqual({ push_ids: usable });
    const made = await notificationsOf(sendId);
    expect(made).toHaveLength(usable.length);
    for (const id of hidden) {
      const refused = await bind(keyOfA, sendId, [usable[0], id]);
      expect([refused.status, refused.body.error]).toEqual([404, "not found: push"]);
    }
    expect(await notificationsOf(sendId)).toEqual(made);
    // A key of the whole account binds all of the account's.
    const own = hidden.slice(0, 4);
    expect((await bind(world, await newSend(world, { app_ids_include: [c] }), own)).status).toBe(
      200,
    );
    expect((await bind(world, sendId, [...usable, ...own])).status).toBe(200);
  });

  test.each([
    [undefined],
    [null],
    ["1"],
    [[1.5]],
    [["1"]],
    [[0]],
    [Array.from({ length: 11 }, (_, n) => n + 1)],
  ])("answers 400 for push_ids %j", async (pushIds) => {
    const world = await instantWorld();
    const refused = await bind(world, await newSend(world), pushIds);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatch(/^validation error: push_ids/);
  });
});

describe("a sending that has begun", () => {
  let ahead = 0;
  const present = Date.now;
  beforeEach(() => {
    ahead = 0;
    vi.spyOn(Date, "now").mockImplementation(() => present() + ahead);
  });
  afterEach(() => void vi.restoreAllMocks());

  test("accepts no pushes once it is due, whether it had any or not", async () => {
    const world = await instantWorld();
    const [empty, bound] = [await newSend(world), await newSend(world)];
    const push = await newPush(world);
    await bind(world, bound, [push]);
    ahead = 12 * DAY;
    for (const id of [empty, bound]) {
      const refused = await bind(world, id, [push]);
      expect(refused.status).toBe(400);
      expect(refused.body.error).toContain("is due already");
    }
    expect(await notificationsOf(empty)).toEqual([]);
    expect(await notificationsOf(bound)).toHaveLength(1);
  });

  test("accepts no pushes once a part of it is being sent", async () => {
    const world = await instantWorld();
    const sendId = await newSend(world);
    const push = await newPush(world);
    await bind(world, sendId, [push]);
    await rows(
      `UPDATE notifications SET status = 'sending' WHERE id IN
         (SELECT notification_id FROM campaign_notifications WHERE campaign_id = ?)`,
      sendId,
    );
    const before = await notificationsOf(sendId);
    expect((await bind(world, sendId, [push])).status).toBe(400);
    expect(await notificationsOf(sendId)).toEqual(before);
  });
});

describe("POST /pushes", () => {
  let world: InstantWorld;
  beforeAll(async () => {
    world = await instantWorld();
  });

  test("answers the ids of the push and its translations", async () => {
    const made = await world.call("POST", "/pushes", PUSH);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(Number),
      translations: [
        { id: expect.any(Number), language: "en" },
        { id: expect.any(Number), language: "pt" },
      ],
    });
  });

  test("accepts links that are left out, null or empty", async () => {
    const translations = [
      { language: "EN", title: "A", text: "B", link: "", image: null },
      { language: "de", title: "A", text: "B", icon: "http://example.com/i.png" },
    ];
    const made = await world.call("POST", "/pushes", { default_lang: "en", translations });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(made.body.translations.map(({ language }: any) => language)).toEqual(["en", "de"]);
  });

  const en = { language: "en", title: "A", text: "B" };
  test.each([
    [{ translations: [en] }, "default_lang is required"],
    [{ default_lang: "english", translations: [en] }, "default_lang must be"],
    [{ default_lang: "de", translations: [en] }, "must hold the language of default_lang"],
    [{ default_lang: "en" }, "translations is required"],
    [{ default_lang: "en", translations: [] }, "translations must not be empty"],
    [{ default_lang: "en", translations: {} }, "translations must be an array"],
    [{ default_lang: "en", translations: [en, { ...en, language: "EN" }] }, "twice"],
    [{ default_lang: "en", translations: [{ ...en, title: "" }] }, "translations.0.title"],
    [{ default_lang: "en", translations: [{ ...en, text: undefined }] }, "translations.0.text"],
    [{ default_lang: "en", translations: [{ ...en, link: "javascript:alert(1)" }] }, "link"],
    [{ default_lang: "en", translations: [{ ...en, link: "ftp://example.com" }] }, "link"],
    [{ default_lang: "en", translations: [{ ...en, image: "x" }] }, "image"],
    [{ default_lang: "en", translations: [{ ...en, icon: 5 }] }, "icon"],
  ])("answers 400 for %j, saying %j", async (json, error) => {
    const refused = await world.call("POST", "/pushes", json);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatch(/^validation error: /);
    expect(refused.body.error).toContain(error);
  });
});

test("binding by local time takes three round trips, and an Idempotency-Key takes two more", async () => {
  const world = await instantWorld(2);
  await reachedDevice(world.apps[0]!, { tz_sec: 3600 });
  const local = await newSend(world, { local_time: true, timezone: undefined });
  const push = await newPush(world);
  const trips = countTrips();
  expect((await bind(world, local, [push])).status).toBe(200);
  expect(trips()).toBe(3);
  const once = {
    token: world.account.key,
    headers: { "idempotency-key": "once" },
    json: { name: "Spring", filters: {}, push: PUSH },
  };
  for (const cost of [3 + 2, 2]) {
    const before = trips();
    expect((await api("POST", `${INSTANT}/send/instant`, once)).status).toBe(201);
    expect(trips() - before).toBe(cost);
  }
});
