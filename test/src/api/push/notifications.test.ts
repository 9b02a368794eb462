// Notifications in the push API: creating, estimating, listing and changing them. Sending them is in
// notification-sending.test.ts.
import { describe, expect, test } from "vitest";
import { addSubscribers, configure, type TestSubscriber } from "../../../support/notifications.ts";
import { EXAMPLE, TIME, WORDS } from "../../../support/push-example.ts";
import { api, rows } from "../../../support/worker.ts";
import { newNotifier, type Notifier } from "../../../support/scenario.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function subscribe({ account, app }: Notifier, subscribers: TestSubscriber[]) {
  return addSubscribers({ id: app.v1_id, accountId: account.id }, subscribers);
}
const tomorrow = () => `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 19)}Z`;

async function setStatus(id: string, status: string): Promise<void> {
  await rows("UPDATE notifications SET status = ? WHERE uuid = ?", status, id);
}

describe("creating a notification", () => {
  test("answers 201 as the contract shows, and starts sending at once", async () => {
    const { app, call, ended } = await newNotifier();
    const made = await call("POST", "", { ...EXAMPLE, send: true });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      data: {
        ...EXAMPLE,
        id: expect.stringMatching(UUID),
        v1_id: expect.any(Number),
        app_id: app.id,
        translations: null,
        ttl: 86_400,
        urgency: "normal",
        collapse_id: null,
        status: "sending",
        scheduled_at: null,
        scheduled_local: null,
        sent_at: null,
        failure_reason: null,
        stats: {
          total_count: 0,
          total_batches: 0,
          completed_batches: 0,
          sent_count: 0,
          failed_count: 0,
          delivered_count: 0,
          clicked_count: 0,
        },
        created_at: expect.stringMatching(TIME),
        updated_at: expect.stringMatching(TIME),
      },
    });
    const { id } = made.body.data;
    expect(await ended(id)).toMatchObject({
      status: "sent",
      sent_at: expect.stringMatching(TIME),
    });
  });

  test("makes a draft for everybody when neither send nor a schedule is given", async () => {
    const { make } = await newNotifier();
    for (const targeting of [undefined, null, { type: "all" }]) {
      const draft = await make({ targeting });
      expect(draft).toMatchObject({ status: "draft", targeting: { type: "all" }, actions: [] });
    }
    expect((await make({ send: false })).status).toBe("draft");
  });

  test("schedules it for an instant or for a local time", async () => {
    const { make } = await newNotifier();
    const scheduled_at = tomorrow();
    expect(await make({ scheduled_at })).toMatchObject({ status: "scheduled", scheduled_at });
    const scheduled_local = scheduled_at.slice(0, 16);
    expect(await make({ scheduled_local })).toMatchObject({
      status: "scheduled",
      scheduled_local,
      scheduled_at: `${scheduled_local}:00Z`,
    });
  });

  test.each([
    [{ title: undefined }, "title"],
    [{ body: "" }, "body"],
    [{ url: "javascript:alert(1)" }, "url"],
    [{ targeting: {} }, "targeting.type"],
    [{ targeting: { type: "segments" } }, "targeting.type"],
    [{ targeting: { type: "tags", tags: [] } }, "targeting.tags"],
    [{ targeting: { type: "all", tag: "x" } }, "targeting.tag"],
    [{ targetting: { type: "all" } }, "targetting"],
    [{ platform_overrides: { windows: {} } }, "platform_overrides.windows"],
    [{ platform_overrides: { ios: { badge: "one" } } }, "platform_overrides.ios.badge"],
    [{ data: { aps: {} } }, "data.aps"],
    [{ ttl: 2_419_201 }, "ttl"],
    [{ urgency: "now" }, "urgency"],
    [{ collapse_id: "" }, "collapse_id"],
    [{ scheduled_at: "2024-01-15T10:00:00Z" }, "scheduled_at"],
    [{ scheduled_at: "2999-01-15T10:00:00Z" }, "scheduled_at"],
    [{ scheduled_at: "x" }, "scheduled_at"],
    [{ scheduled_local: "2024-01-15T10:00" }, "scheduled_local"],
    [{ scheduled_at: tomorrow(), send: true }, "send"],
    [{ scheduled_at: tomorrow(), scheduled_local: "2999-01-01T00:00" }, "scheduled_local"],
  ])("answers 422 for %j, naming %s", async (fields, field) => {
    const { call } = await newNotifier();
    for (const also of [{}, { dry_run: true }]) {
      const refused = await call("POST", "", { ...WORDS, ...fields, ...also });
      expect(refused.status).toBe(422);
      expect(refused.body).toEqual({
        error: "Validation failed",
        details: { [field]: [expect.any(String)] },
      });
    }
    expect((await call("GET", "")).body.data).toEqual([]);
  });

  test.each([
    [
      "android",
      { icn: "x" },
      "icn",
      /^is not a known field: the known ones are title, body, .*ok$/,
    ],
    ["ios", { aps: {} }, "aps", /^is not a known field: the known ones are title, subtitle, /],
    ["android", { image: "http://a.example" }, "image", /^must be an https URL$/],
    ["android", { notification_count: 1.5 }, "notification_count", /^must be an integer$/],
    ["ios", { badge: 1.5 }, "badge", /^must be an integer$/],
    ["ios", { mutable_content: 5 }, "mutable_content", /^must be true, false, 1 or 0$/],
    ["ios", { sound: { file: "x" } }, "sound", /^must be a file's name, or an object with name, /],
  ])(
    "says what may be in the overrides of %s in place of %j",
    async (platform, json, field, says) => {
      const { call } = await newNotifier();
      const refused = await call("POST", "", {
        ...WORDS,
        platform_overrides: { [platform]: json },
      });
      expect(refused.body.details).toEqual({
        [`platform_overrides.${platform}.${field}`]: [expect.stringMatching(says)],
      });
    },
  );

  test("checks the payload's size for each of the app's providers, in every language", async () => {
    const world = await newNotifier();
    const { account, app, call } = world;
    const translations = { de: { title: "x", body: "ü".repeat(2100) } };
    const first = await call("POST", "", { ...WORDS, translations });
    expect(first.status).toBe(422);
    expect(first.body.details.payload).toEqual([
      expect.stringMatching(/3993 bytes for webpush, but is \d{4}/),
    ]);
    await configure(account, app.v1_id, "fcm");
    const both = await call("POST", "", { ...WORDS, translations });
    expect(both.body.details.payload).toHaveLength(2);
    expect(both.body.details.payload.join()).toMatch(/4096 bytes for fcm/);
  });

  test("makes only drafts when the app has no push credential", async () => {
    const { app, call, make } = await newNotifier();
    await rows("DELETE FROM push_credentials WHERE app_id = ?", app.v1_id);
    const draft = await make();
    const wanted: [string, string, unknown][] = [
      ["POST", "", { ...WORDS, send: true }],
      ["POST", "", { ...WORDS, send: true, dry_run: true }],
      ["POST", "", { ...WORDS, scheduled_at: tomorrow() }],
      ["POST", `/${draft.id}/send`, undefined],
      ["PATCH", `/${draft.id}`, { scheduled_at: tomorrow() }],
    ];
    for (const [method, path, json] of wanted) {
      const refused = await call(method, path, json);
      expect(refused.status).toBe(400);
      expect(refused.body).toEqual({
        error: "Push notifications are not configured for this app.",
      });
    }
  });

  test("makes one for a repeated Idempotency-Key, and refuses another body with it", async () => {
    const { account, app, call } = await newNotifier();
    const again = async (title: string) =>
      api("POST", `/api/v1/push/apps/${app.id}/notifications`, {
        token: account.key,
        json: { ...WORDS, title },
        headers: { "idempotency-key": "once" },
      });
    const [first, second, other] = [await again("a"), await again("a"), await again("b")];
    expect(second.body).toEqual(first.body);
    expect(second.status).toBe(201);
    expect(other.status).toBe(409);
    expect((await call("GET", "")).body.data).toHaveLength(1);
  });
});

