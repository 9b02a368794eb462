// What is kept about one person, by the owner's own user id: it is told, and deleted wherever it lies. The world has data of a
// person in every place where some can be, and of others beside it.
import { beforeAll, describe, expect, test } from "vitest";
import { packResults, resultKey } from "../../../../src/domain/notifications/results.ts";
import { recoverErasures } from "../../../../src/domain/one-person/go-on-erasing.ts";
import { NOTHING_TYPED } from "../../../../src/domain/composing/draft-fields.ts";
import { textOf } from "../../../../src/domain/composing/typed-values.ts";
import { everything } from "../../../support/bodies.ts";
import {
  channelApi,
  channelWorld,
  newDevice,
  sendTo,
  subscribe,
  type ChannelWorld,
  type Device,
} from "../../../support/channels.ts";
import { testContext } from "../../../support/context.ts";
import { newDevice as newInstallation } from "../../../support/instant.ts";
import { androidSubscriber, PUSH, register, webSubscriber } from "../../../support/push.ts";
import { newAccount, newApp, newKey, newPushOwner } from "../../../support/scenario.ts";
import { addSubscribers } from "../../../support/subscribers.ts";
import { api, eventually, rows } from "../../../support/worker.ts";

const DAY_MS = 86_400_000;
/** One that has to be written with care in JSON, in paths and in SQL. */
const newAnn = () => `ann ${crypto.randomUUID()} "née/42", 50% & co`;
const ANN = newAnn();
const BOB = "bob-7";

interface World extends ChannelWorld {
  ann: string;
  /** What a message to the person says, and the token of an installation that claims to be them. */
  secret: string;
  path: (user?: string) => string;
  /** A browser of the person, and one of somebody else who shares a household with them. */
  own: Device;
  shared: Device;
  /** The token of the person's phone. */
  token: string;
  /** The database's ids of the person's devices. */
  ids: number[];
  hook: number;
}

const token = ({ account }: ChannelWorld) => ({ token: account.key });
const idOf = async (uuid: string) =>
  (await rows("SELECT id FROM subscribers WHERE uuid = ?", uuid))[0]?.id as number;

async function newWorld(): Promise<World> {
  const ann = newAnn();
  const secret = crypto.randomUUID();
  const world = { ...(await channelWorld()), ann, secret };
  const below = `${PUSH}/apps/${world.app.id}`;
  const named = async (device: Device, user: string) =>
    api("PATCH", `${below}/subscribers/${device.id}`, { ...token(world), json: { user_id: user } });
  const own = await newDevice(world);
  const shared = await newDevice(world);
  await named(own, ann);
  await named(shared, BOB);
  const phone = androidSubscriber({ user_id: ann, tags: ["vip"], language: "de-AT" });
  const made = (await register(world.account, world.app.id, phone)).body.data;
  const ids = [await idOf(own.id), await idOf(made.id)];
  const path = (user = ann) => `${below}/users/${encodeURIComponent(user)}`;
  const hook = await writeAbout({ ...world, own, made: made.id, ids });
  return { ...world, path, own, shared, token: phone.token, ids, hook };
}

