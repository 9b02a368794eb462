// The instant-send API against its contract (docs/contracts.md, Instant-send 1 to 5): a test for each thing it says, by
// its sections. What surrounds it (filters, later sendings, devices) is tested in test/src/api/instant.
import { beforeAll, describe, expect, test } from "vitest";
import {
  callAs,
  INSTANT,
  instantWorld,
  MINUTE,
  notificationsOf,
  PUSH,
  reachedBy,
  reachedDevice,
  subscriberOf,
  type InstantWorld,
} from "../support/instant.ts";
import { useInternet } from "../support/receiver.ts";
import { api, rows, type Reply } from "../support/worker.ts";
import { newKey } from "../support/scenario.ts";

// pushes go nowhere
useInternet();

const MISSING = 999_999_999;
const INSTANT_SEND = { name: "Name of scheduler", filters: {}, push: PUSH };

let world: InstantWorld;
beforeAll(async () => {
  world = await instantWorld(2);
});

describe("Instant-send 1. Authorization", () => {
  test("accepts the API key in the header Authorization: Bearer and by no other scheme", async () => {
    const made = await api("POST", `${INSTANT}/send/instant`, {
      headers: { authorization: `Bearer ${world.account.key}` },
      json: INSTANT_SEND,
    });
    expect(made.status).toBe(201);
    for (const scheme of ["Basic", "Token", ""]) {
      const headers = { authorization: `${scheme} ${world.account.key}`.trim() };
      const refused = await api("POST", `${INSTANT}/send/instant`, { headers, json: INSTANT_SEND });
      expect(refused.status).toBe(401);
    }
  });
});

describe("Instant-send 2. Send push instantly", () => {
  test("is called by POST /api/b/v2/send/instant", async () => {
    const path = "/api/b/v2/send/instant";
    const made = await api("POST", path, { token: world.account.key, json: INSTANT_SEND });
    expect(made.status).toBe(201);
  });

  test("targets only the devices chosen by the filters", async () => {
    const device = await reachedDevice(world.apps[0]!, { country: "PT" });
    await reachedDevice(world.apps[0]!, { country: "GB" });
    const sent = await world.send({ countries_include: ["PT"] });
    const [made] = await notificationsOf(sent.body.sched_id);
    expect(await reachedBy(made)).toEqual([(await subscriberOf(device)).id]);
  });

  test("creates a one-time sending that is due 2 minutes after the request", async () => {
    const before = Date.now();
    const { sched_id } = (await world.send()).body;
    const after = Date.now();
    const [send] = await rows("SELECT * FROM campaigns WHERE id = ?", sched_id);
    const due = [
      send.due_at,
      ...(await notificationsOf(sched_id)).map((made) => made.scheduled_at),
    ];
    expect(due).toHaveLength(3);
    for (const at of due) {
      expect(at).toBeGreaterThanOrEqual(before + 2 * MINUTE);
      expect(at).toBeLessThanOrEqual(after + 2 * MINUTE);
    }
  });

  test("creates a push with translations and attaches it to the new one-time sending", async () => {
    const [first, second] = [(await world.send()).body, (await world.send()).body];
    expect(second.sched_id).not.toBe(first.sched_id);
    expect(second.push_id).not.toBe(first.push_id);
    const [send] = await rows("SELECT template_ids FROM campaigns WHERE id = ?", first.sched_id);
    expect(JSON.parse(send.template_ids)).toEqual([first.push_id]);
    const kept = await rows(
      "SELECT id, language, title FROM template_translations WHERE template_id = ? ORDER BY id",
      first.push_id,
    );
    expect(kept).toEqual([
      { ...first.translations[0], title: "Hello" },
      { ...first.translations[1], title: "Olá" },
    ]);
    for (const { content } of await notificationsOf(first.sched_id)) {
      expect(content.title).toBe("Hello");
      expect(content.translations.pt.title).toBe("Olá");
    }
  });
});

