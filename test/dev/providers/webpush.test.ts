// The stand-in's push service, tried with npm web-push and with requests that are wrong in one way each.
import { createPrivateKey, randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { expect, test } from "vitest";
import webpush from "web-push";
import type { Subscription } from "../../../dev/providers/client.ts";
import type { VapidCredential } from "../../../dev/providers/credentials.ts";
import { nowSeconds, standin, type Standin } from "./support.ts";

interface Ready extends Standin {
  vapid: VapidCredential;
  subscription: Subscription;
}

async function ready(): Promise<Ready> {
  const providers = await standin();
  const vapid = await providers.control.makeVapid();
  const [subscription] = await providers.control.makeSubscriptions();
  if (!subscription) throw new Error("no subscription");
  return { ...providers, vapid, subscription };
}

/** A push as web-push makes it; `change` alters its headers, null takes one away. */
async function push(
  { vapid, subscription }: Ready,
  options: webpush.RequestOptions = {},
  change: Record<string, string | null> = {},
  text = "hello",
): Promise<Response> {
  const { endpoint, p256dh, auth } = subscription;
  const request = webpush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, text, {
    vapidDetails: {
      subject: vapid.subject,
      publicKey: vapid.public_key,
      privateKey: vapid.private_key,
    },
    ...options,
  });
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(change)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return fetch(request.endpoint, { method: "POST", headers, body: new Uint8Array(request.body) });
}

/** An authorisation signed by jose, with claims or a `k` of one's own. */
async function vapidHeader(
  { url, vapid }: Ready,
  claims: object = {},
  k = vapid.public_key,
): Promise<string> {
  const point = Buffer.from(vapid.public_key, "base64url");
  const key = createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      d: vapid.private_key,
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
  const right = { aud: url, exp: nowSeconds() + 3600, sub: vapid.subject };
  const token = await new SignJWT({ ...right, ...claims })
    .setProtectedHeader({ alg: "ES256", typ: "JWT" })
    .sign(key);
  return `vapid t=${token}, k=${k}`;
}

/** The same with a subject that was not agreed upon, for a key that may use any. */
async function anySubject(all: Ready, sub: string): Promise<string> {
  await all.control.makeVapid({ public_key: all.vapid.public_key });
  return vapidHeader(all, { sub });
}

test("takes what web-push sends, and decrypts it", async () => {
  const all = await ready();
  const response = await push(all, { TTL: 60, urgency: "high", topic: "abc" }, {}, "grüße 👋");
  expect(response.status).toBe(201);
  expect(response.headers.get("location")).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/push-message\/.{22}$/,
  );
  const [delivery] = await all.control.deliveries("webpush");
  expect(delivery).toMatchObject({
    recipient: all.subscription.endpoint.split("/").pop(),
    content: "grüße 👋",
    headers: { ttl: "60", urgency: "high", topic: "abc", "content-encoding": "aes128gcm" },
  });
  expect((await all.control.stats()).recipients.webpush).toEqual({
    recipients: 1,
    reached: 1,
    repeats: 0,
    max_per_recipient: 1,
  });
});

test("answers 404 for an unknown subscription and 410 for an expired one", async () => {
  const all = await ready();
  const unknown = { ...all.subscription, endpoint: `${all.url}/push/nobody` };
  expect((await push({ ...all, subscription: unknown })).status).toBe(404);
  const [dead] = await all.control.makeSubscriptions({ dead_share: 1 });
  if (!dead) throw new Error("no subscription");
  expect(dead.dead).toBe(true);
  expect((await push({ ...all, subscription: dead })).status).toBe(410);
});

test.each<[string, Record<string, string | null>, number, string]>([
  ["a push without authorisation", { authorization: null }, 401, "MissingAuthorization"],
  ["another scheme", { authorization: "WebPush abc" }, 403, "BadJwtToken"],
  ["a broken token", { authorization: "vapid t=a.b.c, k=BBBB" }, 403, "BadJwtToken"],
  ["a push without a TTL", { ttl: null }, 400, "BadTtl"],
  ["a TTL that is not a number", { ttl: "-1" }, 400, "BadTtl"],
  ["an unknown urgency", { urgency: "urgent" }, 400, "BadUrgency"],
  ["a topic of 33 characters", { topic: "a".repeat(33) }, 400, "BadWebPushTopic"],
  ["a topic outside base64url", { topic: "a.b" }, 400, "BadWebPushTopic"],
  ["the draft encoding", { "content-encoding": "aesgcm" }, 400, "BadContentEncoding"],
  ["a push without an encoding", { "content-encoding": null }, 400, "BadContentEncoding"],
])("refuses %s", async (_, change, status, reason) => {
  const all = await ready();
  const response = await push(all, {}, change);
  expect([response.status, await response.json()]).toEqual([status, { reason }]);
  expect(await all.control.deliveries("webpush")).toEqual([]);
});

