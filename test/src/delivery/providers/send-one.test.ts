// sendOne() sends one notification to one recipient, by any provider, and gives a verdict.
import { describe, expect, test, vi } from "vitest";
import { collapseTopic } from "../../../../src/delivery/providers/collapse.ts";
import { buildMessage } from "../../../../src/delivery/providers/fcm/message.ts";
import type { Sender, Address } from "../../../../src/delivery/providers/index.ts";
import { content, fullContent, NOW } from "../../../support/push-content.ts";
import {
  browser,
  deps,
  hangingFetch,
  json,
  LINKS,
  NO_LINKS,
  open,
  recorder,
  sendOne,
  webPushSender,
} from "./support.ts";

const web = browser();
type Pair = [string, Address, Sender];
const FCM: Pair = [
  "fcm",
  { provider: "fcm", platform: "android", token: "device-token" },
  { provider: "fcm", projectId: "demo", accessToken: "ya29" },
];
const APNS: Pair = [
  "apns",
  { provider: "apns", token: "ab".repeat(32), registeredAt: 0 },
  { provider: "apns", topic: "com.x", environment: "production", providerToken: "jwt" },
];
const PAIRS = [FCM, APNS, ["webpush", web.target, webPushSender()] satisfies Pair];

describe.each(PAIRS)("%s", (_name, target, sender) => {
  test("counts 2xx as sent, whatever the body", async () => {
    const { fetch, sent } = recorder(() => new Response("<html>"));
    expect(await sendOne(deps(fetch), target, fullContent(), LINKS, sender)).toEqual({
      kind: "sent",
    });
    expect(sent).toHaveLength(1);
  });

  test("asks for a retry after a network error", async () => {
    const failing = deps(() => Promise.reject(new Error("reset")));
    expect(await sendOne(failing, target, content(), LINKS, sender)).toMatchObject({
      kind: "retry",
      reason: "network error",
      afterMs: null,
    });
  });

  test("asks for a retry after a timeout", async () => {
    const real = AbortSignal.timeout.bind(AbortSignal);
    const spy = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => real(20));
    const hanging = deps(hangingFetch);
    const verdict = await sendOne(hanging, target, content(), LINKS, sender);
    spy.mockRestore();
    expect(verdict).toMatchObject({ kind: "retry", reason: "timeout", afterMs: null });
  });

  test("does not follow a redirect and counts it as rejected", async () => {
    const location = "https://evil.example.com";
    const { fetch, sent } = recorder(
      () => new Response(null, { status: 302, headers: { location } }),
    );
    const verdict = await sendOne(deps(fetch), target, content(), LINKS, sender);
    expect(verdict).toEqual({ kind: "rejected", reason: "HTTP 302" });
    expect(sent[0]?.init.redirect).toBe("manual");
  });

  test("does not send what has expired; a TTL of 0 never expires", async () => {
    const { fetch, sent } = recorder();
    const send = (fields: Parameters<typeof content>[0]) =>
      sendOne(deps(fetch), target, content(fields), LINKS, sender);
    expect(await send({ expiresAt: NOW })).toEqual({ kind: "rejected", reason: "expired" });
    expect(sent).toHaveLength(0);
    expect(await send({ expiresAt: NOW + 1 })).toEqual({ kind: "sent" });
    expect(await send({ ttlSeconds: 0, expiresAt: NOW })).toEqual({ kind: "sent" });
  });

  test("throws when the sender is of another provider", async () => {
    const other = PAIRS.find(([name]) => name !== target.provider)?.[2] ?? sender;
    const sending = sendOne(deps(recorder().fetch), target, content(), LINKS, other);
    await expect(sending).rejects.toThrow(TypeError);
  });

  test("takes neither the answer's words nor an address as a reason", async () => {
    const secret = "device-token ya29 https://push.example.com/send/abc";
    const body = JSON.stringify({ reason: secret, error: { status: secret, message: secret } });
    const { fetch } = recorder(() => new Response(body, { status: 400 }));
    const verdict = await sendOne(deps(fetch), target, content(), LINKS, sender);
    expect(verdict).toEqual({ kind: "rejected", reason: "HTTP 400" });
  });
});

test("fcm sends the message with what is left of the TTL", async () => {
  const { fetch, sent } = recorder(() => Response.json({ name: "projects/demo/messages/1" }));
  const [, target, sender] = FCM;
  const half = content({ ttlSeconds: 7200 });
  await sendOne(deps(fetch), target, half, LINKS, sender);
  expect(sent[0]?.url).toBe("https://fcm.example.com/v1/projects/demo/messages:send");
  expect(sent[0]?.headers.get("authorization")).toBe("Bearer ya29");
  expect(sent[0]?.headers.get("content-type")).toBe("application/json");
  const message = buildMessage(half, LINKS, "android", 3600, half.expiresAt / 1000);
  expect(json(sent[0]?.body ?? new Uint8Array())).toEqual({
    message: { token: "device-token", ...message },
  });
});

