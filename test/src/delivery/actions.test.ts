// The buttons of a notification: each provider's payload says of each what it opens, and a click on one means the same
// everywhere, whoever reports it.
import { beforeEach, describe, expect, test } from "vitest";
import { linkToken } from "../../../src/domain/notifications/links.ts";
import { messageId } from "../../../src/domain/notifications/message-id.ts";
import { newDevice } from "../../support/instant.ts";
import { androidSubscriber, PUSH, register, webSubscriber } from "../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { engagementOf } from "../../support/tracked.ts";
import { api, newAddress, rows, send as request } from "../../support/worker.ts";
import { addEverybody, newProviders } from "./captured.ts";
import { Send, useWorld } from "./sending.ts";

const world = useWorld();

const URL_OF_IT = "https://example.com/news";
const BUY = "https://shop.example.com/buy?a=1";
const ACTIONS = [
  { title: "Open", action: "open_url" },
  { title: "Buy", action: "buy now", url: BUY },
  { title: "Close", action: "dismiss", url: "https://example.com/never" },
];

test("each provider's payload carries what each button opens, and dismiss opens nothing", async () => {
  const providers = await newProviders(world);
  const everybody = await addEverybody(providers);
  const send = await Send.create(world, providers.owner, { send: true, actions: ACTIONS });
  expect((await send.get()).actions).toEqual(ACTIONS);
  await send.finish();
  const { fcm, apns, webpush } = providers.captured;
  const shown = [ACTIONS[0], ACTIONS[1], { title: "Close", action: "dismiss" }];
  for (const token of Object.values(everybody.fcm)) {
    expect(JSON.parse(fcm[token].data.slipway_actions)).toEqual(shown);
    expect(fcm[token].webpush.notification.actions).toEqual(shown);
  }
  expect(apns[everybody.apns]!.payload.slipway.actions).toEqual(shown);
  for (const endpoint of Object.values(everybody.webpush)) {
    expect(webpush[endpoint]!.payload.actions).toEqual(shown);
  }
});

