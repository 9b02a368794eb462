// The request to APNs: payload, address and headers.
import { describe, expect, test } from "vitest";
import { buildApnsPayload } from "../../../../../src/delivery/providers/apns/payload.ts";
import { apnsId, buildApnsRequest } from "../../../../../src/delivery/providers/apns/request.ts";
import type { PushContent } from "../../../../../src/kit/push/content.ts";
import type { ApnsSender } from "../../../../../src/delivery/providers/types.ts";
import { content, fullContent, NOW } from "../../../../support/push-content.ts";
import { LINKS, NO_LINKS } from "../support.ts";

const TARGET = { provider: "apns", token: "ab".repeat(32), registeredAt: 0 } as const;
const SENDER: ApnsSender = {
  provider: "apns",
  topic: "com.example.app",
  environment: "production",
  providerToken: "jwt",
};
const MESSAGE = {
  content: content(),
  body: JSON.stringify(buildApnsPayload(content(), LINKS)),
};
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const headers = (fields: Partial<PushContent>) =>
  buildApnsRequest(TARGET, { content: content(fields), body: "" }, SENDER, null).headers;

describe("payload", () => {
  test("holds every field of a full notification", () => {
    expect(buildApnsPayload(fullContent(), LINKS)).toEqual({
      feature: "x",
      count: 2,
      nested: { on: true },
      aps: {
        alert: { title: "Title", body: "Body" },
        sound: "default",
        badge: 1,
        category: "NEWS",
        "thread-id": "t",
        "mutable-content": 1,
      },
      slipway: {
        id: content().notificationId,
        url: "https://example.com/dashboard",
        image: "https://example.com/banner.png",
        actions: [{ title: "Open", action: "open_url" }],
        ...LINKS,
      },
    });
  });

  test("leaves out absent fields instead of writing null", () => {
    expect(buildApnsPayload(content(), NO_LINKS)).toEqual({
      aps: { alert: { title: "Title", body: "Body" } },
      slipway: { id: content().notificationId },
    });
  });

  test("takes overrides of the text, and no keys that aps does not know", () => {
    const ios = { title: "T", subtitle: "S", nonsense: 1, "content-available": false };
    const overrides = { android: null, ios, web: null };
    expect(buildApnsPayload(content({ overrides }), NO_LINKS)["aps"]).toEqual({
      alert: { title: "T", subtitle: "S", body: "Body" },
      "content-available": 0,
    });
  });

  test("does not let custom data replace aps or Slipway's fields", () => {
    const payload = buildApnsPayload(content({ data: { aps: 1, slipway: 2 } }), NO_LINKS);
    expect(payload).toEqual(buildApnsPayload(content(), NO_LINKS));
  });
});

describe("request", () => {
  test("has APNs' address and headers", () => {
    const request = buildApnsRequest(TARGET, MESSAGE, SENDER, null);
    expect(request.url).toBe(`https://api.push.apple.com/3/device/${TARGET.token}`);
    expect(request.headers).toEqual({
      authorization: "bearer jwt",
      "content-type": "application/json",
      "apns-topic": "com.example.app",
      "apns-push-type": "alert",
      "apns-priority": "5",
      "apns-expiration": String(NOW / 1000 + 3600),
      "apns-collapse-id": "sale",
      "apns-id": expect.stringMatching(UUID),
    });
    expect(request.body).toBe(MESSAGE.body);
  });

  test("goes to the sandbox, or to a stand-in when one is given", () => {
    const sandbox = { ...SENDER, environment: "sandbox" } as const;
    const build = (origin: string | null) => buildApnsRequest(TARGET, MESSAGE, sandbox, origin).url;
    expect(build(null)).toMatch(/^https:\/\/api\.sandbox\.push\.apple\.com\/3\/device\//);
    expect(build("http://127.0.0.1:1")).toBe(`http://127.0.0.1:1/3/device/${TARGET.token}`);
  });

  test("escapes the token in the path", () => {
    const target = { ...TARGET, token: "../../x?y" };
    const { url } = buildApnsRequest(target, MESSAGE, SENDER, null);
    expect(new URL(url).pathname).toBe("/3/device/..%2F..%2Fx%3Fy");
  });

  test("has an expiration of 0 for a TTL of 0", () => {
    expect(headers({ ttlSeconds: 0 })["apns-expiration"]).toBe("0");
  });

  test.each([
    ["very-low", "1"],
    ["low", "5"],
    ["normal", "5"],
    ["high", "10"],
  ] as const)("turns urgency %s into priority %s", (urgency, priority) => {
    expect(headers({ urgency })["apns-priority"]).toBe(priority);
  });

  test.each(["x".repeat(64), "a b", "A-1_"])(
    "carries the collapse id %j unchanged",
    (collapseId) => {
      expect(headers({ collapseId })["apns-collapse-id"]).toBe(collapseId);
    },
  );

  test.each(["x".repeat(65), "ü", "a\nb", " a", "€".repeat(30)])(
    "carries the collapse id %j as a digest of 64 characters",
    (collapseId) => {
      expect(headers({ collapseId })["apns-collapse-id"]).toMatch(/^[0-9a-f]{64}$/);
    },
  );

  test("has the same apns-id when repeated, and another for another notification or token", () => {
    const id = apnsId("n1", "t1");
    expect(id).toMatch(UUID);
    expect(apnsId("n1", "t1")).toBe(id);
    expect(new Set([id, apnsId("n2", "t1"), apnsId("n1", "t2")]).size).toBe(3);
  });
});
