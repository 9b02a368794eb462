// Whom a user id names, however it is written, and that an erasure ends: whatever was typed into drafts, wherever it is
// interrupted, and whoever comes back meanwhile.
import { expect, test } from "vitest";
import { NOTHING_TYPED } from "../../../../src/domain/composing/draft-fields.ts";
import { recoverErasures } from "../../../../src/domain/one-person/go-on-erasing.ts";
import { testContext } from "../../../support/context.ts";
import { newDevice as newInstallation } from "../../../support/instant.ts";
import { androidSubscriber, PUSH, register } from "../../../support/push.ts";
import { newApp, newPushOwner } from "../../../support/scenario.ts";
import { addSubscriber, addSubscribers } from "../../../support/subscribers.ts";
import { api, eventually, rows } from "../../../support/worker.ts";

const named = (...ids: string[]) => ({ type: "user_ids", ids });
const DAY_MS = 86_400_000;

async function newOwner() {
  const { account, app } = await newPushOwner();
  const below = `${PUSH}/apps/${app.id}`;
  const token = account.key;
  return {
    account,
    app,
    call: async (method: string, user: string) =>
      api(method, `${below}/users/${encodeURIComponent(user)}`, { token }),
    make: async (path: string, json: object) => {
      const { status, body } = await api("POST", `${below}${path}`, { token, json });
      expect(status, JSON.stringify(body)).toBe(201);
      return body.data.id as string;
    },
    audiences: async () => {
      const all = await rows(
        "SELECT targeting FROM notifications WHERE app_id = ? ORDER BY id",
        app.v1_id,
      );
      return all.map(({ targeting }) => JSON.parse(targeting));
    },
    settled: async () =>
      eventually(async () => {
        const open = await rows("SELECT 1 FROM erasures WHERE app_id = ?", app.v1_id);
        return open.length === 0;
      }),
  };
}

type Owner = Awaited<ReturnType<typeof newOwner>>;

async function addDraft({ account, app }: Owner, title: string, fields: object): Promise<void> {
  await rows(
    `INSERT INTO drafts (uuid, account_id, app_id, fields, version, created_by, updated_by, created_at, updated_at)
     VALUES (?, ?, ?, ?, 1, 'x', 'x', 1, ?)`,
    crypto.randomUUID(),
    account.id,
    app.v1_id,
    JSON.stringify({ ...NOTHING_TYPED, title, ...fields }),
    Date.now(),
  );
}

const draftsOf = async ({ app }: Owner) =>
  rows("SELECT fields, version FROM drafts WHERE app_id = ? ORDER BY id", app.v1_id);

/** Goes on with what there is of an app's erasures, at `now`. */
async function goOn(now = Date.now()): Promise<void> {
  const { ctx, settled } = testContext(() => now);
  await recoverErasures(ctx);
  await settled();
}

test.each([
  ["a number", "42"],
  ["what would be a step in a path", "../../x"],
  ["percent signs", "100%25%"],
  ["a query", "a?b&c=d+e;f"],
  ["quotes and brackets", `"]},{'\\`],
  ["what SQL takes for any text", "%_%"],
  ["another script", "Zoë 日本 👩‍👩‍👧"],
  ["as many characters as may be", "🙂".repeat(255)],
  ["a name that objects have", "__proto__"],
  ["a word of JSON", "null"],
])("a user id with %s names its person alone", async (_, user) => {
  const owner = await newOwner();
  const others = [`${user.slice(0, 100)}x`, "other"];
  await addSubscribers(owner.account.id, owner.app.v1_id, 2, { user });
  for (const other of others)
    await addSubscriber(owner.account.id, owner.app.v1_id, { user: other });
  await owner.make("/segments", { name: "Both", targeting: named(user, "other") });
  const shown = await owner.call("GET", user);
  expect(shown.status).toBe(200);
  expect(shown.body.data).toMatchObject({
    user_id: user,
    devices: { total_count: 2 },
    named_in: [{ kind: "segment", name: "Both" }],
  });
  expect((await owner.call("DELETE", user)).status).toBe(200);
  expect((await owner.call("GET", user)).status).toBe(404);
  await owner.settled();
  const left = await rows("SELECT user_id FROM subscribers WHERE app_id = ?", owner.app.v1_id);
  expect(new Set(left.map(({ user_id: id }) => id))).toEqual(new Set(others));
  const [segment] = await rows("SELECT targeting FROM segments WHERE app_id = ?", owner.app.v1_id);
  expect(JSON.parse(segment.targeting).ids).toEqual([expect.stringMatching(/^erased-/), "other"]);
});