/** Writes about the person everything that devices, owners and members can, and returns the webhook's id. */
async function writeAbout(
  world: ChannelWorld & { ann: string; secret: string; own: Device; made: string; ids: number[] },
): Promise<number> {
  const { account, app, appId, ann, secret, own, ids } = world;
  const below = `${PUSH}/apps/${app.id}`;
  const post = async (path: string, json: unknown) => {
    const answer = await api("POST", `${below}${path}`, { ...token(world), json });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.data;
  };
  // channels: their own subscription, a household's, and a code that waits
  await subscribe(world, own, ann);
  await subscribe(world, own, "household");
  await sendTo(world, ann, { title: "To Ann alone", text: `Your results: ${secret}` });
  await sendTo(world, "household", { title: "To both", text: "Dinner" });
  const second = await api("POST", "/api/v1/channels", {
    ...token(world),
    json: { name: "Orders", app_id: appId, callback_url: "https://hooks.example.com/c" },
  });
  await channelApi(
    { channel: second.body.data },
    "GET",
    `/subscriptions/${encodeURIComponent(ann)}/code`,
  );
  // the instant-send API: an installation that claims to be them, and one that never gave an address
  const claim = await newInstallation(appId, { ext_id: ann });
  await claim.call("PUT", "/info", {
    transport_type: "fcm",
    transport_token: `fcm:${secret}`,
    platform_type: "android",
  });
  await newInstallation(appId, { ext_id: ann });
  // audiences
  const alone = { type: "user_ids", ids: [ann] };
  const both = { type: "any_of", of: [{ type: "user_ids", ids: [` ${ann} `, BOB] }, alone] };
  await post("/segments", { name: "Two", targeting: both });
  const words = { title: "Hello", body: "World" };
  const later = new Date(Date.now() + DAY_MS).toISOString();
  await post("/notifications", { ...words, title: "Draft to both", targeting: both });
  await post("/notifications", {
    ...words,
    title: "Later to Ann",
    targeting: alone,
    scheduled_at: later,
  });
  await drafts(world, both, alone);
  // what they were sent and did
  const [{ id: sent }] = await rows(
    `INSERT INTO notifications (uuid, account_id, app_id, status, content, targeting, started_at, total_batches,
       created_at, updated_at) VALUES (?, ?, ?, 'sent', ?, '{"type":"all"}', ?, 1, ?, ?) RETURNING id`,
    crypto.randomUUID(),
    account.id,
    appId,
    JSON.stringify(words),
    Date.now(),
    Date.now(),
    Date.now(),
  );
  const result = { attempts: 1, error: null, reason: null, dueAt: 0, begunAt: 0 };
  await rows(
    "INSERT INTO batch_results (id, results) VALUES (?, ?)",
    resultKey(sent, 0),
    packResults(ids.map((id) => ({ id, status: "sent", ...result }))),
  );
  await rows("INSERT INTO engagements VALUES (?, ?, 'clicked', ?)", sent, ids[0], Date.now());
  await rows("INSERT INTO inboxes VALUES (?, ?)", ids[1], JSON.stringify([[sent, Date.now(), 0]]));
  await ownDevice(account.id, appId, ids[1]!);
  return deliveries(world, account.id, appId);
}

async function drafts(
  { account, appId, ann }: ChannelWorld & { ann: string },
  both: object,
  alone: object,
) {
  for (const [title, targeting, audience] of [
    ["To Ann alone", alone, []],
    [
      "To both",
      both,
      [
        ["targeting.0.field", "user_ids"],
        ["targeting.0.values", textOf([ann, BOB])],
        ["targeting.json", JSON.stringify(both)],
      ],
    ],
  ] as const) {
    await rows(
      `INSERT INTO drafts (uuid, account_id, app_id, fields, version, created_by, updated_by, created_at, updated_at)
       VALUES (?, ?, ?, ?, 1, 'x', 'x', 1, ?)`,
      crypto.randomUUID(),
      account.id,
      appId,
      JSON.stringify({ ...NOTHING_TYPED, title, targeting, audience }),
      Date.now(),
    );
  }
}

async function ownDevice(accountId: number, appId: number, id: number) {
  await rows(
    "INSERT INTO memberships (account_id, user_id, role, created_at) SELECT ?, id, 'owner', 1 FROM users LIMIT 1",
    accountId,
  );
  await rows(
    "INSERT INTO own_devices (subscriber_id, user_id, account_id, app_id, created_at) SELECT ?, user_id, account_id, ?, 1 FROM memberships WHERE account_id = ?",
    id,
    appId,
    accountId,
  );
}

