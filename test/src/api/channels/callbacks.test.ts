// Callbacks: a channel's URL is told who subscribes and who leaves, by the same deliveries as webhooks.
import { beforeEach, describe, expect, test } from "vitest";
import { expireSubscribers } from "../../../../src/domain/subscribers/expire-subscribers.ts";
import { recoverDeliveries } from "../../../../src/domain/webhooks/recover-deliveries.ts";
import {
  channelApi,
  channelWorld,
  newChannel,
  newDevice,
  subscribe,
  type ChannelWorld,
} from "../../../support/channels.ts";
import { testContext } from "../../../support/context.ts";
import { undescribedIn } from "../../../support/json-schema.ts";
import { useInternet } from "../../../support/receiver.ts";
import { verified } from "../../../support/standard-webhooks.ts";
import { api, eventually, rows } from "../../../support/worker.ts";

const internet = useInternet();
const MINUTE_MS = 60_000;
const URL_OF_HOOK = "https://hooks.example.com/channel?x=1";

let world: ChannelWorld;
beforeEach(async () => {
  world = await channelWorld({ callback_url: URL_OF_HOOK });
});

const deliveries = async () =>
  rows(
    `SELECT d.* FROM webhook_deliveries d JOIN channels c ON c.callback_id = d.webhook_id
     WHERE c.id = ? ORDER BY d.id`,
    world.channel.id,
  );
const told = () => internet.received.filter(({ url }) => url === URL_OF_HOOK);

