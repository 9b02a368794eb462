// The stand-in's FCM: assertions signed by jose against its token endpoint, messages against messages:send.
import { expect, test } from "vitest";
import type { ServiceAccount } from "../../../dev/providers/credentials.ts";
import {
  accessToken,
  assertion,
  nowSeconds,
  requestToken,
  standin,
  type Standin,
} from "./support.ts";

interface Ready extends Standin {
  account: ServiceAccount;
  bearer: string;
  token: string;
}

async function ready(): Promise<Ready> {
  const providers = await standin();
  const account = await providers.control.makeServiceAccount();
  const [device] = await providers.control.makeDevices("fcm");
  if (!device) throw new Error("no device");
  return { ...providers, account, bearer: await accessToken(account), token: device.token };
}

async function send(
  { env, account, bearer }: Ready,
  body: unknown,
  project = account.project_id,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`${env.FCM_URL}/v1/projects/${project}/messages:send`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** The error in the form that senders read. */
function read(json: Record<string, unknown>): unknown {
  const { error } = json as { error: { status: string; details?: Record<string, unknown>[] } };
  const code = error.details?.find((one) => "errorCode" in one)?.["errorCode"];
  const bad = error.details?.find((one) => "fieldViolations" in one)?.["fieldViolations"];
  const fields = (bad as { field: string }[] | undefined)?.map(({ field }) => field);
  return { status: error.status, code, fields };
}

test("gives an access token for a correct assertion, with Google's audience or its own", async () => {
  const { account } = await ready();
  expect(account.token_uri).toMatch(/\/fcm\/token$/);
  const audiences = [account.token_uri, "https://oauth2.googleapis.com/token"];
  for (const aud of audiences) {
    const response = await requestToken(account.token_uri, await assertion(account, { aud }));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      access_token: expect.stringMatching(/^ya29\./),
      expires_in: 3599,
      token_type: "Bearer",
    });
  }
});

test.each<[string, object, string]>([
  ["an unknown account", { iss: "nobody@example.com" }, "invalid_grant"],
  ["another audience", { aud: "https://example.com/token" }, "invalid_grant"],
  ["an expiry in the past", { iat: nowSeconds() - 4000, exp: nowSeconds() - 400 }, "invalid_grant"],
  ["a lifetime of more than an hour", { exp: nowSeconds() + 3700 }, "invalid_grant"],
  ["an issue time ahead", { iat: nowSeconds() + 1000, exp: nowSeconds() + 2000 }, "invalid_grant"],
  ["no scope", { scope: undefined }, "invalid_grant"],
  ["another scope", { scope: "email" }, "invalid_scope"],
])("refuses an assertion with %s", async (_, claims, error) => {
  const { account } = await ready();
  const response = await requestToken(account.token_uri, await assertion(account, claims));
  expect([response.status, await response.json()]).toEqual([
    400,
    { error, error_description: expect.any(String) },
  ]);
});

test("refuses another account's signature, another grant type, and a body that is not a form", async () => {
  const { account, control } = await ready();
  const other = await control.makeServiceAccount();
  const forged = await assertion({ ...account, private_key: other.private_key });
  expect(await (await requestToken(account.token_uri, forged)).json()).toEqual({
    error: "invalid_grant",
    error_description: "Invalid JWT Signature.",
  });
  const right = await assertion(account);
  const password = await requestToken(account.token_uri, right, { grant_type: "password" });
  expect(await password.json()).toMatchObject({ error: "unsupported_grant_type" });
  const json = await fetch(account.token_uri, { method: "POST", body: "{}" });
  expect([json.status, await json.json()]).toMatchObject([400, { error: "invalid_request" }]);
});

test("trusts a given service account once it is registered", async () => {
  const { account } = await ready();
  const other = await standin();
  const tokenUri = other.env.GOOGLE_TOKEN_URL;
  const signed = await assertion(account, { aud: tokenUri });
  expect((await requestToken(tokenUri, signed)).status).toBe(400);
  await other.control.makeServiceAccount({ service_account: { ...account } });
  expect((await requestToken(tokenUri, signed)).status).toBe(200);
});

test("takes a full message, in snake case or camel case, and keeps it", async () => {
  const all = await ready();
  const message = {
    token: all.token,
    notification: { title: "T", body: "B", image: "https://example.com/i.png" },
    data: { a: "1" },
    android: {
      priority: "high",
      ttl: "86400s",
      notification: { tag: "x", channel_id: "c", notificationCount: 2 },
    },
    apns: { headers: { "apns-priority": "10" }, payload: { aps: { badge: 1 } } },
    webpush: { headers: { TTL: "60" }, notification: { title: "W" } },
  };
  const { status, json } = await send(all, { message });
  expect(status).toBe(200);
  expect(json["name"]).toMatch(/^projects\/slipway-local\/messages\/0:/);
  const [delivery] = await all.control.deliveries("fcm");
  expect(delivery).toMatchObject({
    recipient: all.token,
    content: { android: { ttl: "86400s", notification: { tag: "x", notification_count: 2 } } },
  });
});

test("validate_only checks everything and delivers nothing", async () => {
  const all = await ready();
  const right = await send(all, { message: { token: all.token }, validate_only: true });
  expect([right.status, right.json["name"]]).toEqual([
    200,
    "projects/slipway-local/messages/fake_message_id",
  ]);
  const wrong = await send(all, { message: { token: "x" }, validateOnly: true });
  expect(wrong.status).toBe(400);
  expect(await all.control.deliveries("fcm")).toEqual([]);
  expect((await all.control.stats()).recipients.fcm.reached).toBe(0);
});