describe("a click on a button", () => {
  let owner: PushOwner;
  beforeEach(async () => {
    owner = await newPushOwner();
  });

  /** Makes a notification; answers its row and the calls of one of its recipients. */
  async function sent(wanted: object = {}, subscriber?: unknown) {
    const { account, app } = owner;
    const registered = await register(account, app.id, subscriber ?? (await webSubscriber()));
    const uuid = registered.body.data.id as string;
    const [{ id: subscriberId }] = await rows("SELECT id FROM subscribers WHERE uuid = ?", uuid);
    const made = await api("POST", `${PUSH}/apps/${app.id}/notifications`, {
      token: account.key,
      json: { title: "Hello", body: "World", url: URL_OF_IT, actions: ACTIONS, ...wanted },
    });
    expect(made.status).toBe(201);
    const { id: name, v1_id: id } = made.body.data;
    const key = world.ctx().linkSigningKey;
    const token = linkToken(key, { appId: app.v1_id, notificationId: id, subscriberId });
    const headers = { "cf-connecting-ip": newAddress() };
    const follow = async (query: string, more: Record<string, string> = {}) => {
      const path = `/public/c/${token}${query}`;
      const answer = await request("GET", path, { headers: { ...headers, ...more } });
      return [answer.status, answer.headers.get("location")];
    };
    const report = async (query: string) =>
      (await api("POST", `/public/t/${token}/clicked${query}`, { headers })).status;
    return { id, name, uuid, subscriberId, follow, report };
  }

  test.each([
    ["", URL_OF_IT],
    ["?action=open_url", URL_OF_IT],
    ["?action=buy%20now", BUY],
    ["?action=buy+now", BUY],
    ["?action=unknown", URL_OF_IT],
    ["?action=", URL_OF_IT],
    ["?action=__proto__", URL_OF_IT],
    ["?action=https://evil.example/", URL_OF_IT],
    ["?action=buy%20now&url=https://evil.example/", BUY],
    [`?action=${"x".repeat(3000)}`, URL_OF_IT],
  ])("followed with %s leads to %s and counts", async (query, url) => {
    const { id, follow } = await sent();
    expect(await follow(query)).toEqual([302, url]);
    expect(await engagementOf({ id })).toEqual([0, 1]);
  });

  test("dismiss leads nowhere and counts nothing, whoever reports it", async () => {
    const { id, name, uuid, follow, report } = await sent();
    expect(await follow("?action=dismiss")).toEqual([204, null]);
    expect(await report("?action=dismiss")).toBe(200);
    const track = async (json: object) =>
      api("POST", `${PUSH}/notifications/${name}/track`, { token: owner.account.key, json });
    const dismissed = await track({ subscriber_id: uuid, action: "dismiss" });
    expect([dismissed.status, dismissed.body]).toEqual([200, { ok: true }]);
    expect(await engagementOf({ id })).toEqual([0, 0]);
    // any other button is a click
    expect(await report("?action=open_url")).toBe(200);
    expect(await engagementOf({ id })).toEqual([0, 1]);
    expect((await track({ action: "buy now" })).status).toBe(200);
    expect(await engagementOf({ id })).toEqual([0, 2]);
  });

  test("dismiss counts nothing either where an instance reports it by its message id", async () => {
    const device = await newDevice(owner.app.v1_id);
    const info = { transport_type: "fcm", transport_token: `fcm:${crypto.randomUUID()}` };
    await device.call("PUT", "/info", info);
    const [{ subscriber_id: own }] = await rows(
      "SELECT subscriber_id FROM installations WHERE uuid = ?",
      device.id,
    );
    const { id } = await sent();
    const msg_id = messageId(world.ctx().linkSigningKey, id, own);
    const report = async (json: object) =>
      device.call("POST", "/events/notification", { msg_id, ...json });
    expect((await report({ event: "clicked", action: "dismiss" })).status).toBe(200);
    expect(await engagementOf({ id })).toEqual([0, 0]);
    expect((await report({ event: "delivered", action: "dismiss" })).status).toBe(200);
    expect((await report({ event: "clicked", action: 7 })).status).toBe(200);
    expect(await engagementOf({ id })).toEqual([1, 1]);
  });

  test("a preview follows a button as a person does, and counts nothing", async () => {
    const { id, follow } = await sent();
    expect(await follow("?action=buy%20now", { purpose: "prefetch" })).toEqual([302, BUY]);
    expect(await engagementOf({ id })).toEqual([0, 0]);
  });

  test("a button without a URL opens what the notification does: its default, or the app's own URL", async () => {
    await rows("UPDATE apps SET url = 'https://own.example.com/' WHERE id = ?", owner.app.v1_id);
    const { follow } = await sent({ url: null });
    expect(await follow("?action=open_url")).toEqual([302, "https://own.example.com/"]);
    expect(await follow("?action=buy%20now")).toEqual([302, BUY]);
  });

  test("leads where the subscriber's platform was told, and no other", async () => {
    const web = {
      url: "https://example.com/web",
      actions: [{ title: "Go", action: "go", url: "https://example.com/go" }],
    };
    const wanted = { platform_overrides: { web } };
    const browser = await sent(wanted);
    expect(await browser.follow("")).toEqual([302, web.url]);
    expect(await browser.follow("?action=go")).toEqual([302, web.actions[0]!.url]);
    expect(await browser.follow("?action=buy%20now")).toEqual([302, web.url]);
    const phone = await sent(wanted, androidSubscriber());
    expect(await phone.follow("")).toEqual([302, URL_OF_IT]);
    expect(await phone.follow("?action=go")).toEqual([302, URL_OF_IT]);
    expect(await phone.follow("?action=buy%20now")).toEqual([302, BUY]);
  });

  test("never leads to what is no URL, even if an override holds it", async () => {
    const actions = [{ title: "Go", action: "go", url: "javascript:alert(1)" }];
    const web = { url: "//evil.example/", actions };
    const { follow } = await sent({ platform_overrides: { web } });
    expect(await follow("")).toEqual([302, URL_OF_IT]);
    expect(await follow("?action=go")).toEqual([302, URL_OF_IT]);
  });

  test("the links of a deleted notification answer 404 to dismiss too", async () => {
    const { id, follow, report } = await sent();
    await rows("DELETE FROM notifications WHERE id = ?", id);
    expect((await follow("?action=dismiss"))[0]).toBe(404);
    expect(await report("?action=dismiss")).toBe(404);
  });
});
