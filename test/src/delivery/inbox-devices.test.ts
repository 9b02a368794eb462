// Devices without an address as subscribers: how they come by one or lose it, who makes room for whom, and when they go.
import { expect, test } from "vitest";
import { expireSubscribers } from "../../../src/domain/subscribers/expire-subscribers.ts";
import { APP, ask, entries, join, newDevice } from "../../support/inbox.ts";
import { importAll, PUSH, webSubscriber } from "../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { recordQueries } from "../../support/trips.ts";
import { api, bindings, newEndpoint, rows } from "../../support/worker.ts";
import { sentIn, useWorld } from "./sending.ts";
import { untilPasses } from "../../support/until-passes.ts";

const world = useWorld();

const sent = (owner: PushOwner, wanted: object = {}) => sentIn(world, owner, wanted);

test("a device that gets an address stays the same subscriber, and so does one that loses it", async () => {
  const owner = await newPushOwner();
  const { id, token } = await newDevice(owner);
  const shown = async () =>
    (
      await api("GET", `${PUSH}/apps/${owner.app.id}/subscribers/${id}`, {
        token: owner.account.key,
      })
    ).body.data;
  const { endpoint, keys } = await webSubscriber();
  expect(
    (await api("PATCH", `/public/subscribers/${id}`, { token, json: { endpoint, keys } })).status,
  ).toBe(200);
  expect(await shown()).toMatchObject({ provider: "webpush", endpoint, platform: "android" });
  const back = await join(owner, APP, token);
  expect([back.status, back.body.data]).toEqual([200, { id, token }]);
  expect(await shown()).toMatchObject({ provider: "inbox", endpoint: null, status: "active" });
  const other = { ...(await webSubscriber()), ...APP };
  expect((await join(owner, other, token)).status).toBe(200);
  expect(await shown()).toMatchObject({ provider: "webpush", endpoint: other.endpoint });
  const [counts] = await rows(
    "SELECT inboxes, web_push_android, subscribers FROM app_counts WHERE app_id = ?",
    owner.app.v1_id,
  );
  expect(counts).toEqual({ inboxes: 0, web_push_android: 1, subscribers: 1 });
});

test.each([
  [{ platform: "web" }, "token"],
  [{ platform: "web", provider: "webpush" }, "endpoint"],
  [{ platform: "ios" }, "token"],
  [{ platform: "android", provider: "fcm" }, "token"],
  [{ ...APP, endpoint: "https://push.example.com/1" }, "keys"],
  [{ ...APP, provider: "inbox" }, "provider"],
])("without an address %j is refused", async (json, field) => {
  const refused = await join(await newPushOwner(), json);
  expect(refused.status).toBe(422);
  expect(Object.keys(refused.body.details)).toEqual([field]);
});

test("an owner registers nobody without an address", async () => {
  const { account, app } = await newPushOwner();
  const path = `${PUSH}/apps/${app.id}/subscribers`;
  expect((await api("POST", path, { token: account.key, json: APP })).status).toBe(422);
});

test("beyond the most without an address, the one that was not heard of for longest makes room", async () => {
  const owner = await newPushOwner();
  const [old, silent, fresh] = [
    await newDevice(owner),
    await newDevice(owner),
    await newDevice(owner),
  ];
  await importAll(owner.account, owner.app.id, [await webSubscriber()]);
  await rows("UPDATE subscribers SET last_active_at = 5 WHERE uuid = ?", silent.id);
  await rows("UPDATE app_counts SET inboxes = 100000 WHERE app_id = ?", owner.app.v1_id);
  const another = await newDevice(owner);
  expect((await ask(silent)).status).toBe(401);
  for (const one of [old, fresh, another]) expect((await ask(one)).status).toBe(200);
  const [row] = await rows("SELECT subscribers FROM app_counts WHERE app_id = ?", owner.app.v1_id);
  expect(row.subscribers).toBe(4);
  // One that gives up its address takes a place too.
  await rows("UPDATE subscribers SET last_active_at = 5 WHERE uuid = ?", old.id);
  const addressed = await newDevice(owner, {
    ...APP,
    endpoint: newEndpoint(),
    keys: (await webSubscriber()).keys,
  });
  expect((await join(owner, APP, addressed.token)).status).toBe(200);
  expect((await ask(old)).status).toBe(401);
  expect((await ask(addressed)).status).toBe(200);
});

