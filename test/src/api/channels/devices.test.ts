// What devices do with their own subscriptions, and that they can't touch anybody else's.
import { beforeAll, describe, expect, test } from "vitest";
import {
  channelApi,
  channelWorld,
  newDevice,
  sendTo,
  subscribe,
  type ChannelWorld,
  type Device,
} from "../../../support/channels.ts";
import { useInternet } from "../../../support/receiver.ts";
import { api, eventually, rows } from "../../../support/worker.ts";

useInternet();

let world: ChannelWorld;
let device: Device;
let id: string;
beforeAll(async () => {
  world = await channelWorld();
  device = await newDevice(world);
  ({ id } = await subscribe(world, device, "ann"));
  await api("PUT", `/public/subscriptions/${id}/mute`, { token: device.token });
});

test("a device lists what it received, newest first, by limit and offset", async () => {
  const titles = ["One", "Two", "Three"];
  for (const title of titles) await sendTo(world, "ann", { title, text: "text" });
  const list = async (query = "") =>
    api("GET", `/public/subscriptions/${id}/notifications${query}`, { token: device.token });
  const all = await list();
  expect(all.body.data.map(({ title }: { title: string }) => title)).toEqual(titles.toReversed());
  const part = await list("?limit=1&offset=1");
  expect(part.body.data).toEqual([all.body.data[1]]);
  for (const query of ["?limit=0", "?limit=x", "?offset=-1"]) {
    expect((await list(query)).status, query).toBe(422);
  }
});

test("reading a notification sets readedAt, which a second reading does not change", async () => {
  const { id: nid } = (await sendTo(world, "ann")).body;
  const path = `/public/subscriptions/${id}/notifications/${nid}/read`;
  const read = await api("POST", path, { token: device.token });
  expect(read.status).toBe(200);
  const { readedAt } = read.body.data;
  expect(Math.abs(readedAt - Date.now() / 1000)).toBeLessThan(60);
  await rows("UPDATE channel_messages SET read_at = 5000 WHERE id = ?", nid);
  expect((await api("POST", path, { token: device.token })).body.data.readedAt).toBe(5);
});

test("a subscription of two devices stays, with what it received, until both have left", async () => {
  const [one, two] = [await newDevice(world), await newDevice(world)];
  const { id: shared, subscriber } = await subscribe(world, one, "both");
  await subscribe(world, two, "both");
  await api("PUT", `/public/subscriptions/${shared}/mute`, { token: one.token });
  const { id: nid } = (await sendTo(world, "both")).body;
  const kept = async () =>
    rows("SELECT id FROM channel_messages WHERE subscription_id = ?", shared);
  const leave = async ({ token }: Device) =>
    api("DELETE", `/public/subscriptions/${shared}`, { token });
  expect((await leave(one)).status).toBe(200);
  expect((await leave(one)).status).toBe(404);
  const left = (await channelApi(world, "GET", "/subscriptions/both")).body;
  expect(left, "it still names the subscriber that began it").toMatchObject({
    id: shared,
    subscriber,
  });
  expect(await kept()).toEqual([{ id: nid }]);
  expect((await leave(two)).status).toBe(200);
  expect((await channelApi(world, "GET", "/subscriptions/both")).status).toBe(404);
  expect(await kept()).toEqual([]);
});

test("a device's request is noted as activity at most once a day", async () => {
  const reader = await newDevice(world);
  const { id: own } = await subscribe(world, reader, "reader");
  const read = async () =>
    api("GET", `/public/subscriptions/${own}/notifications`, { token: reader.token });
  const seen = async () => {
    const [row] = await rows("SELECT last_active_at FROM subscribers WHERE uuid = ?", reader.id);
    return row.last_active_at;
  };
  const [recent, old] = [Date.now() - 86_000_000, Date.now() - 86_500_000];
  await rows("UPDATE subscribers SET last_active_at = ? WHERE uuid = ?", recent, reader.id);
  expect((await read()).status).toBe(200);
  await rows(
    "UPDATE subscribers SET last_active_at = last_active_at - 1 WHERE uuid = ?",
    reader.id,
  );
  expect(await seen(), "a recent call is enough").toBe(recent - 1);
  await rows("UPDATE subscribers SET last_active_at = ? WHERE uuid = ?", old, reader.id);
  expect((await read()).status).toBe(200);
  await eventually(async () => (await seen()) > recent);
});

describe("access to a subscription", () => {
  const nowhere = "0".repeat(24);
  const calls = (subscription: string, nid: string) =>
    [
      ["PUT", `/public/subscriptions/${subscription}/mute`],
      ["DELETE", `/public/subscriptions/${subscription}/mute`],
      ["DELETE", `/public/subscriptions/${subscription}`],
      ["GET", `/public/subscriptions/${subscription}/notifications`],
      ["GET", `/public/subscriptions/${subscription}/notifications?limit=x`],
      ["POST", `/public/subscriptions/${subscription}/notifications/${nid}/read`],
    ] as const;

  test("is denied to another device, which gets 404 and changes nothing", async () => {
    const { id: nid } = (await sendTo(world, "ann")).body;
    const state = async () =>
      JSON.stringify([
        await rows("SELECT * FROM channel_subscriptions WHERE id = ?", id),
        await rows("SELECT * FROM channel_devices WHERE subscription_id = ?", id),
        await rows("SELECT * FROM channel_messages WHERE subscription_id = ?", id),
      ]);
    const before = await state();
    const neighbour = await newDevice(world);
    await subscribe(world, neighbour, "neighbour");
    for (const { token } of [neighbour, await newDevice(await channelWorld())]) {
      for (const [at, [method, path]] of calls(id, nid).entries()) {
        const refused = await api(method, path, { token });
        expect(refused.status, `${method} ${path}`).toBe(404);
        const [, missing] = calls(nowhere, nowhere)[at]!;
        expect(refused.body).toEqual((await api(method, missing, { token })).body);
      }
    }
    expect(await state()).toBe(before);
  });

  test("does not extend to a notification of another subscription of the same device", async () => {
    const other = await subscribe(world, device, "other");
    const { id: nid } = (await sendTo(world, "other")).body;
    const path = `/public/subscriptions/${id}/notifications/${nid}/read`;
    expect((await api("POST", path, { token: device.token })).status).toBe(404);
    const own = `/public/subscriptions/${other.id}/notifications/${nid}/read`;
    expect((await api("POST", own, { token: device.token })).status).toBe(200);
  });

  test.each(calls("x", "y"))(
    "%s %s answers 404 to a malformed id and 401 without a device's token",
    async (method, path) => {
      expect((await api(method, path, { token: device.token })).status).toBe(404);
      expect((await api(method, path)).status).toBe(401);
      expect((await api(method, path, { token: world.account.key })).status).toBe(401);
      expect((await api(method, path, { token: world.channel.api_key })).status).toBe(401);
    },
  );
});
