// What a channel's send to one live device costs by the direct path, in a warm isolate: each count exactly. Whatever makes it
// dearer fails here.
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Senders } from "../../../../../src/delivery/senders.ts";
import { deliveryContextOf } from "../../../../../src/runtime.ts";
import {
  channelWorld,
  newDevice,
  sendTo,
  subscribe,
  type ChannelWorld,
} from "../../../../support/channels.ts";
import { countPlatform } from "../../../../support/platform-use.ts";
import {
  androidSubscriber,
  apnsKey,
  iosSubscriber,
  PUSH,
  register,
  serviceAccount,
} from "../../../../support/push.ts";
import { useInternet } from "../../../../support/receiver.ts";
import { countDatabase } from "../../../../support/trips.ts";
import { api, bindings, eventually, rows } from "../../../../support/worker.ts";

const internet = useInternet();

/** To authenticate; to read to whom; to write the message and its notification; to write the end. */
const CALLS = 4;
/** Two reads; message, spare messages, room, notification; deliveries to webhooks, results, end. */
const STATEMENTS = 9;
const ROWS = 10;

/** How a provider answers. */
let answer: (url: string) => Response;
beforeEach(() => {
  answer = () => new Response(null, { status: 201 });
  internet.answer = ({ url }) => {
    if (url.includes("oauth2")) return Response.json({ access_token: "x", expires_in: 3599 });
    if (url.includes("fcm.")) return Response.json({ name: "messages/1" });
    return answer(url);
  };
});

/** The statuses of the app's notifications, the oldest first. */
async function statuses({ appId }: ChannelWorld): Promise<string[]> {
  const all = await rows("SELECT status FROM notifications WHERE app_id = ? ORDER BY id", appId);
  return all.map(({ status }) => status);
}

/** Sends to `ann`, and waits until that is over. */
async function send(world: ChannelWorld): Promise<void> {
  const before = (await statuses(world)).length;
  expect((await sendTo(world, "ann")).status).toBe(200);
  await eventually(async () => ((await statuses(world))[before] ?? "sending") !== "sending");
}

/** What the second send of `world` uses, of which the first warmed everything up. */
async function costOf(world: ChannelWorld, work = send) {
  await send(world);
  return costNow(async () => work(world));
}

/** What `work` uses, and what of that was used by when it put a message into a queue, after which others begin. */
async function costNow(work: () => Promise<void>) {
  const database = countDatabase();
  const all = () => structuredClone({ ...database, ...platform });
  let atMessage: ReturnType<typeof all> | null = null;
  const platform = countPlatform(() => void (atMessage ??= all()));
  await work();
  return atMessage ?? all();
}

/** The states of what the app's webhooks are told. */
async function deliveries({ appId }: ChannelWorld): Promise<string[]> {
  const all = await rows(
    `SELECT d.status FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.app_id = ?`,
    appId,
  );
  return all.map(({ status }) => status);
}

/** A channel that `ann` subscribed to with one browser. */
async function browserWorld(): Promise<ChannelWorld> {
  const world = await channelWorld();
  await subscribe(world, await newDevice(world), "ann");
  return world;
}

/** A channel that `ann` was bound to with one phone. */
async function phoneWorld(provider: "fcm" | "apns"): Promise<ChannelWorld> {
  const world = await channelWorld();
  const token = world.account.key;
  const json = provider === "fcm" ? { service_account: await serviceAccount() } : await apnsKey();
  const path = `${PUSH}/apps/${world.app.id}/credentials/${provider}`;
  expect((await api("PUT", path, { token, json })).status).toBeLessThan(300);
  const device = provider === "fcm" ? androidSubscriber() : iosSubscriber();
  const { body } = await register(world.account, world.app.id, device);
  const bound = { iuid: "ann", subscriber_id: body.data.id };
  const subscriptions = `/api/v1/channels/${world.channel.id}/subscriptions`;
  expect((await api("POST", subscriptions, { token, json: bound })).status).toBe(201);
  return world;
}

describe("a channel's send to one device takes four calls of the database and one of an object", () => {
  test.each([
    ["by Web Push", browserWorld],
    ["by FCM", async () => phoneWorld("fcm")],
    ["by APNs", async () => phoneWorld("apns")],
  ])("%s", async (_, newWorld) => {
    const world = await newWorld();
    const cost = await costOf(world);
    expect(await statuses(world)).toEqual(["sent", "sent"]);
    expect(cost).toEqual({
      calls: CALLS,
      statements: STATEMENTS,
      written: ROWS,
      objects: { RATE_LIMITER: 1 },
      messages: {},
    });
  });
});

test("a subscribed webhook costs its delivery's rows and one queue message, and no further call", async () => {
  const world = await browserWorld();
  const json = {
    url: "https://hooks.example.com/",
    secret: "a secret of the owner",
    events: ["notification.sent"],
  };
  const path = `${PUSH}/apps/${world.app.id}/webhooks`;
  expect((await api("POST", path, { token: world.account.key, json })).status).toBe(201);
  /** Sends, and waits until the webhook's delivery is over too: what it writes would count in the next test. */
  const sendAndTell = async () => {
    const before = (await deliveries(world)).length;
    await send(world);
    await eventually(async () => {
      const all = await deliveries(world);
      return all.length === before + 1 && all.every((one) => one === "delivered");
    });
  };
  await sendAndTell();
  const cost = await costNow(sendAndTell);
  const { calls, statements, objects, messages } = cost;
  expect({ calls, statements, objects, messages }).toEqual({
    calls: CALLS,
    statements: STATEMENTS,
    objects: { RATE_LIMITER: 1 },
    messages: { WEBHOOKS: 1 },
  });
});

test.each([
  ["Web Push", 1, browserWorld, {}],
  // The object that keeps the token looks at the credential too.
  ["FCM", 2, async () => phoneWorld("fcm"), { PROVIDER_TOKEN: 1 }],
])(
  "a cold isolate takes the credential of %s in %i further calls",
  async (_, further, newWorld, objects) => {
    const world = await newWorld();
    await send(world);
    const context = deliveryContextOf(bindings);
    const { senders } = context;
    context.senders = new Senders();
    onTestFinished(() => void (context.senders = senders));
    expect(await costNow(async () => send(world))).toMatchObject({
      calls: CALLS + further,
      objects: { RATE_LIMITER: 1, ...objects },
      messages: {},
    });
  },
);

test("a device that is gone costs no further call: it is retired with the end", async () => {
  const world = await browserWorld();
  const cost = await costOf(world, async () => {
    answer = () => new Response(null, { status: 410 });
    await send(world);
  });
  expect(await statuses(world)).toEqual(["sent", "failed"]);
  const { calls, statements, objects, messages } = cost;
  expect({ calls, statements, objects, messages }).toEqual({
    calls: CALLS,
    statements: STATEMENTS + 1,
    objects: { RATE_LIMITER: 1 },
    messages: {},
  });
  const devices = await rows(
    "SELECT status, retired_as FROM subscribers WHERE app_id = ?",
    world.appId,
  );
  expect(devices).toEqual([{ status: "inactive", retired_as: "gone" }]);
});