describe("webpush", () => {
  const sender = webPushSender();
  const send = async (fields: Parameters<typeof content>[0]) => {
    const { fetch, sent } = recorder();
    const verdict = await sendOne(deps(fetch), web.target, content(fields), NO_LINKS, sender);
    return { verdict, request: sent[0], count: sent.length };
  };

  test("sends headers, and a body that the browser can read", async () => {
    const { request } = await send({ urgency: "very-low" });
    expect(request?.url).toBe(web.target.endpoint);
    expect(Object.fromEntries(request?.headers ?? [])).toEqual({
      authorization: expect.stringMatching(/^vapid t=/),
      ttl: "3600",
      urgency: "very-low",
      topic: collapseTopic("sale"),
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
    });
    expect(request?.headers.get("topic")).toMatch(/^[0-9a-f]{32}$/);
    const opened = open(web, request?.body ?? new Uint8Array());
    expect(JSON.parse(opened.toString())).toEqual({ title: "Title", body: "Body", tag: "sale" });
  });

  test.each([
    ["android", "high", "high"],
    ["android", "NORMAL", "normal"],
    ["android", undefined, "low"],
    ["web", "high", "low"],
  ] as const)(
    "to %s, Android's priority %s gives the urgency %s",
    async (platform, priority, urgency) => {
      const { fetch, sent } = recorder();
      const android = priority === undefined ? {} : { priority };
      const overrides = { android, ios: null, web: null };
      const given = content({ urgency: "low", overrides });
      await sendOne(deps(fetch), { ...web.target, platform }, given, NO_LINKS, sender);
      expect(sent[0]?.headers.get("urgency")).toBe(urgency);
    },
  );

  test("always sends a TTL: 0 stays 0, and a retry has what is left", async () => {
    const ttl = async (fields: Parameters<typeof content>[0]) =>
      (await send(fields)).request?.headers.get("ttl");
    expect(await ttl({ ttlSeconds: 0 })).toBe("0");
    expect(await ttl({ ttlSeconds: 86_400, expiresAt: NOW + 90_500 })).toBe("91");
    expect(await ttl({ ttlSeconds: 60, expiresAt: NOW + 3_600_000 })).toBe("60");
    expect(await ttl({ ttlSeconds: 60, expiresAt: NOW + 1 })).toBe("1");
  });

  test("sends at most 3,993 bytes of plain text", async () => {
    const frame = JSON.stringify({ title: "Title", body: "", tag: "sale" }).length;
    expect(await send({ body: "x".repeat(3993 - frame) })).toMatchObject({
      verdict: { kind: "sent" },
    });
    expect(await send({ body: "x".repeat(3994 - frame) })).toMatchObject({
      verdict: { kind: "rejected", reason: "payload too large" },
      count: 0,
    });
  });

  test.each([
    { p256dh: "AAAA" },
    { p256dh: web.pair.getPublicKey("base64url", "compressed") },
    { p256dh: Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)]).toString("base64url") },
    { auth: "" },
    { endpoint: "nowhere" },
  ])("rejects an invalid subscription without throwing: %j", async (fields) => {
    const { fetch, sent } = recorder();
    const target = { ...web.target, ...fields };
    const verdict = await sendOne(deps(fetch), target, content(), LINKS, sender);
    expect(verdict).toEqual({ kind: "rejected", reason: "invalid subscription" });
    expect(sent).toHaveLength(0);
  });
});

test("apns reports an expired provider token", async () => {
  const body = { reason: "ExpiredProviderToken" };
  const { fetch } = recorder(() => Response.json(body, { status: 403 }));
  const [, target, sender] = APNS;
  const result = await sendOne(deps(fetch), target, content(), LINKS, sender);
  expect(result).toMatchObject({ kind: "token_expired" });
});

test.each([
  ["https://fcm.googleapis.com/fcm/send/x", undefined],
  ["https://wns2-am3p.notify.windows.com/w/?t=x", undefined],
  ["https://push.example.com/x", 900_000],
])(
  "a push service at %s is waited for as long as it asks, a stranger's host for %s ms",
  async (endpoint, limitMs) => {
    const busy = deps(
      async () => new Response(null, { status: 503, headers: { "retry-after": "43000" } }),
    );
    const at = { ...web.target, endpoint };
    const verdict = await sendOne(busy, at, content(), LINKS, webPushSender());
    expect(verdict).toEqual({
      kind: "retry",
      reason: "HTTP 503",
      afterMs: 43_000_000,
      ...(limitMs === undefined ? {} : { limitMs }),
    });
  },
);