const INVALID = { status: "INVALID_ARGUMENT", code: undefined };
test.each<[string, (token: string) => unknown, object]>([
  ["a body that is not JSON", () => "{", { ...INVALID, fields: [""] }],
  ["a body without a message", () => ({}), { ...INVALID, fields: ["message"] }],
  [
    "an unknown field",
    (token) => ({ message: { token, to: "x" } }),
    { ...INVALID, fields: ["message"] },
  ],
  [
    "a nested unknown field",
    (token) => ({ message: { token, android: { notification: { titel: "x" } } } }),
    { ...INVALID, fields: ["message.android.notification"] },
  ],
  [
    "data that is not a string",
    (token) => ({ message: { token, data: { n: 1 } } }),
    { ...INVALID, fields: ["message.data.n"] },
  ],
  [
    "a TTL without its s",
    (token) => ({ message: { token, android: { ttl: "60" } } }),
    { ...INVALID, fields: ["message.android.ttl"] },
  ],
])("refuses %s as an invalid Message", async (_, body, error) => {
  const all = await ready();
  const { status, json } = await send(all, body(all.token));
  expect([status, read(json)]).toEqual([400, error]);
});

const ARGUMENT = { status: "INVALID_ARGUMENT", code: "INVALID_ARGUMENT" };
test.each<[string, (token: string) => object, object]>([
  ["a message without a target", () => ({}), { ...ARGUMENT, fields: ["message"] }],
  [
    "a message with two targets",
    (token) => ({ token, topic: "t" }),
    { ...ARGUMENT, fields: ["message"] },
  ],
  [
    "a TTL of more than four weeks",
    (token) => ({ token, android: { ttl: "2419201s" } }),
    { ...ARGUMENT, fields: ["message.android.ttl"] },
  ],
  [
    "a reserved key",
    (token) => ({ token, data: { "google.x": "1" } }),
    { ...ARGUMENT, fields: ["message.data"] },
  ],
  [
    "more than 4,096 bytes",
    (token) => ({ token, data: { a: "x".repeat(4096) } }),
    { ...ARGUMENT, fields: ["message"] },
  ],
  [
    "more than 4,096 bytes for iOS",
    (token) => ({ token, apns: { payload: { a: "ü".repeat(2048) } } }),
    { ...ARGUMENT, fields: ["message"] },
  ],
  ["a malformed token", () => ({ token: "abc" }), { ...ARGUMENT, fields: ["message.token"] }],
])("refuses %s with FCM's INVALID_ARGUMENT", async (_, message, error) => {
  const all = await ready();
  const { status, json } = await send(all, { message: message(all.token) });
  expect([status, read(json)]).toEqual([400, error]);
});

test("reports dead and unknown devices, those of another sender, and those whose own service refuses", async () => {
  const all = await ready();
  const { control } = all;
  const [dead] = await control.makeDevices("fcm", { dead_share: 1 });
  const [other] = await control.makeDevices("fcm", { sender: "another-project" });
  const unknown = "c".repeat(22) + ":" + "d".repeat(140);
  for (const token of [dead?.token, unknown]) {
    const { status, json } = await send(all, { message: { token } });
    expect([status, read(json)]).toMatchObject([
      404,
      { status: "NOT_FOUND", code: "UNREGISTERED" },
    ]);
  }
  const { status, json } = await send(all, { message: { token: other?.token } });
  expect([status, read(json)]).toMatchObject([403, { code: "SENDER_ID_MISMATCH" }]);
  const [iphone] = await control.makeDevices("fcm", { third_party_refuses: true });
  const answer = await send(all, { message: { token: iphone?.token } });
  expect([answer.status, read(answer.json)]).toMatchObject([
    401,
    { status: "UNAUTHENTICATED", code: "THIRD_PARTY_AUTH_ERROR" },
  ]);
});

test("refuses a bearer that is unknown, revoked or expired, and another project", async () => {
  const all = await ready();
  const { control, account, token } = all;
  const body = { message: { token } };
  const outcome = async (given: Ready = all): Promise<number> => (await send(given, body)).status;
  expect(await outcome({ ...all, bearer: "ya29.x" })).toBe(401);
  expect((await send(all, body, "another-project")).status).toBe(403);

  await control.changeCredential("fcm", account.client_email, "revoke");
  expect(await outcome()).toBe(401);
  expect((await requestToken(account.token_uri, await assertion(account))).status).toBe(400);
  await control.changeCredential("fcm", account.client_email, "restore");
  expect(await outcome()).toBe(200);
  await control.changeCredential("fcm", account.client_email, "expire");
  expect(await outcome()).toBe(401);
  expect(await outcome({ ...all, bearer: await accessToken(account) })).toBe(200);
});

test("count mode still checks the bearer and knows dead devices", async () => {
  const all = await ready();
  const [dead] = await all.control.makeDevices("fcm", { dead_share: 1 });
  await all.control.setMode("count");
  expect((await send(all, { message: { token: all.token, unknown: 1 } })).status).toBe(200);
  expect((await send(all, { message: { token: dead?.token } })).status).toBe(404);
  expect((await send({ ...all, bearer: "x" }, { message: { token: all.token } })).status).toBe(401);
  expect(await all.control.received("fcm")).toEqual({
    total: 1,
    recipients: [{ id: all.token, count: 1 }],
  });
});