test("case tells people apart, and so does the app", async () => {
  const owner = await newOwner();
  const other = await newApp(owner.account.key);
  await addSubscriber(owner.account.id, owner.app.v1_id, { user: "Ann" });
  await addSubscriber(owner.account.id, other.id, { user: "Ann" });
  expect((await owner.call("DELETE", "ann")).status).toBe(404);
  expect((await owner.call("DELETE", "Ann")).status).toBe(200);
  const left = await rows(
    "SELECT app_id FROM subscribers WHERE user_id = 'Ann' AND account_id = ?",
    owner.account.id,
  );
  expect(left).toEqual([{ app_id: other.id }]);
});

test("a user id that is part of others, of tags and of names is found in audiences alone", async () => {
  const owner = await newOwner();
  await addSubscriber(owner.account.id, owner.app.v1_id, { user: "7" });
  const not = { type: "any_of", of: [named("77", "17"), { type: "tags", tags: ["7"] }] };
  await owner.make("/segments", { name: "Segment 7", targeting: not });
  await owner.make("/segments", { name: "Named", targeting: { type: "not", of: [named(" 7 ")] } });
  const words = { title: "7", body: "7" };
  await owner.make("/notifications", { ...words, targeting: not });
  await addDraft(owner, "7", { targeting: { ...not, of: [not] } });
  await addDraft(owner, "Typed for 7", {
    audience: [
      ["targeting.0.field", "tags"],
      ["targeting.0.values", "7"],
    ],
  });
  await addDraft(owner, "Typed", {
    audience: [
      ["targeting.0.field", "user_ids"],
      ["targeting.0.values", `"a, 7", 77, 7`],
    ],
  });
  const { named_in: namedIn } = (await owner.call("GET", "7")).body.data;
  expect(namedIn.map(({ name }: { name: string }) => name)).toEqual(["Named", "Typed"]);
  expect((await owner.call("DELETE", "7")).status).toBe(200);
  await owner.settled();
  expect(await owner.audiences()).toEqual([
    { ...not, of: [not.of[0], { ...not.of[1], match: "any" }] },
  ]);
  const typed = (await draftsOf(owner)).map(
    ({ fields }) => JSON.parse(fields).audience.at(-1)?.[1],
  );
  expect(typed).toEqual([undefined, "7", expect.stringMatching(/^"a, 7", 77, erased-/)]);
});