describe("estimating an audience", () => {
  const AUDIENCE: TestSubscriber[] = [
    { platform: "web", tags: ["beta"], language: "de-AT" },
    { platform: "web", tags: ["beta", "vip"] },
    { platform: "ios", tags: ["vip"], country: "DE" },
    { platform: "android", user_id: "user-1" },
    { platform: "android", tags: ["beta"], status: "inactive" },
  ];

  test.each([
    [undefined, { web: 2, ios: 1, android: 1 }],
    [
      { type: "tags", tags: ["beta"] },
      { web: 2, ios: 0, android: 0 },
    ],
    [
      { type: "tags", tags: ["beta", "vip"], match: "all" },
      { web: 1, ios: 0, android: 0 },
    ],
    [
      { type: "user_ids", ids: ["user-1"] },
      { web: 0, ios: 0, android: 1 },
    ],
    [
      { type: "platform", platforms: ["ios", "android"] },
      { web: 0, ios: 1, android: 1 },
    ],
    [
      { type: "languages", languages: ["de"] },
      { web: 1, ios: 0, android: 0 },
    ],
    [
      { type: "not", of: [{ type: "countries", countries: ["DE"] }] },
      { web: 2, ios: 0, android: 1 },
    ],
  ])(
    "counts the targeting %j by platform, by estimate and by dry_run alike",
    async (targeting, byPlatform) => {
      const world = await newNotifier();
      await subscribe(world, AUDIENCE);
      const size = {
        total_count: byPlatform.web + byPlatform.ios + byPlatform.android,
        by_platform: byPlatform,
      };
      const estimate = await world.call("POST", "/estimate", { targeting });
      expect(estimate.status).toBe(200);
      expect(estimate.body).toEqual({ data: size });
      const dry = await world.call("POST", "", { ...WORDS, targeting, send: true, dry_run: true });
      expect(dry.status).toBe(200);
      expect(dry.body).toEqual({
        data: {
          dry_run: true,
          ...size,
          payload_sizes: [{ provider: "webpush", bytes: expect.any(Number), limit: 3993 }],
        },
      });
      expect((await world.call("GET", "")).body.data).toEqual([]);
    },
  );

  test.each([{ targeting: {} }, { target: { type: "all" } }, { targeting: "all" }, []])(
    "answers 422 for %j",
    async (body) => {
      const { call } = await newNotifier();
      expect((await call("POST", "/estimate", body)).status).toBe(422);
    },
  );
});

