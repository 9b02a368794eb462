// The FCM message of a notification.
import { describe, expect, test } from "vitest";
import { collapseTopic } from "../../../../../src/delivery/providers/collapse.ts";
import { buildMessage } from "../../../../../src/delivery/providers/fcm/message.ts";
import { content, fullContent } from "../../../../support/push-content.ts";
import { LINKS, NO_LINKS } from "../support.ts";

const EXPIRATION = 1_795_000_000;

/** The parts of a full notification's message that overrides change, as they are without. */
const PLAIN = {
  android: { ttl: "60s", priority: "HIGH", notification: { tag: "sale" } },
  apns: {
    headers: {
      "apns-priority": "10",
      "apns-expiration": String(EXPIRATION),
      "apns-collapse-id": "sale",
    },
    payload: { aps: { "mutable-content": 1 } },
  },
  webpush: {
    headers: { TTL: "60", Urgency: "high", Topic: collapseTopic("sale") },
    notification: {
      icon: "https://example.com/icon.png",
      actions: [{ title: "Open", action: "open_url" }],
      tag: "sale",
    },
    fcm_options: { link: LINKS.click },
  },
};

/** The parts with the overrides of each platform. */
const OVERRIDDEN = {
  android: {
    ttl: "60s",
    priority: "NORMAL",
    direct_boot_ok: true,
    notification: { tag: "mine", channel_id: "features" },
  },
  ios: {
    ...PLAIN.apns,
    payload: {
      aps: {
        sound: "default",
        badge: 1,
        category: "NEWS",
        "thread-id": "t",
        "mutable-content": 1,
      },
    },
  },
  web: {
    ...PLAIN.webpush,
    notification: { ...PLAIN.webpush.notification, tag: "web", requireInteraction: true },
  },
};

test.each([
  ["android", { ...PLAIN, android: OVERRIDDEN.android }],
  ["ios", { ...PLAIN, apns: OVERRIDDEN.ios }],
  ["web", { ...PLAIN, webpush: OVERRIDDEN.web }],
] as const)(
  "holds every field of a full notification, with the overrides of %s alone",
  (platform, parts) => {
    const message = buildMessage(fullContent(), LINKS, platform, 60, EXPIRATION);
    expect(message).toEqual({
      notification: { title: "Title", body: "Body", image: "https://example.com/banner.png" },
      data: {
        feature: "x",
        count: "2",
        nested: '{"on":true}',
        slipway_id: "e5f6a7b8-9c0d-4e2f-9a4b-5c6d7e8f9a0b",
        slipway_url: "https://example.com/dashboard",
        slipway_click: LINKS.click,
        slipway_receipt: LINKS.receipt,
        slipway_actions: '[{"title":"Open","action":"open_url"}]',
      },
      ...parts,
    });
  },
);

test("leaves out absent fields instead of writing null", () => {
  const message = buildMessage(content(), NO_LINKS, "android", 0, 0);
  expect(message).toEqual({
    notification: { title: "Title", body: "Body" },
    data: { slipway_id: "e5f6a7b8-9c0d-4e2f-9a4b-5c6d7e8f9a0b" },
    android: { ttl: "0s", priority: "NORMAL", notification: { tag: "sale" } },
    apns: {
      headers: { "apns-priority": "5", "apns-expiration": "0", "apns-collapse-id": "sale" },
    },
    webpush: {
      headers: { TTL: "0", Urgency: "normal", Topic: collapseTopic("sale") },
      notification: { tag: "sale" },
    },
  });
});

test("never holds a collapse_key", () => {
  expect(JSON.stringify(buildMessage(fullContent(), LINKS, "android", 60, 0))).not.toContain(
    "collapse_key",
  );
});

describe("android priority", () => {
  test.each([
    ["very-low", "NORMAL"],
    ["low", "NORMAL"],
    ["normal", "NORMAL"],
    ["high", "HIGH"],
  ] as const)("urgency %s gives %s", (urgency, priority) => {
    const message = buildMessage(content({ urgency }), NO_LINKS, "android", 1, 1);
    expect(message["android"]).toMatchObject({ priority });
  });

  test("an override takes precedence over urgency", () => {
    const overrides = { android: { priority: "high" }, ios: null, web: null };
    const message = buildMessage(content({ urgency: "low", overrides }), NO_LINKS, "android", 1, 1);
    expect(message["android"]).toMatchObject({ priority: "HIGH" });
  });
});

test("data values become strings, and cannot forge Slipway's own", () => {
  const data = { a: null, b: [1], c: false, d: "s", slipway_id: "forged", slipway_click: "forged" };
  const message = buildMessage(content({ data }), LINKS, "android", 1, 1);
  expect(message["data"]).toMatchObject({ a: "null", b: "[1]", c: "false", d: "s" });
  expect(message["data"]).toMatchObject({
    slipway_id: content().notificationId,
    slipway_click: LINKS.click,
  });
});

test("unknown overrides are left out, since FCM would refuse the message", () => {
  const overrides = { android: { nonsense: 1, color: "#ff0000" }, ios: { nonsense: 1 }, web: null };
  const message = buildMessage(content({ overrides }), NO_LINKS, "android", 1, 1);
  expect(message["android"]).toMatchObject({ notification: { tag: "sale", color: "#ff0000" } });
  expect(JSON.stringify(message)).not.toContain("nonsense");
});

describe("overrides of the web", () => {
  const url = "https://example.com/web";
  const messageOf = (web: Record<string, unknown>, platform: "web" | "android" = "web"): any => {
    const fields = { url: "https://example.com/all", data: { all: "1" }, actions: [ALL] };
    const overrides = { android: null, ios: null, web };
    return buildMessage(content({ ...fields, overrides }), NO_LINKS, platform, 1, 1);
  };
  const ALL = { title: "All", action: "open_url" };
  const HERE = { title: "Here", action: "here", url: "https://example.com/here" };

  test("replace what its app reads, and where a click leads", () => {
    const { data, webpush } = messageOf({ url, actions: [HERE], data: { only: [1] } });
    expect(data).toMatchObject({ slipway_url: url, only: "[1]" });
    expect(data).not.toHaveProperty("all");
    expect(JSON.parse(data.slipway_actions)).toEqual([HERE]);
    expect(webpush.notification.actions).toEqual([HERE]);
    expect(webpush.fcm_options).toEqual({ link: url });
  });

  test("can take all of that away, also by what has not its form", () => {
    for (const web of [
      { url: null, actions: [], data: null },
      { url: 7, actions: "x", data: "x" },
    ]) {
      const { data, webpush } = messageOf(web);
      expect(Object.keys(data)).toEqual(["slipway_id"]);
      expect(webpush).not.toHaveProperty("fcm_options");
    }
  });

  test("change nothing for another platform", () => {
    const { data } = messageOf({ url, actions: [HERE], data: {} }, "android");
    expect(data).toMatchObject({ all: "1", slipway_url: "https://example.com/all" });
    expect(JSON.parse(data.slipway_actions)).toEqual([ALL]);
  });
});

test("a link that is not https is left out of fcm_options", () => {
  const message = buildMessage(content({ url: "http://example.com" }), NO_LINKS, "android", 1, 1);
  expect(message["webpush"]).not.toHaveProperty("fcm_options");
});
