// What a device is told of the channels it is subscribed to: by their names, its own and nobody else's, at the same cost
// however many others there are.
import { afterEach, expect, test, vi } from "vitest";
import {
  channelApi,
  channelWorld,
  newChannel,
  newDevice,
  subscribe,
  withoutLink,
  type Device,
} from "../../../support/channels.ts";
import { recordQueries } from "../../../support/trips.ts";
import { api, bindings, newAddress, rows } from "../../../support/worker.ts";

afterEach(() => void vi.restoreAllMocks());

const OWN = "/public/subscribers/me/subscriptions";

const list = async ({ token }: Pick<Device, "token">, query = "") =>
  api("GET", `${OWN}${query}`, { token, headers: { "cf-connecting-ip": newAddress() } });

const listed = async (device: Device) => (await list(device)).body.data.map(withoutLink);

test("a device lists what it is bound to, oldest first, and is told the same when that changes", async () => {
  const world = await channelWorld({ name: "Orders" });
  const other = await newChannel(world.account.key, { app_id: world.appId, name: "News & more" });
  const device = await newDevice(world);
  expect((await list(device)).body).toEqual({ data: [] });
  const orders = await subscribe(world, device, "ann");
  const news = await subscribe({ ...world, channel: other.body.data }, device, "bob");
  expect(await listed(device)).toEqual([orders, news]);
  // The channels API's own answer keeps its keys.
  const contract = (await channelApi(world, "GET", "/subscriptions/ann")).body;
  expect(Object.keys(contract)).toEqual([
    "channel",
    "subscriber",
    "iuid",
    "mute",
    "createdAt",
    "updatedAt",
    "id",
  ]);
  expect(orders).toEqual({ ...contract, name: "Orders" });
  expect(news).toMatchObject({ channel: other.body.data.id, iuid: "bob", name: "News & more" });

  const mute = `/public/subscriptions/${news.id}/mute`;
  for (const [method, isMuted] of [
    ["PUT", true],
    ["DELETE", false],
  ] as const) {
    const changed = await api(method, mute, { token: device.token });
    expect(changed.body.data).toMatchObject({ id: news.id, mute: isMuted, name: "News & more" });
    expect((await listed(device))[1]).toEqual(changed.body.data);
  }
  await api("PATCH", `/api/v1/channels/${world.channel.id}`, {
    token: world.account.key,
    json: { name: "Parcels" },
  });
  expect((await listed(device))[0].name).toBe("Parcels");
  await api("DELETE", `/public/subscriptions/${orders.id}`, { token: device.token });
  expect((await listed(device)).map(({ id }: { id: string }) => id)).toEqual([news.id]);
  await api("DELETE", `/api/v1/channels/${other.body.data.id}`, { token: world.account.key });
  expect(await listed(device)).toEqual([]);
});

test("nobody is told of another device's, neither in the same channel nor as the same person", async () => {
  const world = await channelWorld();
  const [ann, bob, eve] = [await newDevice(world), await newDevice(world), await newDevice(world)];
  const { id } = await subscribe(world, ann, "ann");
  const bobs = await subscribe(world, bob, "bob");
  expect((await listed(bob)).map((one: { id: string }) => one.id)).toEqual([bobs.id]);
  expect(await listed(eve)).toEqual([]);
  expect(await listed(await newDevice(await channelWorld()))).toEqual([]);
  // A second device of a person is bound to what the first is.
  await subscribe(world, eve, "ann");
  expect((await listed(eve)).map((one: { id: string }) => one.id)).toEqual([id]);
});

test("without a device's token it is refused, and with a query too", async () => {
  const world = await channelWorld();
  const device = await newDevice(world);
  for (const token of [
    "",
    "nonsense",
    `sw_sub_${"A".repeat(43)}`,
    world.account.key,
    world.channel.api_key,
  ]) {
    expect((await list({ token })).status).toBe(401);
  }
  expect((await list(device, "?limit=1")).status).toBe(422);
});

test("a device that unsubscribed is still bound, and can leave", async () => {
  const world = await channelWorld();
  const device = await newDevice(world);
  const bound = await subscribe(world, device, "ann");
  await api("DELETE", `/public/subscribers/${device.id}`, { token: device.token });
  expect(await listed(device)).toEqual([bound]);
  const left = await api("DELETE", `/public/subscriptions/${bound.id}`, { token: device.token });
  expect(left.status).toBe(200);
  expect(await listed(device)).toEqual([]);
});

test("the list costs two reads and the rows of its own entries, a hundred at most", async () => {
  const costs: { reads: number; rows: number }[] = [];
  for (const { others, own } of [
    { others: 0, own: 1 },
    { others: 500, own: 1 },
    { others: 500, own: 100 },
  ]) {
    const world = await channelWorld();
    const device = await newDevice(world);
    await subscribe(world, device, "p0");
    await bindMany(world, device, own - 1, others);
    const recorded = recordQueries();
    expect(await listed(device)).toHaveLength(own);
    vi.restoreAllMocks();
    let read = 0;
    for (const { text, values } of recorded) {
      const { meta } = await bindings.DB.prepare(text)
        .bind(...values)
        .run();
      read += meta.rows_read;
    }
    costs.push({ reads: recorded.length, rows: read });
  }
  expect(costs.map(({ reads }) => reads)).toEqual([2, 2, 2]);
  // The device; of each entry the binding, the subscription, its channel and the indexes that lead there. A look into an
  // index counts a row more where another follows.
  const most = (entries: number) => 6 * entries + 5;
  const [small, among, full] = costs.map(({ rows: read }) => read);
  expect(small).toBeLessThanOrEqual(most(1));
  expect(among).toBeLessThanOrEqual(most(1));
  expect(full).toBeLessThanOrEqual(most(100));
});

/** Puts `own` further subscriptions of the device straight into the database, and `others` of as many other devices. */
async function bindMany(world: any, device: Device, own: number, others: number) {
  const series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)";
  const make = async (count: number, prefix: string, subscriber: string) => {
    if (count === 0) return;
    await rows(
      `${series} INSERT INTO channel_subscriptions (id, channel_id, iuid, subscriber, mute, created_at, updated_at)
       SELECT substr(?2, 1, 12) || printf('${prefix}%011d', i), ?2, '${prefix}' || i, '', 0, 1, 1 FROM n`,
      count,
      world.channel.id,
    );
    await rows(
      `${series} INSERT INTO channel_devices (subscription_id, subscriber_id, created_at)
       SELECT substr(?2, 1, 12) || printf('${prefix}%011d', i), ${subscriber}, 1 FROM n`,
      count,
      world.channel.id,
      device.id,
    );
  };
  await make(own, "a", "(SELECT id FROM subscribers WHERE uuid = ?3)");
  await rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags, status,
       token_since, last_active_at, created_at, updated_at)
     SELECT app.uuid || 'c' || i, account_id, app.id, 'android', 'inbox', NULL, '[]', 'active', 1, 1, 1, 1
     FROM n, apps AS app WHERE app.id = ?2 AND ?1 > 0`,
    others,
    world.appId,
  );
  await make(
    others,
    "b",
    // The device's own may end like the first of these, but never begins so.
    `(SELECT first.id FROM subscribers AS first, subscribers AS own, apps AS app
      WHERE own.uuid = ?3 AND app.id = own.app_id AND first.uuid = app.uuid || 'c1') + i - 1`,
  );
}