test("what nobody finished in a draft holds no erasure up", async () => {
  const owner = await newOwner();
  await addSubscriber(owner.account.id, owner.app.v1_id, { user: "ann" });
  const json = '{"type": "user_ids", "ids": ["ann", "bob"]';
  const of = [["targeting.json", json]];
  await addDraft(owner, "Text", { targeting: json, audience: of });
  await addDraft(owner, "No list", { targeting: { type: "user_ids", ids: "ann" } });
  await addDraft(owner, "No parts", { targeting: { type: "all_of", of: named("ann") } });
  await addDraft(owner, "JSON", {
    targeting: named("ann", "bob"),
    audience: [["targeting.json", `${json}}`]],
  });
  await owner.make("/notifications", { title: "T", body: "B", targeting: named("ann", "bob") });
  expect((await owner.call("DELETE", "ann")).status).toBe(200);
  await owner.settled();
  const drafts = await draftsOf(owner);
  const [text, , , whole] = drafts.map(({ fields }) => JSON.parse(fields));
  expect(text.audience[0][1]).toMatch(/^\{"type": "user_ids", "ids": \["erased-[^"]+", "bob"\]$/);
  expect(whole.targeting.ids).toEqual([expect.stringMatching(/^erased-/), "bob"]);
  expect(JSON.parse(whole.audience[0][1])).toEqual(whole.targeting);
  // Whoever has one open can't save over it.
  expect(drafts.map(({ version }) => version)).toEqual([2, 1, 1, 2]);
  expect((await owner.audiences())[0].ids).toEqual([expect.stringMatching(/^erased-/), "bob"]);
});

test("an erasure goes on where it was interrupted", async () => {
  const owner = await newOwner();
  await addSubscriber(owner.account.id, owner.app.v1_id, { user: "ann" });
  const scheduled = {
    title: "Later",
    body: "B",
    scheduled_at: new Date(Date.now() + DAY_MS).toISOString(),
  };
  expect((await owner.call("DELETE", "ann")).status).toBe(200);
  await owner.settled();
  // The same again, with a notification whose run can't be reached.
  await addSubscriber(owner.account.id, owner.app.v1_id, { user: "ann" });
  await owner.make("/notifications", { ...scheduled, targeting: named("ann") });
  await rows(
    `INSERT INTO erasures (uuid, app_id, user_id, alias, devices, subscriptions, last_subscriber, stage, due_at, created_at)
     VALUES (?, ?, 'ann', 'erased-x', '[]', '[]', 0, 'documents', 1, ?)`,
    crypto.randomUUID(),
    owner.app.v1_id,
    Date.now(),
  );
  const { ctx } = testContext();
  const clear = () => Promise.reject(new Error("killed"));
  await recoverErasures({
    ...ctx,
    notificationRun: (id) => ({ ...ctx.notificationRun(id), clear }),
  });
  const [open] = await rows(
    "SELECT stage, cursor, due_at FROM erasures WHERE app_id = ?",
    owner.app.v1_id,
  );
  expect(open).toMatchObject({ stage: "notifications", cursor: 0 });
  expect(open.due_at).toBeGreaterThan(Date.now());
  await goOn(open.due_at);
  await owner.settled();
  expect(await owner.audiences()).toEqual([]);
});

test("all of many notifications lose the user id, and those of after the erasure are somebody new's", async () => {
  const owner = await newOwner();
  await addSubscriber(owner.account.id, owner.app.v1_id, { user: "ann" });
  for (let at = 0; at < 20; at += 1) {
    await owner.make("/notifications", {
      title: `${at}`,
      body: "B",
      targeting: named("ann", "bob"),
    });
  }
  await owner.make("/notifications", { title: "Alone", body: "B", targeting: named("ann") });
  // Held back until somebody with the user id is there again.
  await rows(
    "UPDATE notifications SET created_at = created_at - 10 WHERE app_id = ?",
    owner.app.v1_id,
  );
  expect((await owner.call("DELETE", "ann")).status).toBe(200);
  await owner.settled();
  const audiences = await owner.audiences();
  expect(audiences).toHaveLength(20);
  expect(new Set(audiences.map(({ ids }) => ids[0].slice(0, 7)))).toEqual(new Set(["erased-"]));
  await rows(
    `INSERT INTO erasures (uuid, app_id, user_id, alias, devices, subscriptions, last_subscriber, stage, due_at, created_at)
     VALUES (?, ?, 'ann', 'erased-x', '[]', '[]', 0, 'notifications', 1, ?)`,
    crypto.randomUUID(),
    owner.app.v1_id,
    Date.now() - 1000,
  );
  await owner.make("/notifications", { title: "New", body: "B", targeting: named("ann") });
  await goOn();
  await owner.settled();
  expect((await owner.audiences()).at(-1)).toEqual(named("ann"));
});

test("what was delivered about somebody who came back stays", async () => {
  const owner = await newOwner();
  const hook = await owner.make("/webhooks", {
    url: "https://hooks.example.com",
    events: ["subscriber.created"],
  });
  const now = Date.now();
  for (const [at, user] of [
    [now - 1000, "ann"],
    [now + DAY_MS, "ann"],
  ] as const) {
    await rows(
      `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, created_at)
       SELECT ?, id, 'subscriber.created', ?, 'delivered', 1, ? FROM webhooks WHERE uuid = ?`,
      crypto.randomUUID(),
      JSON.stringify({ data: { id: crypto.randomUUID(), user_id: user } }),
      at,
      hook,
    );
  }
  await addSubscriber(owner.account.id, owner.app.v1_id, { user: "ann" });
  expect((await owner.call("DELETE", "ann")).status).toBe(200);
  await owner.settled();
  const left = await rows(
    "SELECT d.created_at AS at FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.uuid = ?",
    hook,
  );
  expect(left).toEqual([{ at: now + DAY_MS }]);
});

test("of more devices than one transaction deletes, what came since stays whole", async () => {
  const owner = await newOwner();
  const { v1_id: app } = owner.app;
  await addSubscribers(owner.account.id, app, 501, { user: "ann" });
  await rows(
    `INSERT INTO erasures (uuid, app_id, user_id, alias, devices, subscriptions, last_subscriber, stage, due_at, created_at)
     SELECT ?, ?, 'ann', 'erased-x', json_group_array(json_array(id, uuid)), '[]', max(id), 'documents', 1, ? FROM (
       SELECT id, uuid FROM subscribers WHERE app_id = ? ORDER BY id DESC LIMIT 500)`,
    crypto.randomUUID(),
    app,
    Date.now(),
    app,
  );
  await newInstallation(app, { ext_id: "ann" });
  await eventually(async () => {
    await goOn();
    return (await rows("SELECT 1 FROM erasures WHERE app_id = ?", app)).length === 0;
  });
  expect(await rows("SELECT ext_id FROM installations WHERE app_id = ?", app)).toEqual([
    { ext_id: "ann" },
  ]);
  expect(await rows("SELECT 1 FROM subscribers WHERE app_id = ?", app)).toEqual([]);
});

test("registering at the same time leaves counts and tags that are true, and each deletion one entry", async () => {
  const owner = await newOwner();
  const { v1_id: app } = owner.app;
  await addSubscribers(owner.account.id, app, 600, { user: "ann", tags: ["vip"] });
  const answers = await Promise.all([
    owner.call("DELETE", "ann"),
    ...[0, 1, 2].map(async () =>
      register(owner.account, owner.app.id, androidSubscriber({ user_id: "ann", tags: ["vip"] })),
    ),
    owner.call("DELETE", "ann"),
  ]);
  await eventually(async () => {
    await goOn();
    return (await rows("SELECT 1 FROM erasures WHERE app_id = ?", app)).length === 0;
  });
  const left = await rows("SELECT id FROM subscribers WHERE app_id = ?", app);
  expect(left.length).toBeLessThanOrEqual(3);
  const [counts] = await rows(
    "SELECT subscribers, android_active FROM app_counts WHERE app_id = ?",
    app,
  );
  expect(counts).toEqual({ subscribers: left.length, android_active: left.length });
  const blocks = await rows("SELECT 1 FROM tag_blocks WHERE app_id = ?", app);
  expect(blocks.length > 0).toBe(left.length > 0);
  const done = answers.filter(({ status, body }) => status === 200 && body.ok === true);
  const noted = await rows(
    "SELECT 1 FROM audit_entries WHERE account_id = ? AND did = 'subscriber.erase'",
    owner.account.id,
  );
  expect(noted).toHaveLength(done.length);
});

test("who only claims to be the person keeps their device, and loses the claim", async () => {
  const owner = await newOwner();
  const { v1_id: app } = owner.app;
  await addSubscriber(owner.account.id, app, { user: "ann" });
  await newInstallation(app, { ext_id: "ann" });
  const bob = await addSubscriber(owner.account.id, app, { user: "bob" });
  await rows(
    "UPDATE installations SET subscriber_id = (SELECT id FROM subscribers WHERE uuid = ?) WHERE app_id = ?",
    bob,
    app,
  );
  expect((await owner.call("DELETE", "ann")).status).toBe(200);
  const left =
    "SELECT user_id, ext_id FROM installations AS i JOIN subscribers AS s ON s.id = i.subscriber_id WHERE i.app_id = ?";
  expect(await rows(left, app)).toEqual([{ user_id: "bob", ext_id: null }]);
});
