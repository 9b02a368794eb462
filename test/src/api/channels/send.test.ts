// Sending through channels: a send reaches only the devices bound to the channel and the iuid, which can read it later.
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sendToIuid } from "../../../../src/domain/channels/send.ts";
import type { Ctx } from "../../../../src/domain/context.ts";
import type { Channel } from "../../../../src/domain/channels/find-channel.ts";
import { audiencePage, countAudience } from "../../../../src/domain/audiences/audience.ts";
import { Targeting } from "../../../../src/domain/audiences/targeting.ts";
import {
  channelApi,
  channelWorld,
  newChannel,
  newDevice,
  sendTo,
  subscribe,
  type Device,
} from "../../../support/channels.ts";
import { testContext } from "../../../support/context.ts";
import { fakePorts, type Told } from "../../../support/notifications.ts";
import { androidSubscriber, register } from "../../../support/push.ts";
import { useInternet } from "../../../support/receiver.ts";
import { countTrips } from "../../../support/trips.ts";
import { api, eventually, rows } from "../../../support/worker.ts";
import { propertyRuns } from "../../../support/property-runs.ts";
import { newAccount, newApp } from "../../../support/scenario.ts";

const internet = useInternet();
afterEach(() => void vi.restoreAllMocks());

const endpoints = () =>
  internet.received.map(({ url }) => url).filter((url) => url.startsWith("https://push."));

const received = async (device: Device, id: string): Promise<any[]> =>
  (await api("GET", `/public/subscriptions/${id}/notifications`, { token: device.token })).body
    .data;

/** The notifications of an app, sent or being sent. */
const runs = async (appId: number) =>
  rows("SELECT * FROM notifications WHERE app_id = ? ORDER BY id", appId);

/** Waits until there are such, and all of them are sent. */
const over = async (appId: number) =>
  eventually(async () => {
    const all = await runs(appId);
    return all.length > 0 && all.every(({ status }) => status === "sent");
  });

test("a send reaches every device bound to the iuid, and no other", async () => {
  internet.answer = () => new Response(null, { status: 201 });
  const world = await channelWorld();
  const [one, two, other] = [
    await newDevice(world),
    await newDevice(world),
    await newDevice(world),
  ];
  await newDevice(world);
  const sibling = await newChannel(world.account.key, { app_id: world.appId });
  const subscription = await subscribe(world, one, "ann");
  expect((await subscribe(world, two, "ann")).id, "one subscription").toBe(subscription.id);
  await subscribe(world, other, "bob");
  await subscribe({ ...world, channel: sibling.body.data }, other, "ann");

  const sent = await sendTo(world, "ann");
  expect(sent.status).toBe(200);
  expect(sent.body.subscription).toBe(subscription.id);
  await over(world.appId);
  expect(endpoints().toSorted()).toEqual([one.endpoint, two.endpoint].toSorted());
  const [run] = await runs(world.appId);
  expect(run).toMatchObject({ status: "sent", total_count: 2, sent_count: 2 });
  for (const device of [one, two]) {
    expect(await received(device, subscription.id)).toEqual([sent.body]);
  }
});

test("a muted subscription keeps what it is sent and gets no push, until it is unmuted", async () => {
  internet.answer = () => new Response(null, { status: 201 });
  const world = await channelWorld();
  const device = await newDevice(world);
  const { id } = await subscribe(world, device, "ann");
  const mute = `/public/subscriptions/${id}/mute`;
  const muted = await api("PUT", mute, { token: device.token });
  expect(muted.body.data).toMatchObject({ id, mute: true });
  expect((await channelApi(world, "GET", "/subscriptions/ann")).body.mute).toBe(true);
  const quiet = await sendTo(world, "ann");
  expect(quiet.status).toBe(200);
  expect(await runs(world.appId)).toEqual([]);
  expect(await received(device, id)).toEqual([quiet.body]);
  expect((await api("DELETE", mute, { token: device.token })).body.data.mute).toBe(false);
  await sendTo(world, "ann");
  await over(world.appId);
  expect(endpoints()).toEqual([device.endpoint]);
  expect(await received(device, id)).toHaveLength(2);
});

