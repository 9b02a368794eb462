// Managing channels in API v1: creating, listing, changing and deleting them, rotating their keys with a grace
// period, and binding subscribers from the customer's server. Access is tested in every-operation.test.ts.
import { beforeAll, describe, expect, test } from "vitest";
import {
  channelApi,
  channelWorld,
  newChannel,
  newDevice,
  sendTo,
  subscribe,
  type ChannelWorld,
} from "../../../support/channels.ts";
import { useInternet } from "../../../support/receiver.ts";
import { countTrips } from "../../../support/trips.ts";
import { api, rows } from "../../../support/worker.ts";
import { newAccount, newApp, newKey } from "../../../support/scenario.ts";

useInternet();

const KEY = /^sw_chn_[A-Za-z0-9_-]{43}$/;
let world: ChannelWorld;
beforeAll(async () => {
  world = await channelWorld();
});

const listWith = async (channel: { id: string }, key: string) =>
  (await channelApi({ channel: { ...channel, api_key: key } }, "GET", "/subscriptions")).status;

test("creating a channel shows its two secrets once, and neither is kept in clear", async () => {
  const made = await newChannel(world.account.key, {
    app_id: world.appId,
    name: "Orders",
    callback_url: "https://hooks.example.com/",
  });
  expect(made.status).toBe(201);
  const { api_key: key, callback_secret: secret, ...shown } = made.body.data;
  expect(key).toMatch(KEY);
  expect(secret.length).toBeGreaterThanOrEqual(43);
  expect(shown).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    name: "Orders",
    app_id: world.appId,
    callback_url: "https://hooks.example.com/",
    callback_enabled: true,
    key_prefix: key.slice(0, 12),
    previous_key_expires_at: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  const found = await api("GET", `/api/v1/channels/${shown.id}`, { token: world.account.key });
  expect(found.body.data).toEqual(shown);
  const kept = JSON.stringify([
    await rows("SELECT * FROM channels"),
    await rows("SELECT * FROM webhooks"),
  ]);
  expect(kept).not.toContain(key);
  expect(kept).not.toContain(secret);
});

test("a channel without a callback URL has a callback secret too", async () => {
  const made = await newChannel(world.account.key, { app_id: world.appId });
  expect(made.body.data).toMatchObject({ callback_url: null, callback_enabled: false });
  expect(made.body.data.callback_secret).toEqual(expect.any(String));
});

test("a repeated Idempotency-Key creates one channel, and the second answer shows no secrets", async () => {
  const call = {
    token: world.account.key,
    json: { name: "Once", app_id: world.appId },
    headers: { "idempotency-key": crypto.randomUUID() },
  };
  const [first, second] = [
    await api("POST", "/api/v1/channels", call),
    await api("POST", "/api/v1/channels", call),
  ];
  expect(second.body.data.id).toBe(first.body.data.id);
  expect(second.body.data).not.toHaveProperty("api_key");
  expect(second.body.data).not.toHaveProperty("callback_secret");
});

describe("creating a channel", () => {
  test.each([
    [{}, ["name", "app_id"]],
    [{ name: " ", app_id: 1 }, ["name"]],
    [{ name: "x".repeat(101), app_id: 1 }, ["name"]],
    [{ name: "x", app_id: "1" }, ["app_id"]],
    [{ name: "x", app_id: 999_999_999 }, ["app_id"]],
    [{ name: "x", app_id: 1, callbackUrl: "https://example.com" }, ["callbackUrl"]],
  ])("answers 422 for %j, naming %j", async (json, fields) => {
    const refused = await api("POST", "/api/v1/channels", { token: world.account.key, json });
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors)).toEqual(fields);
  });

  test("refuses another account's app, or one outside the key's list, like one that is missing", async () => {
    const stranger = await newAccount();
    const other = await newApp(world.account.key);
    const limited = await newKey(world.account.id, { app_ids: [other.id] });
    const missing = await newChannel(stranger.key, { app_id: 999_999_999 });
    for (const key of [stranger.key, limited]) {
      const refused = await newChannel(key, { app_id: world.appId });
      expect(refused.status).toBe(422);
      expect(refused.body).toEqual(missing.body);
    }
  });
});

