// A person's own page of channels, by its links: what each reaches, what can be done there, and how links end.
import { beforeAll, expect, test } from "vitest";
import { newHexId } from "../../../../src/kit/hex-id.ts";
import { makePersonToken } from "../../../../src/domain/channels/person-token.ts";
import {
  channelApi,
  channelWorld,
  newChannel,
  newDevice,
  sendTo,
  subscribe,
  withoutLink,
  type ChannelWorld,
  type Device,
} from "../../../support/channels.ts";
import { browser } from "../../../support/person.ts";
import { useInternet } from "../../../support/receiver.ts";
import { api, beginMinute, bindings, ORIGIN, rows, send } from "../../../support/worker.ts";

// pushes go nowhere
useInternet();

const DAY = 86_400_000;
const visitor = browser();
const secret = () => (bindings as unknown as { LINK_SIGNING_KEY: string }).LINK_SIGNING_KEY;
const pathIn = (url: string) => url.slice(ORIGIN.length);

const ownOf = async (device: Device): Promise<any[]> =>
  (await api("GET", "/public/subscribers/me/subscriptions", { token: device.token })).body.data;
const linkOf = async (device: Device, id: string) =>
  pathIn((await ownOf(device)).find((each) => each.id === id).pageUrl);
const linkFrom = async (world: ChannelWorld, iuid: string) =>
  pathIn((await channelApi(world, "POST", `/subscriptions/${iuid}/link`)).body.url);
/** The text of the page, or of what it says it is no more. */
const read = async (path: string) => (await visitor.get(path)).html;
const saidBy = ({ headers }: { headers: Headers }) =>
  decodeURIComponent(headers.get("set-cookie") ?? "");

/** Ann with a phone and a tablet in Orders, and on the phone alone in Stalls too; Bob with a device of his own. */
async function annAndBob() {
  const orders = await channelWorld({ name: "Orders" });
  const made = await newChannel(orders.account.key, { name: "Stalls", app_id: orders.appId });
  const stalls: ChannelWorld = { ...orders, channel: made.body.data };
  const [phone, tablet, bobs] = [
    await newDevice(orders),
    await newDevice(orders),
    await newDevice(orders),
  ];
  const ann = await subscribe(orders, phone, "ann-1042");
  await subscribe(orders, tablet, "ann-1042");
  const stall = await subscribe(stalls, phone, "stall-14");
  const bob = await subscribe(orders, bobs, "bob-7");
  await sendTo(orders, "ann-1042", { title: "Your box is packed", text: "Stall 14, until six." });
  await sendTo(stalls, "stall-14", { title: "Gates open at six", text: "Unload before seven." });
  await sendTo(orders, "bob-7", { title: "For Bob alone", text: "A secret of Bob's." });
  return { orders, stalls, phone, tablet, bobs, ann, stall, bob };
}

/** What tests share that change nothing of it. */
let seen: Awaited<ReturnType<typeof annAndBob>>;
beforeAll(async () => {
  seen = await annAndBob();
});

