// A channel as it ends in the app that Slipway built: the code that its owner shows, the device that the app registered,
// redeemed by its token, a send that arrives there, and the receipt that is counted. On the shell's part: CodesTest
// in builder/shell/test.
import { beforeEach, expect, test } from "vitest";
import { deliveryContextOf } from "../../../src/runtime.ts";
import {
  channelApi,
  newChannel,
  redeem,
  sendTo,
  type ChannelWorld,
} from "../../support/channels.ts";
import { APP, ask, entries, join, newDevice } from "../../support/inbox.ts";
import { PUSH } from "../../support/push.ts";
import { newPushApp } from "../../support/scenario.ts";
import { api, bindings, ORIGIN, send as fetchPath } from "../../support/worker.ts";
import { newProviders } from "./captured.ts";
import { Send, useWorld } from "./sending.ts";

const world = useWorld();

// Messages have links here, which a Worker without a PUBLIC_URL leaves out.
beforeEach(() => {
  const delivery = deliveryContextOf(bindings);
  delivery.publicUrl = ORIGIN;
  return () => void (delivery.publicUrl = "");
});

const DAY_MS = 86_400_000;
/** What the app says of itself besides its address. */
const DEVICE = { ...APP, language: "de-DE", country: "DE", timezone: "Europe/Berlin" };

interface Phone {
  id: string;
  token: string;
  /** Null for one that asks for its list. */
  endpoint: string | null;
}

/** An app with a channel, and what devices of it do. */
async function newOrders() {
  const { owner, captured, browser } = await newProviders(world);
  const made = await newChannel(owner.account.key, { app_id: owner.app.v1_id, name: "Orders" });
  const channels: ChannelWorld = { ...owner, appId: owner.app.v1_id, channel: made.body.data };
  const served = async (): Promise<Phone> => {
    const { endpoint, keys } = browser("android");
    return { ...(await newDevice(owner, { ...DEVICE, endpoint, keys })), endpoint };
  };
  const silent = async (): Promise<Phone> => ({
    ...(await newDevice(owner, DEVICE)),
    endpoint: null,
  });
  const codeFor = async (iuid: string): Promise<string> =>
    (await channelApi(channels, "GET", `/subscriptions/${iuid}/code`)).body.code;
  /** What was pushed to the phone and not yet looked at. */
  const arrived = async ({ token, endpoint }: Phone): Promise<any[]> => {
    if (endpoint === null) return (await entries({ token })).map(({ message }: any) => message);
    const pushed = captured.webpush[endpoint];
    return pushed === undefined ? [] : [pushed.payload];
  };
  /** Sends by the channel; answers the notification that it made, or null. */
  const sent = async (iuid: string, json?: object): Promise<Send | null> => {
    const before = await newest();
    expect((await sendTo(channels, iuid, json)).status).toBe(200);
    const { id, v1_id: number } = (await newest()) ?? {};
    if (id === undefined || id === before?.id) return null;
    const made = new Send(world, owner, id, number);
    await made.finish();
    return made;
  };
  const newest = async () =>
    (await api("GET", `${PUSH}/apps/${owner.app.id}/notifications`, { token: owner.account.key }))
      .body.data[0];
  return { owner, channels, served, silent, codeFor, arrived, sent };
}

const own = async ({ token }: Phone) =>
  (await api("GET", "/public/subscribers/me/subscriptions", { token })).body.data;