test("the list has the account's channels, newest first, and for a limited key those of its apps", async () => {
  const owner = await channelWorld();
  const { key, id } = owner.account;
  const second = (await newChannel(key, { app_id: owner.appId, name: "Second" })).body.data;
  const elsewhere = await channelWorld({}, owner.account);
  const ids = async (token: string) => {
    const listed = await api("GET", "/api/v1/channels", { token });
    return listed.body.data.map((channel: { id: string }) => channel.id);
  };
  expect(await ids(key)).toEqual([elsewhere.channel.id, second.id, owner.channel.id]);
  const limited = await newKey(id, { app_ids: [owner.appId] });
  expect(await ids(limited)).toEqual([second.id, owner.channel.id]);
  const hidden = `/api/v1/channels/${elsewhere.channel.id}`;
  for (const method of ["GET", "PATCH", "DELETE"]) {
    const body = method === "GET" ? {} : { json: {} };
    expect((await api(method, hidden, { token: limited, ...body })).status).toBe(404);
  }
});

test("an update changes the fields given and refuses another app", async () => {
  const { channel, account } = await channelWorld();
  const path = `/api/v1/channels/${channel.id}`;
  const renamed = await api("PATCH", path, { token: account.key, json: { name: "New" } });
  expect(renamed.status).toBe(200);
  expect(renamed.body.data).toMatchObject({ id: channel.id, name: "New", callback_url: null });
  const moved = await api("PATCH", path, { token: account.key, json: { app_id: 1 } });
  expect(moved.status).toBe(422);
});

test("deleting a channel removes its codes, subscriptions and devices, and ends its key", async () => {
  const own = await channelWorld();
  const device = await newDevice(own);
  await subscribe(own, device, "ann");
  await sendTo(own, "ann");
  await channelApi(own, "GET", "/subscriptions/bob/code");
  const { id } = own.channel;
  const gone = await api("DELETE", `/api/v1/channels/${id}`, { token: own.account.key });
  expect(gone.status).toBe(200);
  expect(await listWith(own.channel, own.channel.api_key)).toBe(401);
  for (const table of ["channel_codes", "channel_subscriptions"]) {
    expect(await rows(`SELECT 1 FROM ${table} WHERE channel_id = ?`, id), table).toEqual([]);
  }
  const [{ left }] = await rows(
    "SELECT count(*) AS left FROM channel_devices WHERE subscriber_id = (SELECT id FROM subscribers WHERE uuid = ?)",
    device.id,
  );
  expect(left).toBe(0);
  const again = await api("DELETE", `/api/v1/channels/${id}`, { token: own.account.key });
  expect(again.status).toBe(404);
});

test("a large channel is deleted in parts, and another channel keeps its messages", async () => {
  const own = await channelWorld();
  const other = await channelWorld({}, own.account);
  for (const each of [own, other]) {
    const { id } = await subscribe(each, await newDevice(each), "ann");
    await rows(
      `INSERT INTO channel_messages (id, subscription_id, content, created_at)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)
       SELECT printf('%024x', i) || ?, ?, '{}', 1 FROM n`,
      id,
      id,
    );
  }
  const trips = countTrips();
  const gone = await api("DELETE", `/api/v1/channels/${own.channel.id}`, {
    token: own.account.key,
  });
  expect(gone.status).toBe(200);
  // the channel is found first, since the audit log names it; each further trip deletes 2,000 messages
  expect(trips()).toBe(1 + 1 + 3);
  const left = await rows("SELECT count(*) AS count FROM channel_messages");
  expect(left).toEqual([{ count: 4500 }]);
  expect((await channelApi(other, "GET", "/subscriptions/ann")).status).toBe(200);
});

test("deleting an app deletes its channels", async () => {
  const own = await channelWorld();
  await subscribe(own, await newDevice(own), "ann");
  const gone = await api("DELETE", `/api/v1/apps/${own.appId}`, { token: own.account.key });
  expect(gone.status).toBe(200);
  expect(await rows("SELECT 1 FROM channels WHERE app_id = ?", own.appId)).toEqual([]);
  expect(await listWith(own.channel, own.channel.api_key)).toBe(401);
});