test("subscribing and unsubscribing are each reported once, however many devices are bound", async () => {
  const [one, two] = [await newDevice(world), await newDevice(world)];
  const { id } = await subscribe(world, one, `a"b\\c💥`);
  await subscribe(world, two, `a"b\\c💥`);
  await eventually(async () => told().length === 1);
  const [first] = told();
  expect(first?.headers.get("authorization")).toBe(`Basic ${world.channel.callback_secret}`);
  // What is kept of the headers has no secret in it.
  await eventually(async () => (await deliveries())[0].proof !== null);
  const kept = Object.keys(JSON.parse((await deliveries())[0].proof));
  expect(kept).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"]);
  expect(first?.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(first?.headers.get("x-slipway-signature")).toBeNull();
  expect(verified(world.channel.callback_secret, first!)).toMatchObject({ type: "subscription" });
  const document = (await api("GET", "/openapi.json")).body;
  const { schema } =
    document.webhooks["channel.callback"].post.requestBody.content["application/json"];
  for (const { body } of internet.received) {
    expect(undescribedIn(document, schema, JSON.parse(body))).toEqual([]);
  }
  expect(JSON.parse(first?.body ?? "")).toEqual({
    type: "subscription",
    message: expect.any(String),
    channelId: world.channel.id,
    iuid: `a"b\\c💥`,
    date: expect.any(Number),
  });
  expect(Math.abs(JSON.parse(first?.body ?? "").date - Date.now() / 1000)).toBeLessThan(60);
  for (const { token } of [one, two]) await api("DELETE", `/public/subscriptions/${id}`, { token });
  await eventually(async () => told().length === 2);
  expect(JSON.parse(told()[1]?.body ?? "")).toMatchObject({
    type: "unsubcription",
    channelId: world.channel.id,
    iuid: `a"b\\c💥`,
  });
  expect(await deliveries()).toHaveLength(2);
});

describe("a subscription whose last device is removed", () => {
  const expectTold = async () => {
    // as if a minute had passed: the sweep takes what is overdue
    await rows(
      "UPDATE webhook_deliveries SET next_attempt_at = next_attempt_at - ? WHERE status = 'pending'",
      MINUTE_MS,
    );
    await recoverDeliveries(testContext().ctx);
    await eventually(async () => told().length === 2);
    expect(JSON.parse(told()[1]?.body ?? "")).toEqual({
      type: "unsubcription",
      message: expect.any(String),
      channelId: world.channel.id,
      iuid: "ann's",
      date: expect.any(Number),
    });
    expect(Math.abs(JSON.parse(told()[1]?.body ?? "").date - Date.now() / 1000)).toBeLessThan(60);
    expect(await deliveries()).toHaveLength(2);
  };

  test("is reported as ended when the app's owner deletes the device", async () => {
    const [one, two] = [await newDevice(world), await newDevice(world)];
    for (const device of [one, two]) await subscribe(world, device, "ann's");
    await eventually(async () => told().length === 1);
    const remove = async ({ id }: { id: string }) =>
      api("DELETE", `/api/v1/push/apps/${world.app.id}/subscribers/${id}`, {
        token: world.account.key,
      });
    expect((await remove(one)).status).toBe(200);
    expect(await deliveries()).toHaveLength(1);
    expect((await remove(two)).status).toBe(200);
    await expectTold();
  });

  test("is reported as ended when the device was silent for too long", async () => {
    const device = await newDevice(world);
    await subscribe(world, device, "ann's");
    await eventually(async () => told().length === 1);
    await rows(
      "UPDATE subscribers SET status = 'inactive', last_active_at = 1, updated_at = 1 WHERE uuid = ?",
      device.id,
    );
    await expireSubscribers(testContext().ctx);
    await expectTold();
  });
});

test("deleting a channel reports no end of its subscriptions", async () => {
  await subscribe(world, await newDevice(world), "ann");
  await eventually(async () => told().length === 1);
  const [{ id }] = await rows(
    "SELECT callback_id AS id FROM channels WHERE id = ?",
    world.channel.id,
  );
  await api("DELETE", `/api/v1/channels/${world.channel.id}`, { token: world.account.key });
  const begun = await rows("SELECT 1 FROM webhook_deliveries WHERE webhook_id = ?", id);
  expect(begun).toHaveLength(1);
});

test("binding from the customer's server is reported too, and a refused binding is not", async () => {
  const device = await newDevice(world);
  const bind = async (subscriber_id: string) =>
    api("POST", `/api/v1/channels/${world.channel.id}/subscriptions`, {
      token: world.account.key,
      json: { iuid: "ann", subscriber_id },
    });
  expect((await bind(crypto.randomUUID())).status).toBe(422);
  expect((await bind(device.id)).status).toBe(201);
  await eventually(async () => told().length === 1);
  expect(await deliveries()).toHaveLength(1);
});

test("a callback that fails is tried again later, like a webhook", async () => {
  internet.answer = () => new Response(null, { status: 500 });
  await subscribe(world, await newDevice(world), "ann");
  await eventually(async () => (await deliveries())[0]?.response_status === 500);
  const [delivery] = await deliveries();
  expect(delivery).toMatchObject({ status: "pending", attempts: 1 });
  expect(delivery.next_attempt_at).toBeGreaterThan(Date.now());
  expect(told()[0]?.headers.get("webhook-id")).toBe(delivery.uuid);
});

test("nothing is reported while the channel has no URL, and reports resume with a new one", async () => {
  const path = `/api/v1/channels/${world.channel.id}`;
  const token = world.account.key;
  const cleared = await api("PATCH", path, { token, json: { callback_url: null } });
  expect(cleared.body.data).toMatchObject({ callback_url: null, callback_enabled: false });
  await subscribe(world, await newDevice(world), "ann");
  expect(await deliveries()).toEqual([]);
  await api("PATCH", path, { token, json: { callback_url: URL_OF_HOOK } });
  await subscribe(world, await newDevice(world), "bob");
  await eventually(async () => told().length === 1);
});

test("a callback that was disabled after failures is enabled again when its URL is given", async () => {
  await rows(
    "UPDATE webhooks SET enabled = 0, failures_in_a_row = 10, disabled_at = 1, holds = 1 WHERE id = (SELECT callback_id FROM channels WHERE id = ?)",
    world.channel.id,
  );
  const path = `/api/v1/channels/${world.channel.id}`;
  const token = world.account.key;
  expect((await api("GET", path, { token })).body.data.callback_enabled).toBe(false);
  expect(
    (await api("PATCH", path, { token, json: { name: "x" } })).body.data.callback_enabled,
  ).toBe(false);
  const given = await api("PATCH", path, { token, json: { callback_url: URL_OF_HOOK } });
  expect(given.body.data.callback_enabled).toBe(true);
});

test("a callback that gets another URL is not slow any more, with the same one it still is", async () => {
  const callback = "(SELECT callback_id FROM channels WHERE id = ?)";
  await rows(`UPDATE webhooks SET slow_until = 9e15 WHERE id = ${callback}`, world.channel.id);
  const path = `/api/v1/channels/${world.channel.id}`;
  const slowWith = async (callback_url: string) => {
    await api("PATCH", path, { token: world.account.key, json: { callback_url } });
    return rows(`SELECT slow_until AS at FROM webhooks WHERE id = ${callback}`, world.channel.id);
  };
  expect(await slowWith(URL_OF_HOOK)).toEqual([{ at: 9e15 }]);
  expect(await slowWith("https://quick.example.com/")).toEqual([{ at: null }]);
});

test("a callback whose receiver is gone is disabled, as a webhook is", async () => {
  internet.answer = () => new Response(null, { status: 410 });
  await subscribe(world, await newDevice(world), "ann");
  await eventually(async () => (await deliveries())[0]?.status === "failed");
  const path = `/api/v1/channels/${world.channel.id}`;
  const shown = await api("GET", path, { token: world.account.key });
  expect(shown.body.data.callback_enabled).toBe(false);
});

test.each([
  "http://hooks.example.com/",
  "https://127.0.0.1/",
  "https://10.0.0.1/",
  "https://[::1]/",
  "https://localhost/",
  "https://hooks.internal/",
  "ftp://hooks.example.com/",
  "nonsense",
])("the callback URL %s is refused, on creation and later", async (callback_url) => {
  const token = world.account.key;
  const made = await newChannel(token, { app_id: world.appId, callback_url });
  const path = `/api/v1/channels/${world.channel.id}`;
  for (const refused of [made, await api("PATCH", path, { token, json: { callback_url } })]) {
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.errors)).toEqual(["callback_url"]);
  }
});