describe("Instant-send 3. Request", () => {
  const post = async (json: unknown) => world.call("POST", "/send/instant", json);

  test.each([
    ["name", undefined],
    ["name", null],
    ["name", ""],
    ["name", 5],
    ["filters", undefined],
    ["filters", null],
    ["filters", "all"],
    ["filters", []],
    ["push", undefined],
    ["push", null],
    ["push", 12],
    ["push", {}],
  ])("answers 400 when %s, which is required, is %j", async (field, value) => {
    const refused = await post({ ...INSTANT_SEND, [field]: value });
    expectError(refused, 400);
    expect(refused.body.error).toContain(field);
  });

  test("gives the sending its name", async () => {
    const { sched_id } = (await post({ ...INSTANT_SEND, name: "Ünïque 💥" })).body;
    const [send] = await rows("SELECT name FROM campaigns WHERE id = ?", sched_id);
    expect(send.name).toBe("Ünïque 💥");
  });

  test("accepts every filter of the one-time sending", async () => {
    const [app, other] = world.apps;
    const filters = {
      all_apps: false,
      app_ids_include: [app],
      app_ids_exclude: [other],
      app_groups_include: null,
      app_groups_exclude: null,
      all_countries: false,
      countries_include: ["PT", "GB"],
      countries_exclude: [],
      all_languages: true,
      languages_include: null,
      languages_exclude: ["pt"],
      all_audiences: false,
      audiences_include: ["a1"],
      audiences_exclude: ["a3"],
      event_include: "install",
      event_exclude: "reg",
    };
    const sent = await post({ ...INSTANT_SEND, filters });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    const [made, ...others] = await notificationsOf(sent.body.sched_id);
    expect(others).toEqual([]);
    expect(made.app_id).toBe(app);
    expect(made.targeting).toEqual({
      type: "all_of",
      of: [
        { type: "countries", countries: ["PT", "GB"] },
        { type: "not", of: [{ type: "languages", languages: ["pt"] }] },
        { type: "tags", tags: ["audiences:a1"], match: "any" },
        { type: "not", of: [{ type: "tags", tags: ["audiences:a3"], match: "any" }] },
        { type: "events", events: ["install"] },
        { type: "not", of: [{ type: "events", events: ["reg"] }] },
      ],
    });
  });

  test("accepts a push with translations, images and links", async () => {
    const translations = [
      {
        language: "en",
        title: "Title",
        text: "Text",
        image: "https://e.com/i.png",
        icon: "https://e.com/icon.png",
        link: "https://e.com/",
      },
      { language: "pt", title: "Título", text: "Texto" },
    ];
    const sent = await post({ ...INSTANT_SEND, push: { default_lang: "en", translations } });
    expect(sent.status).toBe(201);
    const [{ content }] = await notificationsOf(sent.body.sched_id);
    expect(content).toMatchObject({
      title: "Title",
      body: "Text",
      image: "https://e.com/i.png",
      icon: "https://e.com/icon.png",
      url: "https://e.com/",
      translations: {
        pt: {
          title: "Título",
          body: "Texto",
          url: null,
        },
      },
    });
  });
});