test("a send arrives even if the app's default icon and URL do not fit beside its text", async () => {
  internet.answer = () => new Response(null, { status: 201 });
  const world = await channelWorld();
  await api("PUT", `/api/v1/push/apps/${world.app.id}`, {
    token: world.account.key,
    json: {
      settings: {
        default_icon: "https://example.com/".padEnd(1990, "i"),
        default_url: "https://example.com/".padEnd(1990, "u"),
      },
    },
  });
  const device = await newDevice(world);
  await subscribe(world, device, "ann");
  expect((await sendTo(world, "ann", { title: "abc", text: "abc" })).status).toBe(200);
  await eventually(async () => (await runs(world.appId)).some(({ sent_at }) => sent_at !== null));
  expect(await runs(world.appId)).toMatchObject([{ status: "sent", sent_count: 1 }]);
  expect(endpoints()).toEqual([device.endpoint]);
});

test("a send of an app without push credentials answers 200 and is kept", async () => {
  const account = await newAccount();
  const { id: appId, uuid } = await newApp(account.key);
  const channel = (await newChannel(account.key, { app_id: appId })).body.data;
  const subscriber = await register(account, uuid, androidSubscriber());
  const bound = await api("POST", `/api/v1/channels/${channel.id}/subscriptions`, {
    token: account.key,
    json: { iuid: "ann", subscriber_id: subscriber.body.data.id },
  });
  expect(bound.status).toBe(201);
  expect((await sendTo({ channel }, "ann")).status).toBe(200);
  expect(await runs(appId)).toEqual([]);
  expect(
    await rows("SELECT 1 FROM channel_messages WHERE subscription_id = ?", bound.body.data.id),
  ).toHaveLength(1);
});

test("a device that unsubscribed gets no push, and the message is kept", async () => {
  const world = await channelWorld();
  const device = await newDevice(world);
  const { id } = await subscribe(world, device, "ann");
  await api("DELETE", `/public/subscribers/${device.id}`, { token: device.token });
  expect((await sendTo(world, "ann")).status).toBe(200);
  expect(await runs(world.appId)).toEqual([]);
  expect(await received(device, id)).toHaveLength(1);
});

test("a send answers 404 once the only device has left or was deleted", async () => {
  const world = await channelWorld();
  const [left, gone] = [await newDevice(world), await newDevice(world)];
  const { id } = await subscribe(world, left, "left");
  await subscribe(world, gone, "gone");
  await api("DELETE", `/public/subscriptions/${id}`, { token: left.token });
  await api("DELETE", `/api/v1/push/apps/${world.app.id}/subscribers/${gone.id}`, {
    token: world.account.key,
  });
  for (const iuid of ["left", "gone"]) {
    const answer = await sendTo(world, iuid);
    expect(answer.status).toBe(404);
    expect(answer.body.message).toBe("Subscription not found");
  }
  expect((await channelApi(world, "GET", "/subscriptions")).body).toEqual([]);
  expect(await runs(world.appId)).toEqual([]);
});

test("no request may use the targeting by subscriber ids that channels use", () => {
  expect(Targeting.safeParse({ type: "subscribers", ids: [1] }).success).toBe(false);
});

test("the push API shows a channel's notification without the database's ids", async () => {
  const world = await channelWorld();
  await subscribe(world, await newDevice(world), "ann");
  await sendTo(world, "ann");
  await over(world.appId);
  const listed = await api("GET", `/api/v1/push/apps/${world.app.id}/notifications`, {
    token: world.account.key,
  });
  expect(listed.body.data[0].targeting).toEqual({ type: "subscribers", count: 1 });
});