test("a host name that leads to a private address is refused, and gets nothing once it does", async () => {
  internet.names["inside.example.com"] = ["10.0.0.7"];
  const refused = await newChannel(world.account.key, {
    app_id: world.appId,
    callback_url: "https://inside.example.com/",
  });
  expect(refused.status).toBe(422);
  internet.names["hooks.example.com"] = ["192.168.1.1"];
  await subscribe(world, await newDevice(world), "ann");
  await eventually(async () => (await deliveries()).some(({ error }) => error !== null));
  expect(await deliveries()).toMatchObject([
    { status: "pending", error: "the host leads to a private address" },
  ]);
  expect(told()).toEqual([]);
});

test("the push API neither lists, changes nor deletes a channel's callback", async () => {
  const { key } = world.account;
  const listed = await api("GET", `/api/v1/push/apps/${world.app.id}/webhooks`, { token: key });
  expect(listed.body.data).toEqual([]);
  const [{ uuid }] = await rows(
    "SELECT uuid FROM webhooks WHERE id = (SELECT callback_id FROM channels WHERE id = ?)",
    world.channel.id,
  );
  const path = `/api/v1/push/apps/${world.app.id}/webhooks/${uuid}`;
  for (const method of ["PATCH", "DELETE"]) {
    const json = method === "PATCH" ? { json: { enabled: false } } : {};
    expect((await api(method, path, { token: key, ...json })).status).toBe(404);
  }
  expect((await channelApi(world, "GET", "/subscriptions")).status).toBe(200);
});