describe("data and overrides", () => {
  test.each(["", "/dry"])(
    "that fit no message are refused with provider, size and limit%s",
    async (dry) => {
      const { app, call, make } = await newNotifier();
      const { id } = await make();
      const data = { text: "x".repeat(5000) };
      const more = dry === "" ? {} : { dry_run: true };
      for (const [method, path] of [
        ["POST", ""],
        ["PATCH", `/${id}`],
      ] as const) {
        const refused = await call(method, path, { ...WORDS, data, ...(path === "" ? more : {}) });
        expect(refused.status).toBe(422);
        expect(refused.body.details).toEqual({
          data: ["must not be greater than 4096 bytes of JSON, but is 5011"],
          payload: [
            expect.stringMatching(
              /^must not be greater than 3993 bytes for webpush, but is \d{4}$/,
            ),
          ],
        });
      }
      const large = await call("POST", "", { ...WORDS, data: { text: "x".repeat(300_000) } });
      expect(large.body.details.payload[0]).toMatch(/3993 bytes for webpush, but is 30\d{4}$/);
      const android = { text: "x".repeat(5000) };
      const override = await call("POST", "", { ...WORDS, platform_overrides: { android } });
      expect(override.body.details).toEqual({
        "platform_overrides.android": ["must not be greater than 4096 bytes of JSON, but is 5011"],
      });
      const kept = await rows("SELECT content FROM notifications WHERE app_id = ?", app.v1_id);
      expect(kept).toHaveLength(1);
      expect(kept[0].content).not.toContain("xxx");
    },
  );

  test("are refused for a lone surrogate in any text or name, however deep", async () => {
    const { call } = await newNotifier();
    const refused = await call("POST", "", {
      ...WORDS,
      data: { a: [{ b: "x\ud800" }], "\udfff": 1 },
      platform_overrides: { web: { c: "\udc00\ud800" } },
    });
    expect(refused.status).toBe(422);
    expect(refused.body.details).toEqual({
      "data.a.0.b": ["must not hold a lone surrogate"],
      "data.\udfff": ["must not have a lone surrogate in its name"],
      "platform_overrides.web.c": ["must not hold a lone surrogate"],
    });
    const whole = await call("POST", "", { ...WORDS, data: { "💥": "\ud83d\udca5" } });
    expect(whole.status).toBe(201);
  });
});

