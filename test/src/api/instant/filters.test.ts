// Filters of instant sendings: whom they reach, and which are refused.
import { beforeAll, describe, expect, test } from "vitest";
import {
  callAs,
  instantWorld,
  newPushingApp,
  notificationsOf,
  PUSH,
  reachedBy,
  reachedDevice,
  subscriberOf,
  type InstantWorld,
} from "../../../support/instant.ts";
import { newApp, newKey } from "../../../support/scenario.ts";

const MISSING = 999_999_999;

describe("filtering subscribers", () => {
  let world: InstantWorld;
  /** Names of devices by their subscribers' ids. */
  const names = new Map<number, string>();
  beforeAll(async () => {
    world = await instantWorld();
    const [app] = world.apps;
    const devices: Record<string, Record<string, unknown>> = {
      ana: { country: "BR", lang: "pt_BR", tags: { audiences: "vip,beta" } },
      bea: { county: "pt", lang: "pt", tags: { audiences: "vip" } },
      carl: { country: "US", lang: "en_US.UTF-8", tags: { color: "vip" } },
      dora: {},
    };
    for (const [name, info] of Object.entries(devices)) {
      const device = await reachedDevice(app!, info);
      if (name < "c") await device.call("POST", "/events/lifecycle", { event: "install" });
      if (name === "ana") await device.call("POST", "/events/lifecycle", { event: "reg" });
      names.set((await subscriberOf(device)).id, name);
    }
  });

  test.each([
    [{}, "ana bea carl dora"],
    [
      { all_countries: true, all_languages: true, all_audiences: true, all_apps: true },
      "ana bea carl dora",
    ],
    [{ countries_include: ["BR", "us"] }, "ana carl"],
    [{ countries_exclude: ["BR"] }, "bea carl dora"],
    [{ all_countries: true, countries_exclude: ["BR", "US"] }, "bea dora"],
    [{ all_countries: false, countries_exclude: ["BR"] }, "bea carl dora"],
    [{ languages_include: ["pt"] }, "ana bea"],
    [{ languages_include: ["PT-br"] }, "ana"],
    [{ languages_exclude: ["pt"] }, "carl dora"],
    [{ audiences_include: ["vip"] }, "ana bea"],
    [{ audiences_include: ["beta"] }, "ana"],
    [{ audiences_include: ["vip"], audiences_exclude: ["beta"] }, "bea"],
    [{ audiences_include: ["color:vip"] }, ""],
    [{ audiences_exclude: ["beta"] }, "bea carl dora"],
    [{ event_include: ["install"] }, "ana bea"],
    [{ event_include: "install", event_exclude: "reg" }, "bea"],
    [{ event_exclude: ["install"] }, "carl dora"],
    [{ event_include: ["never"] }, ""],
    [{ all_languages: true, languages_include: null, countries_include: ["BR"] }, "ana"],
    [{ languages_include: ["pt"], languages_exclude: ["pt-BR"] }, "bea"],
    [
      { countries_include: null, audiences_exclude: [], app_groups_exclude: null },
      "ana bea carl dora",
    ],
    [
      { countries_include: ["BR", "PT"], languages_include: ["pt"], audiences_exclude: ["beta"] },
      "bea",
    ],
  ])("by %j reaches %j", async (filters, expected) => {
    const sent = await world.send(filters);
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    const [made] = await notificationsOf(sent.body.sched_id);
    const reached = (await reachedBy(made)).map((id) => names.get(id));
    expect(reached.join(" ")).toBe(expected);
  });
});