test("any title and text of Unicode characters are answered and kept unchanged", async () => {
  const world = await channelWorld();
  const device = await newDevice(world);
  const { id } = await subscribe(world, device, "ann");
  await api("PUT", `/public/subscriptions/${id}/mute`, { token: device.token });
  const words = (max: number) =>
    fc
      .oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom("\u0000\u0000\u0000", "\u{10ffff}abc", "   "),
      )
      .filter((text) => text.isWellFormed() && [...text].length >= 3 && [...text].length <= max);
  await fc.assert(
    fc.asyncProperty(words(30), words(200), async (title, text) => {
      const sent = await sendTo(world, "ann", { title, text });
      expect(sent.body).toMatchObject({ title, text });
      expect((await received(device, id))[0]).toEqual(sent.body);
    }),
    { numRuns: propertyRuns(30) },
  );
});

test("an iuid may be any text without control characters", async () => {
  const world = await channelWorld();
  const device = await newDevice(world);
  const plain = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
  const odd = fc.constantFrom(
    "a/b",
    "%",
    "%2F",
    "100%25",
    "..",
    "?x=1#y",
    "code",
    "a b",
    "é",
    "💥",
    "'",
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(plain, odd), async (iuid) => {
      fc.pre(/^[^\p{Cc}\p{Cs}]+$/u.test(iuid) && iuid !== "." && iuid !== "..");
      const subscription = await subscribe(world, device, iuid);
      expect(subscription.iuid).toBe(iuid);
      const found = await channelApi(world, "GET", `/subscriptions/${encodeURIComponent(iuid)}`);
      expect(found.body).toMatchObject({ iuid, id: subscription.id });
    }),
    { numRuns: propertyRuns(50) },
  );
});

describe("the cost of a send", () => {
  /** A context whose runs only note what they are told. */
  const quiet = (told: Told[]) => ({ ...testContext().ctx, ...fakePorts(told) }) as unknown as Ctx;

  async function domainWorld() {
    const world = await channelWorld();
    const device = await newDevice(world);
    const { id } = await subscribe(world, device, "ann");
    const told: Told[] = [];
    const ctx = quiet(told);
    const [row] = await rows("SELECT * FROM channels WHERE id = ?", world.channel.id);
    const channel = { id: row.id, accountId: row.account_id, appId: row.app_id } as Channel;
    return { world, device, id, told, ctx, channel };
  }

  test("stays at two round trips over 1,000 sends in a row", async () => {
    const { world, device, id, told, channel } = await domainWorld();
    const trips = countTrips();
    const ctx = quiet(told);
    const costs: number[] = [];
    for (let n = 0; n < 1000; n += 1) {
      const before = trips();
      await sendToIuid(ctx, channel, "ann", { title: "One more", text: `Number ${n}` });
      costs.push(trips() - before);
    }
    expect(new Set(costs)).toEqual(new Set([2]));
    expect(told).toHaveLength(1000);
    vi.restoreAllMocks();
    expect(await runs(world.appId)).toHaveLength(1000);
    const [last] = await received(device, id);
    expect(last.text).toBe("Number 999");
  });

  test("is bounded, as every table is read by an index and none is scanned", async () => {
    const { ctx, channel, device } = await domainWorld();
    const [{ id }] = await rows("SELECT id FROM subscribers WHERE uuid = ?", device.id);
    const asked: string[] = [];
    const logged = { ...ctx, db: loggedDb(ctx.db, (sql) => asked.push(sql)) };
    await sendToIuid(logged, channel, "ann", { title: "One more", text: "Text" });
    // what the run asks for afterwards
    const audience = { type: "subscribers", ids: [id] } as const;
    const page = { after: 0, upTo: 1e9, zones: null, limit: 10 };
    await countAudience(logged, channel.appId, { ...audience, ids: [id] });
    await audiencePage(logged, channel.appId, { ...audience, ids: [id] }, page);
    expect(asked.length).toBeGreaterThanOrEqual(4);
    for (const query of asked.filter((text) => /^select/i.test(text))) {
      const unbound = Array.from({ length: query.split("?").length - 1 }, () => 1);
      const plan = await rows(`EXPLAIN QUERY PLAN ${query}`, ...unbound);
      const steps = plan.map(({ detail }): string => detail);
      const walked = steps.filter(
        (step) => step.startsWith("SCAN") && !/VIRTUAL TABLE|CONSTANT/.test(step),
      );
      expect(walked, query).toEqual([]);
      // an index that only narrows down to the app's whole audience is not enough
      const wide = steps.filter((step) =>
        /subscribers_audience \(app_id=\? AND status=\?\)/.test(step),
      );
      expect(wide, query).toEqual([]);
    }
  });
});