test("devices that somebody makes up push out each other, and none that came back or was named", async () => {
  const owner = await newPushOwner();
  const [named, back, first] = [
    await newDevice(owner),
    await newDevice(owner),
    await newDevice(owner),
  ];
  await api("PATCH", `${PUSH}/apps/${owner.app.id}/subscribers/${named.id}`, {
    token: owner.account.key,
    json: { user_id: "ann" },
  });
  // Both are long silent.
  await rows("UPDATE subscribers SET created_at = 0, last_active_at = 5 WHERE uuid = ?", named.id);
  await rows(
    "UPDATE subscribers SET created_at = 0, last_active_at = 43200000 WHERE uuid = ?",
    back.id,
  );
  await rows("UPDATE app_counts SET inboxes = 100000 WHERE app_id = ?", owner.app.v1_id);
  const second = await newDevice(owner);
  const third = await newDevice(owner);
  const statuses = [];
  for (const one of [named, back, first, second, third]) statuses.push((await ask(one)).status);
  expect(statuses).toEqual([200, 200, 401, 401, 200]);
});

test("room is found by an index, however many have an inbox", async () => {
  const plans = [];
  const owner = await newPushOwner();
  const recorded = recordQueries();
  await newDevice(owner);
  for (const { text, values } of recorded.splice(0)) {
    if (!text.startsWith("delete")) continue;
    const { results } = await bindings.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
      .bind(...values)
      .all<{ detail: string }>();
    plans.push(...results.map(({ detail }) => detail));
  }
  expect(plans.join("\n")).toContain("INDEX subscribers_inbox (app_id=?");
  expect(plans.filter((detail) => detail.includes("TEMP B-TREE"))).toEqual([]);
});

test("one that was silent for so long that it is inactive is sent to again once it asks", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  await rows(
    "UPDATE subscribers SET status = 'inactive', last_active_at = 5 WHERE uuid = ?",
    device.id,
  );
  expect((await ask(device)).status).toBe(200);
  await untilPasses(async () => {
    const [{ status }] = await rows("SELECT status FROM subscribers WHERE uuid = ?", device.id);
    expect(status).toBe("active");
  });
  await sent(owner);
  expect(await entries(device)).toHaveLength(1);
});

test("an owner who gives one an endpoint that another has is told of the endpoint", async () => {
  const owner = await newPushOwner();
  const device = await newDevice(owner);
  const taken = await webSubscriber();
  await importAll(owner.account, owner.app.id, [taken]);
  const refused = await api("PATCH", `${PUSH}/apps/${owner.app.id}/subscribers/${device.id}`, {
    token: owner.account.key,
    json: { endpoint: taken.endpoint, keys: taken.keys },
  });
  expect(refused.status).toBe(422);
  expect(Object.keys(refused.body.details)).toEqual(["endpoint"]);
});

test("one without an address is forgotten 30 days after it last asked, with its list", async () => {
  const owner = await newPushOwner();
  const [asking, silent] = [await newDevice(owner), await newDevice(owner)];
  await sent(owner);
  const day = 86_400_000;
  world.pass(20 * day);
  expect((await ask(asking)).status).toBe(200);
  await untilPasses(async () => {
    const [{ last_active_at: at }] = await rows(
      "SELECT last_active_at FROM subscribers WHERE uuid = ?",
      asking.id,
    );
    expect(at).toBeGreaterThan(Date.now() - day);
  });
  world.pass(10.4 * day);
  await expireSubscribers(world.ctx());
  expect((await ask(silent)).status).toBe(200);
  await rows(
    "UPDATE subscribers SET last_active_at = ? WHERE uuid = ?",
    Date.now() - 31 * day,
    silent.id,
  );
  await expireSubscribers(world.ctx());
  expect((await ask(silent)).status).toBe(401);
  expect((await ask(asking)).status).toBe(200);
  const kept = await rows(
    `SELECT count(*) AS total FROM inboxes WHERE subscriber_id NOT IN (SELECT id FROM subscribers)`,
  );
  expect(kept).toEqual([{ total: 0 }]);
});