describe("choosing apps", () => {
  const appsOf = async (sent: { body: any }) =>
    (await notificationsOf(sent.body.sched_id)).map(({ app_id }) => app_id);

  test("sends to the apps named, to all, or to all but some", async () => {
    const { apps, send } = await instantWorld(3);
    const [a, b, c] = apps;
    expect(await appsOf(await send({ app_ids_include: [c, a, a] }))).toEqual([a, c]);
    expect(await appsOf(await send({ all_apps: true }))).toEqual([a, b, c]);
    expect(await appsOf(await send({ app_ids_exclude: [b] }))).toEqual([a, c]);
  });

  test("refuses an app without push credentials when it is named, and leaves it out of all apps", async () => {
    const { account, apps, send } = await instantWorld();
    const { id } = await newApp(account.key);
    const refused = await send({ app_ids_include: [apps[0], id] });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain(`app ${id}`);
    expect(await appsOf(await send())).toEqual(apps);
    const none = await send({ app_ids_exclude: apps });
    expect(none.status).toBe(400);
    expect(none.body.error).toContain("all_apps");
  });

  test("answers 404 for another account's app like for a missing one", async () => {
    const { apps, send } = await instantWorld();
    const foreign = (await instantWorld()).apps[0];
    const answers = [];
    for (const id of [foreign, MISSING]) {
      answers.push(await send({ app_ids_include: [apps[0], id] }));
      answers.push(await send({ app_ids_exclude: [id] }));
    }
    for (const { status, body } of answers) {
      expect(status).toBe(404);
      expect(body).toEqual({ error: "not found: app", req_id: expect.any(String) });
    }
  });

  test("treats a limited key's apps as all apps, and hides the others from it", async () => {
    const { account, apps, call, send } = await instantWorld(2);
    const [own, other] = apps;
    const limited = callAs(await newKey(account.id, { app_ids: [own!] }));
    const instant = { name: "Mine", filters: { all_apps: true }, push: PUSH };
    const sent = await limited("POST", "/send/instant", instant);
    expect(await appsOf(sent)).toEqual([own]);
    const named = { ...instant, filters: { app_ids_include: [other] } };
    expect((await limited("POST", "/send/instant", named)).status).toBe(404);
    expect((await limited("GET", "/apps")).body.apps.map(({ id }: any) => id)).toEqual([own]);
    // its sending stays within its apps, whoever binds pushes to it; it can't touch a sending that reaches further
    const bind = { push_ids: [sent.body.push_id] };
    const rebound = await call("PUT", `/sched/onesend/${sent.body.sched_id}/pushes`, bind);
    expect(rebound.status).toBe(200);
    expect(await appsOf(sent)).toEqual([own]);
    const wide = await send();
    const path = `/sched/onesend/${wide.body.sched_id}/pushes`;
    expect((await limited("PUT", path, bind)).status).toBe(404);
  });

  test("leaves out an app that is made after the pushes were bound", async () => {
    const { account, apps, send } = await instantWorld();
    const sent = await send();
    await newPushingApp(account);
    expect(await appsOf(sent)).toEqual(apps);
  });
});

describe("invalid filters", () => {
  let world: InstantWorld;
  beforeAll(async () => {
    world = await instantWorld();
  });

  test.each([
    [{ all_countries: true, countries_include: ["DE"] }, "filters.countries_include"],
    [{ all_apps: true, app_ids_include: [1] }, "filters.app_ids_include"],
    [{ all_languages: true, languages_include: ["de"] }, "filters.languages_include"],
    [{ all_audiences: true, audiences_include: ["vip"] }, "filters.audiences_include"],
    [{ all_languages: true, languages_include: [] }, "filters.languages_include"],
    [{ all_apps: true, app_ids_include: [] }, "filters.app_ids_include"],
    [{ all_events: true, event_include: "" }, "filters.event_include"],
    [{ countries_include: ["XX"] }, "filters.countries_include"],
    [{ countries_exclude: ["EU"] }, "filters.countries_exclude"],
    [
      { languages_include: ["de", "pt-BR"], languages_exclude: ["pt"] },
      "filters.languages_exclude",
    ],
    [{ countries_include: ["DE"], countries_exclude: ["de"] }, "filters.countries_exclude"],
    [{ app_ids_include: [1, 2], app_ids_exclude: [2] }, "filters.app_ids_exclude"],
    [{ languages_include: ["de"], languages_exclude: ["DE"] }, "filters.languages_exclude"],
    [{ audiences_include: ["a"], audiences_exclude: ["a", "b"] }, "filters.audiences_exclude"],
    [{ event_include: "a", event_exclude: ["a"] }, "filters.event_exclude"],
    [{ app_ids_include: [] }, "filters.app_ids_include"],
    [{ countries_include: [] }, "filters.countries_include"],
    [{ languages_include: [] }, "filters.languages_include"],
    [{ audiences_include: [] }, "filters.audiences_include"],
    [{ event_include: [] }, "filters.event_include"],
    [{ all_countries: false }, "filters.countries_include"],
    [{ all_apps: false, app_ids_include: null }, "filters.app_ids_include"],
    [{ all_planets: true }, "filters.all_planets"],
    [{ countries: ["DE"] }, "filters.countries"],
    [{ app_groups_include: [1] }, "filters.app_groups_include"],
    [{ app_ids_include: ["1"] }, "filters.app_ids_include"],
    [{ app_ids_include: [1.5] }, "filters.app_ids_include"],
    [{ countries_include: ["DEU"] }, "filters.countries_include"],
    [{ languages_include: ["x"] }, "filters.languages_include"],
    [{ audiences_include: [""] }, "filters.audiences_include"],
    [{ all_apps: "yes" }, "filters.all_apps"],
    ["all", "filters"],
    [null, "filters"],
    [[], "filters"],
  ])("such as %j answer 400, naming %s", async (filters, field) => {
    const refused = await world.call("POST", "/send/instant", {
      name: "Spring",
      filters,
      push: PUSH,
    });
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({
      error: expect.stringMatching(/^validation error: /),
      req_id: refused.headers.get("x-request-id"),
    });
    expect(refused.body.error).toContain(field);
  });
});