/** A webhook with deliveries about the person and others; one still waits. Returns the webhook's id. */
async function deliveries(
  { ann, own, made }: any,
  accountId: number,
  appId: number,
): Promise<number> {
  const [{ id: hook }] = await rows(
    `INSERT INTO webhooks (uuid, account_id, app_id, url, secret_sealed, events, enabled, created_at, updated_at)
     VALUES (?, ?, ?, 'https://hooks.example.com', '', '[]', 0, 1, 1) RETURNING id`,
    crypto.randomUUID(),
    accountId,
    appId,
  );
  const bodies = [
    ["delivered", { id: made, user_id: ann }],
    ["failed", { subscriber_id: own.id }],
    ["delivered", { id: crypto.randomUUID(), user_id: BOB }],
    ["pending", { id: made, user_id: ann }],
  ] as const;
  for (const [status, data] of bodies) {
    await rows(
      `INSERT INTO webhook_deliveries (uuid, webhook_id, event, body, status, attempts, created_at)
       VALUES (?, ?, 'subscriber.created', ?, ?, 1, 1)`,
      crypto.randomUUID(),
      hook,
      JSON.stringify({ data }),
      status,
    );
  }
  return hook;
}

/** Where in the database something stands: the tables. */
async function whereIs(text: string): Promise<string[]> {
  const tables = (await everything()) as [string, object[]][];
  const inJson = JSON.stringify(text).slice(1, -1);
  const has = (row: object) =>
    Object.values(row).some((value) => {
      if (typeof value !== "string") return false;
      return value.includes(text) || value.includes(inJson);
    });
  return tables.filter(([, found]) => found.some(has)).map(([name]) => name);
}

const settled = async ({ appId }: World, waits = false) =>
  eventually(async () => {
    const open = await rows("SELECT due_at FROM erasures WHERE app_id = ?", appId);
    if (open.length === 0) return true;
    return waits && open.every(({ due_at: due }) => due > Date.now() + DAY_MS / 2);
  });

beforeAll(async () => {
  await rows(
    "INSERT INTO users (id, name, email, email_verified, created_at, updated_at) VALUES ('member', 'M', 'm@example.com', 1, 1, 1)",
  );
});

describe("what is kept about a person", () => {
  test("is told: devices, channels, messages, what they were sent and did, and where they are named", async () => {
    const world = await newWorld();
    const { ann } = world;
    const { status, body } = await api("GET", world.path(), token(world));
    expect(status).toBe(200);
    const { devices, installations, channel_subscriptions, channel_messages, named_in, ...rest } =
      body.data;
    expect(rest).toEqual({ user_id: ann, app_id: world.app.id });
    expect(devices).toMatchObject({ total_count: 3, total_is_minimum: false });
    const [claimed, phone, browser] = devices.data;
    expect(claimed.installations).toMatchObject([{ ext_id: ann, events: [] }]);
    expect(phone).toMatchObject({
      tags: ["vip"],
      language: "de-AT",
      is_test_device: true,
      inbox: [{ title: "Hello", body: "World" }],
      notifications: [{ title: "Hello", status: "sent", clicked_at: null }],
    });
    expect(browser).toMatchObject({ id: world.own.id, is_test_device: false });
    expect(browser.notifications).toMatchObject([{ clicked_at: expect.any(String) }]);
    expect(installations).toMatchObject([{ ext_id: ann }]);
    expect(channel_subscriptions).toMatchObject({ total_count: 2 });
    expect(channel_subscriptions.data.map(({ iuid }: any) => iuid)).toEqual(["household", ann]);
    expect(channel_messages.data).toMatchObject([
      { title: "To both", text: "Dinner" },
      { title: "To Ann alone", text: `Your results: ${world.secret}`, iuid: ann },
    ]);
    expect(named_in.map(({ kind, name }: any) => `${kind} ${name}`)).toEqual([
      "segment Two",
      "draft To Ann alone",
      "draft To both",
    ]);
    const text = JSON.stringify(body);
    for (const secret of [world.own.endpoint, world.token, "fcm:", "p256dh"]) {
      expect(text).not.toContain(secret);
    }
    const second = await api("GET", `${world.path()}?limit=1&offset=1`, token(world));
    expect(second.body.data.devices.data.map(({ id }: any) => id)).toEqual([phone.id]);
    expect(second.body.data.channel_messages.data).toMatchObject([{ title: "To Ann alone" }]);
    expect((await api("GET", `${world.path()}?limit=21`, token(world))).status).toBe(422);
  });

  test("of nobody, and by keys of others or without the right, there is nothing", async () => {
    const { account, app } = await newPushOwner();
    await register(account, app.id, await webSubscriber({ user_id: ANN }));
    const other = await newAccount();
    const reading = await newKey(account.id, { scopes: ["push:read"] });
    const { id } = await newApp(account.key);
    const elsewhere = await newKey(account.id, { scopes: ["*"], app_ids: [id] });
    const path = (user: string) => `${PUSH}/apps/${app.id}/users/${encodeURIComponent(user)}`;
    const asked = async (method: string, user: string, key: string) =>
      (await api(method, path(user), { token: key })).status;
    for (const method of ["GET", "DELETE"]) {
      expect(await asked(method, "nobody", account.key)).toBe(404);
      expect(await asked(method, "x".repeat(256), account.key)).toBe(404);
      expect(await asked(method, ANN, other.key)).toBe(404);
      expect(await asked(method, ANN, elsewhere)).toBe(403);
    }
    expect(await asked("DELETE", ANN, reading)).toBe(403);
    expect(await asked("GET", ANN, reading)).toBe(200);
  });
});