describe("rotating the key", () => {
  const rotate = async ({ channel, account }: ChannelWorld, json?: unknown) =>
    api("POST", `/api/v1/channels/${channel.id}/rotate-key`, {
      token: account.key,
      ...(json === undefined ? {} : { json }),
    });

  test("lets both keys work for a day, and then only the new one", async () => {
    const own = await channelWorld();
    const rotated = await rotate(own);
    expect(rotated.status).toBe(200);
    const { api_key: fresh, previous_key_expires_at: ends } = rotated.body.data;
    expect(fresh).toMatch(KEY);
    expect(fresh).not.toBe(own.channel.api_key);
    expect(Math.abs(Date.parse(ends) - Date.now() - 86_400_000)).toBeLessThan(60_000);
    expect(await listWith(own.channel, fresh)).toBe(200);
    expect(await listWith(own.channel, own.channel.api_key)).toBe(200);
    await rows(
      "UPDATE channels SET previous_key_ends_at = ? WHERE id = ?",
      Date.now(),
      own.channel.id,
    );
    expect(await listWith(own.channel, fresh)).toBe(200);
    expect(await listWith(own.channel, own.channel.api_key)).toBe(401);
  });

  test("ends the old key at once when the grace period is 0", async () => {
    const own = await channelWorld();
    const rotated = await rotate(own, { grace_seconds: 0 });
    expect(rotated.body.data.previous_key_expires_at).toBeNull();
    expect(await listWith(own.channel, own.channel.api_key)).toBe(401);
    expect(await listWith(own.channel, rotated.body.data.api_key)).toBe(200);
  });

  test("leaves only the last two keys working after two rotations", async () => {
    const own = await channelWorld();
    const first = (await rotate(own)).body.data.api_key;
    const second = (await rotate(own, { grace_seconds: 60 })).body.data.api_key;
    expect(await listWith(own.channel, own.channel.api_key)).toBe(401);
    expect(await listWith(own.channel, first)).toBe(200);
    expect(await listWith(own.channel, second)).toBe(200);
  });

  test.each([-1, 1.5, "60", 2_592_001, null])("answers 422 for grace_seconds %j", async (grace) => {
    const refused = await rotate(world, { grace_seconds: grace });
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors)).toEqual(["grace_seconds"]);
  });
});

describe("binding a subscriber from the customer's server", () => {
  const bind = async (own: ChannelWorld, json: unknown, key = own.account.key) =>
    api("POST", `/api/v1/channels/${own.channel.id}/subscriptions`, { token: key, json });

  test("answers 201 with the subscription, and with the same one when repeated", async () => {
    const device = await newDevice(world);
    const bound = await bind(world, { iuid: "ann", subscriber_id: device.id.toUpperCase() });
    expect(bound.status).toBe(201);
    const details = (await channelApi(world, "GET", "/subscriptions/ann")).body;
    expect(bound.body.data).toMatchObject({
      id: details.id,
      channel_id: world.channel.id,
      iuid: "ann",
      subscriber: details.subscriber,
      mute: false,
    });
    const again = await bind(world, { iuid: "ann", subscriber_id: device.id });
    expect(again.body.data).toEqual(bound.body.data);
  });

  test("refuses a subscriber of another account or app like one that is missing", async () => {
    const stranger = await newDevice(await channelWorld());
    const cousin = await newDevice(await channelWorld({}, world.account));
    const missing = await bind(world, { iuid: "eve", subscriber_id: crypto.randomUUID() });
    expect(missing.status).toBe(422);
    for (const { id } of [stranger, cousin]) {
      const refused = await bind(world, { iuid: "eve", subscriber_id: id });
      expect(refused.status).toBe(422);
      expect(refused.body).toEqual(missing.body);
    }
    expect((await channelApi(world, "GET", "/subscriptions/eve")).status).toBe(404);
  });

  test.each([
    [{}, ["iuid", "subscriber_id"]],
    [{ iuid: "", subscriber_id: crypto.randomUUID() }, ["iuid"]],
    [{ iuid: "a\nb", subscriber_id: crypto.randomUUID() }, ["iuid"]],
    [{ iuid: "x".repeat(256), subscriber_id: crypto.randomUUID() }, ["iuid"]],
    [{ iuid: "a", subscriber_id: "1" }, ["subscriber_id"]],
    [{ iuid: 1, subscriber_id: 2 }, ["iuid", "subscriber_id"]],
  ])("answers 422 for %j, naming %j", async (json, fields) => {
    const refused = await bind(world, json);
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors)).toEqual(fields);
  });
});