describe("Instant-send 4. Response", () => {
  test("answers 201 with the integers sched_id and push_id, and the translations", async () => {
    const { status, headers, body } = await world.send();
    expect(status).toBe(201);
    expect(headers.get("content-type")).toContain("application/json");
    expect(Object.keys(body).toSorted()).toEqual(["push_id", "sched_id", "translations"]);
    expect(Number.isInteger(body.sched_id)).toBe(true);
    expect(Number.isInteger(body.push_id)).toBe(true);
    expect(body.translations).toEqual([
      { id: expect.any(Number), language: "en" },
      { id: expect.any(Number), language: "pt" },
    ]);
  });

  test("a 201 leaves no way to cancel the sending by this API", async () => {
    const { sched_id } = (await world.send()).body;
    for (const method of ["DELETE", "POST"]) {
      expectError(await world.call(method, `/sched/onesend/${sched_id}/cancel`), 404);
      // It can be followed, and nothing else.
      const refused = await world.call(method, `/sched/onesend/${sched_id}`);
      expectError(refused, 405);
      expect(refused.headers.get("allow")).toBe("GET, HEAD");
    }
    for (const path of ["/send/instant", `/sched/onesend/${sched_id}/pushes`]) {
      expectError(await world.call("DELETE", path), 405);
    }
    const none = { push_ids: [] };
    expectError(await world.call("PUT", `/sched/onesend/${sched_id}/pushes`, none), 400);
    const made = await notificationsOf(sched_id);
    expect(made.map(({ status }) => status)).toEqual(["scheduled", "scheduled"]);
  });

  test("a 201 leaves notifications that API v1 can cancel like any other", async () => {
    const { sched_id } = (await world.send()).body;
    const token = world.account.key;
    for (const { id } of await notificationsOf(sched_id)) {
      expect((await api("DELETE", `/api/v1/notifications/${id}`, { token })).status).toBe(200);
    }
    const made = await notificationsOf(sched_id);
    expect(made.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });
});

describe("Instant-send 5. Error handling", () => {
  const bind = async (call: InstantWorld["call"], id: number, push_ids: number[] = []) =>
    call("PUT", `/sched/onesend/${id}/pushes`, { push_ids });

  test("a success may be another 2xx code than 201, such as 200", async () => {
    const { sched_id, push_id } = (await world.send()).body;
    expect((await bind(world.call, sched_id, [push_id])).status).toBe(200);
  });

  test("a request with invalid data answers 400", async () => {
    expectError(await world.call("POST", "/send/instant", {}), 400);
    const token = world.account.key;
    expectError(await api("POST", `${INSTANT}/send/instant`, { token, body: "{" }), 400);
  });

  test("an API token that is invalid or missing answers 401", async () => {
    for (const token of ["nonsense", `sw_live_${"A".repeat(43)}`]) {
      expectError(await callAs(token)("POST", "/send/instant", INSTANT_SEND), 401);
    }
    expectError(await api("POST", `${INSTANT}/send/instant`, { json: INSTANT_SEND }), 401);
  });

  test("a key without the operation's scope answers 403", async () => {
    const reader = callAs(await newKey(world.account.id, { scopes: ["push:read"] }));
    expectError(await reader("POST", "/send/instant", INSTANT_SEND), 403);
    expectError(await bind(reader, MISSING), 403);
    const writer = callAs(await newKey(world.account.id, { scopes: ["push:write"] }));
    expectError(await writer("GET", "/apps"), 403);
  });

  test("a sched_id that does not exist, or is another account's, answers 404", async () => {
    expectError(await bind(world.call, MISSING), 404);
    const foreign = (await (await instantWorld()).send()).body.sched_id;
    const [missing, other] = [await bind(world.call, MISSING), await bind(world.call, foreign)];
    expect(other.body.error).toBe(missing.body.error);
    expectError(other, 404);
  });

  test("an error has the content-type application/json", async () => {
    const refused = await world.call("POST", "/send/instant", {});
    expect(refused.headers.get("content-type")).toMatch(/^application\/json\b/);
  });

  test('an error has the form {"error": "validation error: ...", "req_id": "<string>"}', async () => {
    const refused = await world.call("POST", "/send/instant", {});
    expect(refused.body).toEqual({
      error: expect.stringMatching(/^validation error: ./),
      req_id: expect.any(String),
    });
  });

  test("an error has a req_id of its own, which is also in a header", async () => {
    const [first, second] = [
      await world.call("POST", "/send/instant", {}),
      await world.call("POST", "/send/instant", {}),
    ];
    expect(first.body.req_id).toBe(first.headers.get("x-request-id"));
    expect(second.body.req_id).not.toBe(first.body.req_id);
  });
});

function expectError(answer: Reply, status: number): void {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(/^application\/json\b/);
  expect(answer.body).toEqual({ error: expect.any(String), req_id: expect.any(String) });
}
