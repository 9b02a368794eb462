// platform_overrides apply by the subscriber's platform, whatever provider carries the message.
import { expect, test } from "vitest";
import { RESULTS_A_NOTIFICATION } from "../../../src/domain/notifications/results.ts";
import { MAX_TOKEN } from "../../../src/domain/subscribers/subscriber-input.ts";
import { PUSH } from "../../support/push.ts";
import { api } from "../../support/worker.ts";
import { addEverybody, newProviders } from "./captured.ts";
import { Send, useWorld } from "./sending.ts";

const world = useWorld();

/** One text that differs by platform, and a field of each platform's own. */
const OVERRIDES = {
  android: { title: "For Android", channel_id: "features", priority: "high" },
  ios: { title: "For iOS", badge: 7, sound: "ping" },
  web: { title: "For the web", requireInteraction: true },
};

async function sendToEverybody(platform_overrides: object) {
  const providers = await newProviders(world);
  const everybody = await addEverybody(providers);
  const send = await Send.create(world, providers.owner, {
    send: true,
    urgency: "low",
    platform_overrides,
  });
  expect(await send.finish()).toMatchObject({ status: "sent", stats: { sent_count: 6 } });
  return { everybody, captured: providers.captured };
}

/** The parts of an FCM message that overrides can change, in short. */
function partsOf({ android, apns, webpush }: any) {
  return {
    android: [android.priority, android.notification.title, android.notification.channel_id],
    ios: [apns.payload?.aps.alert?.title, apns.payload?.aps.badge],
    web: [webpush.notification.title, webpush.notification.requireInteraction],
  };
}

const NONE = {
  android: ["NORMAL", undefined, undefined],
  ios: [undefined, undefined],
  web: [undefined, undefined],
};

test("by FCM, each platform gets its own overrides and no other's", async () => {
  const { everybody, captured } = await sendToEverybody(OVERRIDES);
  const { android, ios, web } = everybody.fcm;
  expect(partsOf(captured.fcm[android])).toEqual({
    ...NONE,
    android: ["HIGH", "For Android", "features"],
  });
  expect(partsOf(captured.fcm[ios])).toEqual({ ...NONE, ios: ["For iOS", 7] });
  expect(partsOf(captured.fcm[web])).toEqual({ ...NONE, web: ["For the web", true] });
});

test("by APNs, iOS gets its overrides", async () => {
  const { everybody, captured } = await sendToEverybody(OVERRIDES);
  const { aps } = captured.apns[everybody.apns]!.payload;
  expect(aps).toMatchObject({ alert: { title: "For iOS" }, badge: 7, sound: "ping" });
  expect(JSON.stringify(captured.apns[everybody.apns]!.payload)).not.toMatch(/Android|the web/);
});

test("by Web Push, a browser gets those of the web, and an Android app those of Android", async () => {
  const { everybody, captured } = await sendToEverybody(OVERRIDES);
  const web = captured.webpush[everybody.webpush.web]!;
  expect(web.payload).toMatchObject({ title: "For the web", requireInteraction: true });
  expect(web.payload).not.toHaveProperty("channel_id");
  expect(web.headers.get("urgency")).toBe("low");
  const android = captured.webpush[everybody.webpush.android]!;
  expect(android.payload).toMatchObject({
    title: "For Android",
    channel_id: "features",
    priority: "high",
  });
  expect(android.payload).not.toHaveProperty("requireInteraction");
  expect(android.headers.get("urgency")).toBe("high");
});

test("a browser opens what its overrides say, and dismiss opens nothing, by FCM as by Web Push", async () => {
  const here = { title: "Here", action: "here", url: "https://example.com/here", icon: "/i.png" };
  const close = { title: "Close", action: "dismiss" };
  const { everybody, captured } = await sendToEverybody({
    web: {
      url: "https://example.com/web",
      actions: [here, { ...close, url: "https://example.com/no" }, "odd"],
      data: { only: "web" },
    },
  });
  const { payload } = captured.webpush[everybody.webpush.web]!;
  expect(payload).toMatchObject({ url: "https://example.com/web", data: { only: "web" } });
  expect(payload.actions).toEqual([here, close, "odd"]);
  const { data, webpush } = captured.fcm[everybody.fcm.web];
  expect(data).toMatchObject({ slipway_url: "https://example.com/web", only: "web" });
  expect(JSON.parse(data.slipway_actions)).toEqual([here, close, "odd"]);
  expect(webpush.notification.actions).toEqual([here, close, "odd"]);
  expect(captured.fcm[everybody.fcm.android].data).not.toHaveProperty("only");
});

test("a platform without overrides gets what the notification says", async () => {
  const { everybody, captured } = await sendToEverybody({ web: OVERRIDES.web });
  const { payload } = captured.webpush[everybody.webpush.android]!;
  expect(payload).toMatchObject({ title: "Hello", body: "World" });
  expect(payload).not.toHaveProperty("requireInteraction");
  expect(partsOf(captured.fcm[everybody.fcm.android])).toEqual(NONE);
});

test("the overrides of each platform count for the size of what it gets", async () => {
  const { owner } = await newProviders(world);
  const sizes = async (platform_overrides: object): Promise<Record<string, number>> => {
    const tried = await api("POST", `${PUSH}/apps/${owner.app.id}/notifications`, {
      token: owner.account.key,
      json: { title: "Hello", body: "World", platform_overrides, dry_run: true },
    });
    const found = tried.body.data.payload_sizes;
    return Object.fromEntries(found.map(({ provider, bytes }: any) => [provider, bytes]));
  };
  const plain = await sizes({});
  const text = "x".repeat(500);
  const { fcm = 0, apns = 0, webpush = 0 } = plain;
  const android = await sizes({ android: { ticker: text } });
  expect(android["fcm"]).toBeGreaterThan(fcm + 500);
  expect(android["apns"]).toBe(apns);
  expect(android["webpush"]).toBeGreaterThan(webpush + 500);
  const ios = await sizes({ ios: { subtitle: text } });
  expect(ios["apns"]).toBeGreaterThan(apns + 500);
  expect(ios["webpush"]).toBe(webpush);
  // nobody gets the overrides of two platforms
  const both = await sizes({ android: { ticker: text }, web: { ticker: text } });
  expect(both["webpush"]).toBe(android["webpush"]);
});

test("a batch of the longest addresses, and ids, is one operation of a queue, of 64 KB", async () => {
  const providers = await newProviders(world);
  const { owner, browser } = providers;
  const subscribers = Array.from({ length: 50 }, (_, at) => ({
    ...browser("android"),
    endpoint: `https://push.example.com/${at}/`.padEnd(MAX_TOKEN, "x"),
    language: "yue-Hant-HK",
  }));
  const path = `${PUSH}/apps/${owner.app.id}/subscribers/bulk`;
  await api("POST", path, { token: owner.account.key, json: { subscribers } });
  const send = await Send.create(world, owner);
  await send.look();
  const [queued, ...others] = send.take();
  expect(others).toEqual([]);
  const { recipients = [], ...message } = queued?.message ?? {};
  expect(recipients).toHaveLength(50);
  const id = 9_999_999_999;
  const largest = {
    ...message,
    notificationId: id,
    batch: RESULTS_A_NOTIFICATION - 1,
    recipients: recipients.map((recipient) => ({ ...recipient, id })),
  };
  expect(recipients[0]?.language).toBe("yue-Hant-HK");
  // The platform adds about 100 bytes to each message.
  expect(JSON.stringify(largest).length + 100).toBeLessThanOrEqual(64_000);
});