test.each(["served", "silent"] as const)(
  "a %s device redeems the code of a QR, gets the channel's send, and its receipt counts",
  async (kind) => {
    const orders = await newOrders();
    const phone = await orders[kind]();
    const neighbour = await orders[kind]();
    const code = await orders.codeFor("ann");
    const redeemed = await redeem(phone, code);
    expect(redeemed).toMatchObject({
      status: 201,
      body: { data: { iuid: "ann", name: "Orders", mute: false } },
    });
    // The link to the person's page is sealed anew each time.
    expect(await own(phone)).toEqual([
      { ...redeemed.body.data, pageUrl: expect.stringContaining("/dashboard/messages/") },
    ]);

    const send = await orders.sent("ann", { title: "Your order", text: "It is on its way." });
    const [message, ...more] = await orders.arrived(phone);
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      title: "Your order",
      body: "It is on its way.",
      data: { channel: orders.channels.channel.id, subscription: redeemed.body.data.id },
    });
    expect(await orders.arrived(neighbour)).toEqual([]);

    for (let times = 0; times < 2; times += 1) {
      const { pathname } = new URL(message.receipt);
      expect((await fetchPath("POST", pathname)).status).toBe(200);
    }
    const clicked = new URL(message.receipt).pathname.replace(/delivered$/, "clicked");
    expect((await fetchPath("POST", clicked)).status).toBe(200);
    expect((await send!.get()).stats).toMatchObject({
      total_count: 1,
      sent_count: 1,
      failed_count: 0,
      delivered_count: 1,
      clicked_count: 1,
    });
    const provider = kind === "served" ? "webpush" : "inbox";
    expect((await send!.totals()).providers).toContainEqual(
      expect.objectContaining({ provider, sent_count: 1, failed_count: 0 }),
    );
    // The channel keeps the message for the device, which notes that it was read by the id that came with the push.
    const kept = `/public/subscriptions/${redeemed.body.data.id}/notifications`;
    const nid = message.data.channel_notification;
    const list = async () => (await api("GET", kept, { token: phone.token })).body.data;
    expect(await list()).toEqual([
      expect.objectContaining({ id: nid, title: "Your order", readedAt: 0 }),
    ]);
    expect((await api("POST", `${kept}/${nid}/read`, { token: phone.token })).status).toBe(200);
    expect((await list())[0].readedAt).toBeGreaterThan(0);
  },
);

test("a person's phones all get it, a muted one's person and who left get none", async () => {
  const orders = await newOrders();
  const [served, silent] = [await orders.served(), await orders.silent()];
  await redeem(served, await orders.codeFor("ann"));
  await redeem(silent, await orders.codeFor("ann"));
  const both = await orders.sent("ann");
  expect(both).not.toBeNull();
  expect((await both!.get()).stats).toMatchObject({ total_count: 2, sent_count: 2 });
  const [{ id }] = await own(silent);
  await api("PUT", `/public/subscriptions/${id}/mute`, { token: silent.token });
  expect(await orders.sent("ann"), "muted").toBeNull();
  await api("DELETE", `/public/subscriptions/${id}/mute`, { token: silent.token });
  await api("DELETE", `/public/subscriptions/${id}`, { token: silent.token });
  expect(await own(silent)).toEqual([]);
  const toOne = await orders.sent("ann");
  expect((await toOne!.get()).stats).toMatchObject({ total_count: 1, sent_count: 1 });
  expect(await orders.arrived(silent)).toHaveLength(1);
  // What came while it was muted can be read all the same.
  const kept = await api("GET", `/public/subscriptions/${id}/notifications`, {
    token: served.token,
  });
  expect(kept.body.data).toHaveLength(3);
  await api("DELETE", `/public/subscriptions/${id}`, { token: served.token });
  expect((await sendTo(orders.channels, "ann")).status).toBe(404);
});

test("a code is no good to another app's device, a second time, or after a day", async () => {
  const orders = await newOrders();
  const phone = await orders.silent();
  const sibling = await newPushApp(orders.owner.account.key);
  const strangers = [
    await newDevice({ account: orders.owner.account, app: sibling }, DEVICE),
    await (await newOrders()).silent(),
  ];
  const code = await orders.codeFor("ann");
  for (const stranger of strangers) {
    expect(await redeem(stranger, code)).toMatchObject({
      status: 404,
      body: { error: "not_found" },
    });
  }
  expect((await redeem(phone, code)).status).toBe(201);
  // Also to the one that used it, which is bound already: its app has to look at its list.
  expect((await redeem(phone, code)).status).toBe(404);
  expect(await own(phone)).toHaveLength(1);
  const late = await orders.codeFor("bob");
  world.pass(DAY_MS);
  expect((await redeem(phone, late)).status).toBe(404);
  expect((await own(phone)).map(({ iuid }: { iuid: string }) => iuid)).toEqual(["ann"]);
});

test("with notifications off nothing arrives, and registering again by the same token brings it back", async () => {
  const orders = await newOrders();
  const phone = await orders.silent();
  await redeem(phone, await orders.codeFor("ann"));
  await api("DELETE", `/public/subscribers/${phone.id}`, { token: phone.token });
  expect(await orders.sent("ann")).toBeNull();
  expect(await orders.arrived(phone)).toEqual([]);
  const again = await join(orders.owner, DEVICE, phone.token);
  expect(again).toMatchObject({ status: 200, body: { data: { id: phone.id } } });
  expect(await own(phone)).toHaveLength(1);
  await orders.sent("ann");
  expect(await orders.arrived(phone)).toHaveLength(1);
  expect((await ask(phone)).status).toBe(200);
});