test("a device's link shows all that it is bound to, and nothing of anybody else", async () => {
  const { orders, phone, ann } = seen;
  const path = await linkOf(phone, ann.id);
  const { status, html, headers } = await visitor.get(path);
  expect(status).toBe(200);
  for (const told of ["ann-1042", "stall-14", "Your box is packed", "Gates open at six"]) {
    expect(html).toContain(told);
  }
  expect(html).toContain("2 channels, 2 devices, 2 messages.");
  expect(html).toContain(`<h1>Your messages from <bdi>${orders.app.name}</bdi></h1>`);
  expect([...html.matchAll(/<b><bdi>([^<]*)</g)].map(([, name]) => name)).toEqual([
    "Orders",
    "Stalls",
  ]);
  expect(html).toMatch(/<bdi>[^<]+<\/bdi> writes these messages/);
  expect(html).not.toContain("Bob");
  expect(html).not.toContain("bob-7");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-robots-tag")).toBe("noindex");
  expect(headers.get("referrer-policy")).toBe("same-origin");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("the link that a channel makes shows that channel alone", async () => {
  const { orders } = seen;
  const made = await channelApi(orders, "POST", "/subscriptions/ann-1042/link");
  expect(made.status).toBe(200);
  expect(made.body).toEqual({
    url: expect.stringMatching(/^https?:\/\/[^/]+\/dashboard\/messages\/[\w-]{68}$/),
    expiresAt: expect.any(Number),
  });
  const days = (made.body.expiresAt * 1000 - Date.now()) / DAY;
  expect(days).toBeCloseTo(30, 1);
  const html = await read(pathIn(made.body.url));
  expect(html).toContain("Your box is packed");
  expect(html).not.toContain("Gates open at six");
  expect(html).toContain("1 channel, 2 devices, 1 message.");
});

test("a channel makes no link for who is not there, nor with another channel's key", async () => {
  const { orders, stalls } = seen;
  expect((await channelApi(orders, "POST", "/subscriptions/nobody/link")).status).toBe(404);
  const foreign = await channelApi(orders, "POST", "/subscriptions/ann-1042/link", {
    headers: { "x-channel-api-key": stalls.channel.api_key },
  });
  expect(foreign.status).toBe(404);
});

test("muting, reading and leaving do what the page says", async () => {
  const { orders, phone, ann } = await annAndBob();
  const path = await linkOf(phone, ann.id);
  const muted = await visitor.post(`${path}/mute`, { subscription: ann.id, mute: "1" });
  expect(muted.to).toBe(path);
  expect(saidBy(muted)).toContain("Orders is muted.");
  expect((await ownOf(phone)).find(({ id }) => id === ann.id).mute).toBe(true);
  await visitor.post(`${path}/mute`, { subscription: ann.id, mute: "0" });
  expect((await ownOf(phone)).find(({ id }) => id === ann.id).mute).toBe(false);
  expect(await read(path)).toContain("Mark all as read");
  await visitor.post(`${path}/read`);
  expect(await read(path)).not.toContain("Mark all as read");
  const left = await visitor.post(`${path}/leave`, { subscription: ann.id });
  expect(saidBy(left)).toContain("You have left Orders.");
  // The link was that subscription's: the page goes on by the other one of the same device.
  expect(left.to).not.toBe(path);
  const rest = await read(left.to!);
  expect(rest).toContain("stall-14");
  expect(rest).not.toContain("Your box is packed");
  expect((await channelApi(orders, "GET", "/subscriptions/ann-1042")).status).toBe(404);
  const old = await visitor.get(path);
  expect(old.status).toBe(410);
  expect(old.html).toContain("You get nothing here any more");
});

test("leaving by a channel's link ends the page", async () => {
  const { orders, ann, phone } = await annAndBob();
  const path = await linkFrom(orders, "ann-1042");
  const left = await visitor.post(`${path}/leave`, { subscription: ann.id });
  expect(left.to).toBe(path);
  expect((await visitor.get(path)).status).toBe(410);
  expect((await ownOf(phone)).map(({ iuid }) => iuid)).toEqual(["stall-14"]);
});

test("the owner's callback is told of who left on the page", async () => {
  const world = await channelWorld({ callback_url: "https://example.com/hooks" });
  const device = await newDevice(world);
  const { id } = await subscribe(world, device, "ann");
  await visitor.post(`${await linkOf(device, id)}/leave`, { subscription: id });
  const told = await rows(
    "SELECT body FROM webhook_deliveries WHERE body LIKE '%unsubcription%' AND body LIKE ?",
    `%${world.channel.id}%`,
  );
  expect(told).toHaveLength(1);
});

test("a device that is forgotten gets no more, and the others go on", async () => {
  const { orders, phone, tablet, ann } = await annAndBob();
  const path = await linkOf(phone, ann.id);
  const [row] = await rows("SELECT uuid FROM subscribers WHERE uuid = ?", tablet.id);
  const forgot = await visitor.post(`${path}/forget`, { device: row.uuid });
  expect(forgot.to).toBe(path);
  expect(await ownOf(tablet)).toEqual([]);
  expect(await read(path)).toContain("2 channels, 1 device, 2 messages.");
  // The last device takes the subscriptions with it.
  await visitor.post(`${path}/forget`, { device: phone.id });
  expect((await channelApi(orders, "GET", "/subscriptions/ann-1042")).status).toBe(404);
  expect((await visitor.get(path)).status).toBe(410);
});

test("a device that was forgotten, or left, keeps no link to what the others go on with", async () => {
  const { orders, phone, tablet, bobs, ann, bob } = await annAndBob();
  const lost = await linkOf(tablet, ann.id);
  expect(await read(lost)).toContain("Your box is packed");
  await visitor.post(`${await linkOf(phone, ann.id)}/forget`, { device: tablet.id });
  const { status, html } = await visitor.get(lost);
  expect(status).toBe(410);
  expect(html).toContain("This device gets nothing here any more");
  for (const form of ["link", "read", "delete"]) {
    expect((await visitor.post(`${lost}/${form}`)).to).toBe(lost);
  }
  expect((await channelApi(orders, "GET", "/subscriptions/ann-1042")).status).toBe(200);
  // Somebody used Bob's device for a while, and left.
  await subscribe(orders, bobs, "ann-1042");
  const shared = await linkOf(bobs, ann.id);
  await api("DELETE", `/public/subscriptions/${ann.id}`, { token: bobs.token });
  expect((await visitor.get(shared)).status).toBe(410);
  expect(await read(await linkOf(bobs, bob.id))).not.toContain("Your box is packed");
});

test("all about a person is deleted at once, and nothing of others", async () => {
  const { orders, stalls, phone, ann } = await annAndBob();
  const path = await linkOf(phone, ann.id);
  await visitor.post(`${path}/delete`);
  expect((await visitor.get(path)).status).toBe(410);
  expect((await channelApi(stalls, "GET", "/subscriptions/stall-14")).status).toBe(404);
  expect((await channelApi(orders, "GET", "/subscriptions/bob-7")).status).toBe(200);
  expect(await rows("SELECT id FROM channel_messages WHERE subscription_id = ?", ann.id)).toEqual(
    [],
  );
});

test("nobody reaches what is not theirs, whatever their link", async () => {
  const { orders, bobs, phone, ann, stall, bob } = seen;
  const before = [await ownOf(phone), await ownOf(bobs)];
  const kept = (all: any[][]) => all.map((own) => own.map(withoutLink));
  for (const path of [await linkOf(bobs, bob.id), await linkFrom(orders, "bob-7")]) {
    for (const { id } of [ann, stall]) {
      const muted = await visitor.post(`${path}/mute`, { subscription: id, mute: "1" });
      expect(muted.to).toBe(path);
      expect(saidBy(muted)).toBe("");
      await visitor.post(`${path}/leave`, { subscription: id });
    }
    await visitor.post(`${path}/forget`, { device: phone.id });
    await visitor.post(`${path}/read`);
  }
  // A channel's link does not reach what else the device is bound to.
  const ofOrders = await linkFrom(orders, "ann-1042");
  await visitor.post(`${ofOrders}/leave`, { subscription: stall.id });
  expect(kept([await ownOf(phone), await ownOf(bobs)])).toEqual(kept(before));
  const [message] = await rows(
    "SELECT read_at FROM channel_messages WHERE subscription_id = ?",
    ann.id,
  );
  expect(message.read_at).toBeNull();
});

test("a new link ends all older ones, a device's and a channel's", async () => {
  const { orders, phone, tablet, ann, stall } = await annAndBob();
  const old = await linkOf(phone, ann.id);
  const others = [
    await linkOf(tablet, ann.id),
    await linkOf(phone, stall.id),
    await linkFrom(orders, "ann-1042"),
  ];
  const made = await visitor.post(`${old}/link`);
  expect(made.status).toBe(303);
  expect(await read(made.to!)).toContain("Your box is packed");
  for (const path of [old, ...others]) {
    const { status, html } = await visitor.get(path);
    expect(status).toBe(410);
    expect(html).toContain("There is a newer link");
    expect(html).not.toContain("Your box is packed");
    // Nor does one that has ended do anything, or lead to one that works.
    for (const form of ["link", "read", "delete"]) {
      const { to } = await visitor.post(`${path}/${form}`);
      expect(to).toBe(path);
    }
    expect((await visitor.post(`${path}/leave`, { subscription: ann.id })).to).toBe(path);
  }
  expect(await ownOf(phone)).toHaveLength(2);
});

test("a link that has expired says so, and does nothing", async () => {
  const { ann, phone } = seen;
  const [device] = await rows("SELECT id FROM subscribers WHERE uuid = ?", phone.id);
  const token = await makePersonToken(secret(), {
    subscriptionId: ann.id,
    deviceId: device.id,
    expiresAt: Date.now() - 1,
    generation: 0,
  });
  const path = `/dashboard/messages/${token}`;
  const { status, html } = await visitor.get(path);
  expect(status).toBe(410);
  expect(html).toContain("This link has ended");
  for (const form of ["delete", "link", "read"]) {
    expect((await visitor.post(`${path}/${form}`)).to).toBe(path);
  }
  expect(await ownOf(phone)).toHaveLength(2);
});

test("what is no token is 404, whatever it looks like", async () => {
  const { phone, ann } = seen;
  const path = await linkOf(phone, ann.id);
  const altered = path.slice(0, -1) + (path.endsWith("A") ? "B" : "A");
  for (const other of [
    altered,
    `${path}A`,
    path.slice(0, -1),
    "/dashboard/messages/%20",
    "/dashboard/messages/x",
  ]) {
    const { status, html } = await visitor.get(other);
    expect(status).toBe(404);
    expect(html).not.toContain("Your box");
  }
  const posted = await visitor.post(`${altered}/delete`);
  expect(posted.status).toBe(303);
  expect(await ownOf(phone)).toHaveLength(2);
});

test("forms of other sites do nothing", async () => {
  const { phone, ann } = seen;
  const path = await linkOf(phone, ann.id);
  const answer = await visitor.post(
    `${path}/delete`,
    {},
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  );
  expect(answer.status).toBe(403);
  expect(await ownOf(phone)).toHaveLength(2);
});

/** Adds a message as a row, a millisecond after the one before. */
async function addMessage(subscription: string, title: string): Promise<void> {
  const content = JSON.stringify({ title, text: "It is on its way." });
  const at = (newest += 1);
  await rows(
    "INSERT INTO channel_messages (id, subscription_id, content, created_at) VALUES (?, ?, ?, ?)",
    newHexId(at),
    subscription,
    content,
    at,
  );
}
let newest = Date.now() + DAY;

test("messages go on by pages, newest first, over all channels", async () => {
  const { phone, ann, stall } = await annAndBob();
  for (let at = 0; at < 12; at += 1) {
    await addMessage(ann.id, `Order ${at}`);
    await addMessage(stall.id, `Stall ${at}`);
  }
  const path = await linkOf(phone, ann.id);
  const titles = (html: string) =>
    [...html.matchAll(/<th scope="row"><bdi>([^<]*)</g)].map(([, title]) => title);
  const first = await read(path);
  expect(titles(first)).toHaveLength(20);
  expect(titles(first)[0]).toBe("Stall 11");
  const older = /href="([^"]*before=[0-9a-f]{24})"/.exec(first)?.[1] ?? "";
  const second = await read(older);
  expect(titles(second)).toHaveLength(6);
  expect(titles(second).at(-1)).toBe("Your box is packed");
  expect((await visitor.get(`${path}?before=x'`)).status).toBe(200);
});

test("the page is counted by address", async () => {
  beginMinute();
  const headers = { "cf-connecting-ip": "203.0.113.77" };
  const ask = async () => {
    const answer = await send("GET", "/dashboard/messages/x", { headers });
    await answer.arrayBuffer();
    return answer.status;
  };
  const statuses = await Promise.all(Array.from({ length: 200 }, ask));
  expect(new Set(statuses)).toEqual(new Set([404]));
  expect(await ask()).toBe(429);
});