interface Session {
  prepareQuery: (query: { sql: string }, ...rest: unknown[]) => unknown;
}

/** The database, logging each query it is given. */
function loggedDb<Db extends object>(db: Db, log: (sql: string) => void): Db {
  // drizzle's types hide the session, through which every query passes
  const { session } = db as unknown as { session: Session };
  const prepare = session.prepareQuery.bind(session);
  vi.spyOn(session, "prepareQuery").mockImplementation((query, ...rest) => {
    log(query.sql);
    return prepare(query, ...rest);
  });
  return db;
}

test("every operation of channels takes at most three round trips to the database until its answer", async () => {
  const world = await channelWorld();
  const device = await newDevice(world);
  const { id } = await subscribe(world, device, "ann");
  const { token } = device;
  const nid = (await sendTo(world, "ann")).body.id;
  await over(world.appId);
  const v1 = { token: world.account.key };
  // What follows the answer to a send waits until all is counted.
  const gate = { isOpen: false };
  internet.answer = async () => {
    while (!gate.isOpen) await scheduler.wait(1);
    return new Response(null, { status: 201 });
  };
  const trips = countTrips();
  const within = async (name: string, request: () => Promise<{ status: number }>) => {
    const before = trips();
    const { status } = await request();
    expect(status, name).toBeLessThan(300);
    expect(trips() - before, name).toBeLessThanOrEqual(3);
    expect(trips() - before, name).toBeGreaterThan(0);
  };
  const code = async () => channelApi(world, "GET", "/subscriptions/new/code");
  await within("code", code);
  await within("list", async () => channelApi(world, "GET", "/subscriptions"));
  await within("details", async () => channelApi(world, "GET", "/subscriptions/ann"));
  await within("send", async () =>
    channelApi(world, "POST", "/notifications/ann", { json: { title: "abc", text: "abc" } }),
  );
  const pending = (await code()).body.code;
  await within("redeem", async () => api("POST", `/public/codes/${pending}/redeem`, { token }));
  await within("mute", async () => api("PUT", `/public/subscriptions/${id}/mute`, { token }));
  await within("unmute", async () => api("DELETE", `/public/subscriptions/${id}/mute`, { token }));
  await within("received", async () =>
    api("GET", `/public/subscriptions/${id}/notifications`, { token }),
  );
  await within("read", async () =>
    api("POST", `/public/subscriptions/${id}/notifications/${nid}/read`, { token }),
  );
  await within("leave", async () => api("DELETE", `/public/subscriptions/${id}`, { token }));
  const path = `/api/v1/channels/${world.channel.id}`;
  await within("bind", async () =>
    api("POST", `${path}/subscriptions`, { ...v1, json: { iuid: "x", subscriber_id: device.id } }),
  );
  await within("update", async () => api("PATCH", path, { ...v1, json: { name: "Other" } }));
  await within("rotate", async () => api("POST", `${path}/rotate-key`, v1));
  await within("create", async () =>
    api("POST", "/api/v1/channels", { ...v1, json: { name: "Two", app_id: world.appId } }),
  );
  await within("delete", async () => api("DELETE", path, v1));
  gate.isOpen = true;
  await over(world.appId);
});