describe("listing notifications", () => {
  test("answers newest first, by limit and offset, filtered by status", async () => {
    const { call, make } = await newNotifier();
    const statuses = ["draft", "scheduled", "sending", "finalizing", "sent", "failed", "cancelled"];
    const ids: string[] = [];
    for (const status of statuses) {
      const { id } = await make();
      ids.unshift(id);
      await setStatus(id, status);
    }
    const listed = async (query: string) => {
      const answer = await call("GET", query);
      expect(answer.status).toBe(200);
      expect(Object.keys(answer.body)).toEqual(["data", "meta"]);
      return answer.body.data.map((one: { id: string }) => one.id);
    };
    expect(await listed("")).toEqual(ids);
    expect(await listed("?limit=2&offset=1")).toEqual(ids.slice(1, 3));
    expect(await listed("?limit=100")).toEqual(ids);
    expect(await listed("?offset=7")).toEqual([]);
    for (const [at, status] of statuses.toReversed().entries()) {
      expect(await listed(`?status=${status}`)).toEqual([ids[at]]);
    }
  });

  test.each([
    "status=pending",
    "status=",
    "limit=0",
    "limit=101",
    "limit=9999999999",
    "limit=x",
    "limit=-1",
    "offset=-1",
    "offset=x",
  ])("answers 422 for ?%s", async (query) => {
    const { call } = await newNotifier();
    const refused = await call("GET", `?${query}`);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.details)).toEqual([query.split("=")[0]]);
  });
});

describe("changing a notification", () => {
  test("changes the fields given, schedules it by a time, and makes it a draft again by null", async () => {
    const { call, make } = await newNotifier();
    const draft = await make(EXAMPLE);
    const scheduled_at = tomorrow();
    const changed = await call("PATCH", `/${draft.id}`, { title: "Bye", url: null, scheduled_at });
    expect(changed.status).toBe(200);
    expect(changed.body.data).toEqual({
      ...draft,
      title: "Bye",
      url: null,
      status: "scheduled",
      scheduled_at,
      updated_at: expect.stringMatching(TIME),
    });
    const shown = await call("GET", `/${draft.id}`);
    expect(shown.body).toEqual(changed.body);
    const back = await call("PATCH", `/${draft.id}`, { scheduled_at: null });
    expect(back.body.data).toMatchObject({ status: "draft", scheduled_at: null, title: "Bye" });
  });

  test.each([
    { title: "" },
    { targeting: { type: "tags" } },
    { unknown: 1 },
    { send: true },
    [],
    "x",
  ])("answers 422 for %j and changes nothing", async (body) => {
    const { call, make } = await newNotifier();
    const draft = await make();
    expect((await call("PATCH", `/${draft.id}`, body)).status).toBe(422);
    expect((await call("GET", `/${draft.id}`)).body.data).toEqual(draft);
  });

  test.each(["sending", "finalizing", "sent", "failed", "cancelled"])(
    "answers 409 for one that is %s, whether it is changed or sent",
    async (status) => {
      const { call, make } = await newNotifier();
      const { id } = await make();
      await setStatus(id, status);
      for (const [method, path, json] of [
        ["PATCH", `/${id}`, { title: "x" }],
        ["POST", `/${id}/send`, undefined],
      ] as const) {
        const refused = await call(method, path, json);
        expect(refused.status).toBe(409);
        expect(Object.keys(refused.body)).toEqual(["error"]);
      }
    },
  );
});

test("changes made at once are each made or refused with 409, and one that was made remains", async () => {
  const { call, make } = await newNotifier();
  const { id } = await make();
  const answers = await Promise.all(
    Array.from({ length: 12 }, async (_, n) =>
      call("PATCH", `/${id}`, { translations: null, data: { [`n${n}`]: n }, title: `T${n}` }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
  expect(statuses).toContain(200);
  const refused = answers.find(({ status }) => status === 409);
  expect(refused?.body ?? { error: expect.any(String) }).toEqual({
    error: expect.stringContaining("try again"),
  });
  const shown = (await call("GET", `/${id}`)).body.data;
  const made = answers.filter(({ status }) => status === 200).map(({ body }) => body.data.title);
  expect(made).toContain(shown.title);
});

test("targeting of more than 65,536 bytes of JSON is refused", async () => {
  const { call, make } = await newNotifier();
  const ids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());
  const targeting = { type: "user_ids", ids: ids(1600) };
  expect((await make({ targeting })).targeting).toEqual(targeting);
  const refused = await call("POST", "", {
    ...WORDS,
    targeting: { type: "user_ids", ids: ids(1700) },
  });
  expect(refused.status).toBe(422);
  expect(refused.body.details).toEqual({
    targeting: ["must not be greater than 65536 bytes of JSON"],
  });
});