test("wants for a subscription of WNS its word for a message that is not to be kept", async () => {
  const all = await ready();
  const [subscription] = await all.control.makeSubscriptions({ wns: true });
  if (!subscription) throw new Error("no subscription");
  const ofWns = { ...all, subscription };
  const status = async (to: Ready, ttl: number, headers = {}): Promise<number> =>
    (await push(to, { TTL: ttl }, headers)).status;
  expect(await status(ofWns, 0)).toBe(400);
  expect(await status(ofWns, 0, { "x-wns-cache-policy": "cache" })).toBe(400);
  expect(await status(ofWns, 0, { "x-wns-cache-policy": "no-cache" })).toBe(201);
  expect(await status(ofWns, 60)).toBe(201);
  expect(await status(all, 0)).toBe(201);
});

test.each<[string, (all: Ready) => Promise<string>]>([
  ["another audience", (all) => vapidHeader(all, { aud: "https://push.example.com" })],
  ["an expiry in the past", (all) => vapidHeader(all, { exp: nowSeconds() - 1 })],
  [
    "a lifetime of more than 24 hours",
    (all) => vapidHeader(all, { exp: nowSeconds() + 25 * 3600 }),
  ],
  ["a contact at localhost", (all) => anySubject(all, "mailto:me@localhost")],
  ["a contact at .invalid", (all) => anySubject(all, "https://push.invalid/x")],
  ["no contact", (all) => vapidHeader(all, { sub: undefined })],
  ["another contact than registered", (all) => vapidHeader(all, { sub: "mailto:b@example.com" })],
  [
    "another key than it was signed with",
    async (all) => vapidHeader(all, {}, (await all.control.makeVapid()).public_key),
  ],
])("refuses a VAPID token with %s", async (_, authorization) => {
  const all = await ready();
  expect((await push(all, {}, { authorization: await vapidHeader(all) })).status).toBe(201);
  const response = await push(all, {}, { authorization: await authorization(all) });
  expect([response.status, await response.json()]).toEqual([403, { reason: "BadJwtToken" }]);
});

test("takes any reachable contact for a key that was registered without one", async () => {
  const all = await ready();
  const authorization = await anySubject(all, "https://example.org/contact");
  expect((await push(all, {}, { authorization })).status).toBe(201);
});

test("takes for a restricted subscription its own sender only, and nothing with a revoked key", async () => {
  const all = await ready();
  const [own] = await all.control.makeSubscriptions({ sender: all.vapid.public_key });
  const other = (await all.control.makeVapid()).public_key;
  const [foreign] = await all.control.makeSubscriptions({ sender: other });
  if (!own || !foreign) throw new Error("no subscriptions");
  expect((await push({ ...all, subscription: own })).status).toBe(201);
  const mismatch = await push({ ...all, subscription: foreign });
  expect([mismatch.status, await mismatch.json()]).toEqual([
    400,
    { reason: "VapidPkHashMismatch" },
  ]);
  await all.control.changeCredential("webpush", all.vapid.public_key, "revoke");
  expect((await push({ ...all, subscription: own })).status).toBe(400);
  await all.control.changeCredential("webpush", all.vapid.public_key, "restore");
  expect((await push({ ...all, subscription: own })).status).toBe(201);
});

test("takes 4,096 bytes and answers 413 to one more", async () => {
  const all = await ready();
  // Header of 86 bytes, a delimiter and a tag of 16 (RFC 8188, RFC 8291).
  const largest = "x".repeat(4096 - 86 - 17);
  expect((await push(all, {}, {}, largest)).status).toBe(201);
  expect((await push(all, {}, {}, `${largest}x`)).status).toBe(413);
  const [delivery] = await all.control.deliveries("webpush");
  expect(delivery).toMatchObject({ size: 4096, content: largest });
});

test("takes what was encrypted for somebody else, and keeps it as unreadable", async () => {
  const all = await ready();
  const auth = randomBytes(16).toString("base64url");
  const wrong = { ...all, subscription: { ...all.subscription, auth } };
  expect((await push(wrong)).status).toBe(201);
  expect((await all.control.deliveries("webpush"))[0]?.content).toBeNull();
});

test("count mode counts pushes and checks nothing but the recipient", async () => {
  const all = await ready();
  await all.control.setMode("count");
  expect((await fetch(all.subscription.endpoint, { method: "POST" })).status).toBe(201);
  expect((await fetch(`${all.url}/push/nobody`, { method: "POST" })).status).toBe(404);
  expect(await all.control.deliveries("webpush")).toEqual([]);
  expect((await all.control.stats()).doors.webpush).toMatchObject({
    requests: 2,
    accepted: 1,
    refused: { NotFound: 1 },
  });
});