describe("its deletion", () => {
  test("leaves neither the user id nor an address anywhere, and of others everything", async () => {
    const world = await newWorld();
    const { ann } = world;
    for (const text of [ann, world.token, world.own.endpoint, world.secret]) {
      expect(await whereIs(text)).not.toEqual([]);
    }
    expect((await api("DELETE", world.path(), token(world))).body).toEqual({ ok: true });
    expect((await api("GET", world.path(), token(world))).status).toBe(404);
    expect((await api("DELETE", world.path(), token(world))).status).toBe(404);
    await settled(world, true);
    // One delivery waits to be sent, and until it was the erasure goes on.
    expect(await whereIs(ann)).toEqual(expect.arrayContaining(["erasures", "webhook_deliveries"]));
    await rows("UPDATE webhook_deliveries SET status = 'delivered'");
    await recoverErasures(testContext(() => Date.now() + 2 * DAY_MS).ctx);
    await settled(world);
    for (const text of [ann, world.token, world.own.endpoint, world.secret]) {
      // The answer to a code's redemption is kept nowhere, and no idempotent request was made.
      expect(await whereIs(text), text).toEqual([]);
    }
    const ids = JSON.stringify(world.ids);
    expect(
      await rows(
        "SELECT 1 FROM engagements WHERE subscriber_id IN (SELECT value FROM json_each(?))",
        ids,
      ),
    ).toEqual([]);
    // What others have stays.
    expect((await api("GET", world.path(BOB), token(world))).status).toBe(200);
    const told = await rows("SELECT body FROM webhook_deliveries WHERE webhook_id = ?", world.hook);
    expect(told.map(({ body }) => JSON.parse(body).data.user_id)).toEqual([BOB]);
    const [segment] = await rows("SELECT targeting FROM segments WHERE app_id = ?", world.appId);
    const [names, alone] = JSON.parse(segment.targeting).of;
    expect(names.ids).toEqual([expect.stringMatching(/^erased-/), BOB]);
    expect(alone.ids).toEqual([names.ids[0]]);
    const titles = await rows(
      "SELECT content ->> 'title' AS title FROM notifications WHERE app_id = ? ORDER BY id",
      world.appId,
    );
    expect(titles.map(({ title }) => title)).toEqual(["Draft to both", "Hello"]);
  });

  test("is noted once, without whom; callbacks hear that the person left", async () => {
    const world = await newWorld();
    const { ann } = world;
    await rows(
      "UPDATE webhooks SET url = 'https://hooks.example.com', enabled = 1 WHERE id = (SELECT callback_id FROM channels WHERE id = ?)",
      world.channel.id,
    );
    await api("DELETE", world.path(), token(world));
    const noted = await rows("SELECT * FROM audit_entries WHERE did = 'subscriber.erase'");
    expect(noted.filter(({ account_id: id }) => id === world.account.id)).toMatchObject([
      { thing_id: String(world.appId), facts: JSON.stringify({ app: world.appId, devices: 3 }) },
    ]);
    expect(JSON.stringify(noted)).not.toContain("née");
    const said = await rows(
      `SELECT body FROM webhook_deliveries WHERE event = 'channel.callback' AND body ->> 'type' = 'unsubcription'
         AND body ->> 'channelId' = ?`,
      world.channel.id,
    );
    const left = said.map(({ body }): string => JSON.parse(body).iuid);
    expect(new Set(left)).toEqual(new Set([ann, "household"]));
  });

  test("of a household's subscription ends the person's device alone", async () => {
    const world = await newWorld();
    await subscribe(world, world.shared, "household");
    // This one is called after the person, whoever's device is bound to it.
    await subscribe(world, world.shared, world.ann);
    await sendTo(world, world.ann, { title: "To Ann alone", text: world.secret });
    await api("DELETE", world.path(), token(world));
    await settled(world, true);
    const left = await channelApi(world, "GET", "/subscriptions/household");
    expect(left.status).toBe(200);
    const kept = await rows(
      "SELECT content ->> 'title' AS title FROM channel_messages AS m JOIN channel_subscriptions AS s ON s.id = m.subscription_id WHERE s.channel_id = ?",
      world.channel.id,
    );
    expect(kept).toEqual([{ title: "To both" }]);
    expect(await whereIs(world.secret)).toEqual([]);
  });

  test("of thousands of devices goes on after the answer, and spares who comes back", async () => {
    const { account, app } = await newPushOwner();
    const many = { user: ANN, tags: ["vip"] };
    await addSubscribers(account.id, app.v1_id, 5600, many);
    const path = `${PUSH}/apps/${app.id}/users/${encodeURIComponent(ANN)}`;
    const shown = await api("GET", path, { token: account.key });
    expect(shown.body.data.devices).toMatchObject({ total_count: 5600, total_is_minimum: false });
    expect((await api("DELETE", path, { token: account.key })).status).toBe(200);
    const back = await register(account, app.id, androidSubscriber({ user_id: ANN }));
    await eventually(async () => {
      await recoverErasures(testContext().ctx);
      return (await rows("SELECT 1 FROM erasures WHERE app_id = ?", app.v1_id)).length === 0;
    });
    const left = await rows("SELECT uuid FROM subscribers WHERE app_id = ?", app.v1_id);
    expect(left).toEqual([{ uuid: back.body.data.id }]);
    expect(await rows("SELECT tag FROM tag_blocks WHERE app_id = ?", app.v1_id)).toEqual([]);
  });

  test("that was interrupted goes on by the clock", async () => {
    const world = await newWorld();
    const { ann } = world;
    await api("DELETE", world.path(), token(world));
    await settled(world, true);
    // As if it had ended right after the answer.
    await rows(
      "UPDATE erasures SET stage = 'documents', webhook_id = 0, cursor = 0, due_at = 1 WHERE app_id = ?",
      world.appId,
    );
    await rows("UPDATE webhook_deliveries SET status = 'delivered'");
    await recoverErasures(testContext().ctx);
    await settled(world);
    expect(await whereIs(ann)).toEqual([]);
  });
});
