// The stand-in's APNs by both versions of HTTP: provider tokens signed by jose, headers, payload, devices.
import { once } from "node:events";
import { connect } from "node:http2";
import { expect, test } from "vitest";
import type { ApnsCredential } from "../../../dev/providers/credentials.ts";
import { providerToken, standin, type Standin } from "./support.ts";

interface Ready extends Standin {
  key: ApnsCredential;
  jwt: string;
  token: string;
}

interface Result {
  status: number;
  id: string | null;
  body: unknown;
}

async function ready(): Promise<Ready> {
  const providers = await standin();
  const key = await providers.control.makeApnsKey();
  const [device] = await providers.control.makeDevices("apns");
  if (!device) throw new Error("no device");
  return { ...providers, key, jwt: await providerToken(key), token: device.token };
}

function headersOf({ jwt, key }: Ready, change: Record<string, string | null>) {
  const right: Record<string, string | null> = {
    authorization: `bearer ${jwt}`,
    "apns-topic": key.topic,
    "apns-push-type": "alert",
    ...change,
  };
  return Object.fromEntries(
    Object.entries(right).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

const PAYLOAD = JSON.stringify({ aps: { alert: { title: "T" } } });

async function send(
  all: Ready,
  change: Record<string, string | null> = {},
  body = PAYLOAD,
  path = `/3/device/${all.token}`,
): Promise<Result> {
  const response = await fetch(`${all.env.APNS_URL}${path}`, {
    method: "POST",
    headers: headersOf(all, change),
    body,
  });
  const text = await response.text();
  return {
    status: response.status,
    id: response.headers.get("apns-id"),
    body: text === "" ? null : JSON.parse(text),
  };
}

/** The same by HTTP/2 with prior knowledge, all on one connection. */
async function sendByHttp2(all: Ready, change: Record<string, string | null>[]): Promise<Result[]> {
  const session = connect(all.apnsH2Url);
  const results = change.map(async (headers): Promise<Result> => {
    const stream = session.request({
      ":method": "POST",
      ":path": `/3/device/${all.token}`,
      ...headersOf(all, headers),
    });
    stream.end(PAYLOAD);
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    const [[answer]] = await Promise.all([once(stream, "response"), once(stream, "end")]);
    const { ":status": status, "apns-id": id } = answer as { ":status": number; "apns-id": string };
    return { status, id, body: text === "" ? null : JSON.parse(text) };
  });
  const ended = await Promise.all(results);
  session.close();
  return ended;
}

test("takes a push by HTTP/1.1, echoes apns-id, keeps headers and payload", async () => {
  const all = await ready();
  const id = "123E4567-E89B-12D3-A456-4266554400A0";
  const change = { "apns-id": id, "apns-collapse-id": "c", "apns-expiration": "1700000000" };
  expect(await send(all, { ...change, "apns-priority": "5" })).toEqual({
    status: 200,
    id,
    body: null,
  });
  expect(await all.control.deliveries("apns")).toMatchObject([
    {
      id,
      recipient: all.token,
      headers: { ...change, "apns-topic": all.key.topic, "apns-push-type": "alert" },
      content: JSON.parse(PAYLOAD),
    },
  ]);
});

test("takes and refuses simultaneous pushes on one HTTP/2 connection", async () => {
  const all = await ready();
  const changes = [{}, {}, { "apns-topic": "other" }, { authorization: null }];
  const results = await sendByHttp2(all, changes);
  expect(results.map(({ status }) => status)).toEqual([200, 200, 400, 403]);
  expect(results[0]?.id).toMatch(/^[0-9A-F-]{36}$/);
  expect(results[2]?.body).toEqual({ reason: "TopicDisallowed" });
  expect((await all.control.stats()).recipients.apns).toMatchObject({ reached: 1, repeats: 1 });
});

test.each<[string, Record<string, string | null>, number, string]>([
  ["a push without a provider token", { authorization: null }, 403, "MissingProviderToken"],
  ["a broken provider token", { authorization: "bearer x.y.z" }, 403, "InvalidProviderToken"],
  ["an apns-id that is no UUID", { "apns-id": "1" }, 400, "BadMessageId"],
  ["a push without a topic", { "apns-topic": null }, 400, "MissingTopic"],
  ["a topic with a space", { "apns-topic": "a b" }, 400, "BadTopic"],
  ["another topic", { "apns-topic": "com.example.other" }, 400, "TopicDisallowed"],
  ["a push without a push type", { "apns-push-type": null }, 400, "InvalidPushType"],
  ["an unknown push type", { "apns-push-type": "loud" }, 400, "InvalidPushType"],
  ["an unknown priority", { "apns-priority": "7" }, 400, "BadPriority"],
  ["a background push of priority 10", { "apns-push-type": "background" }, 400, "BadPriority"],
  ["a bad expiration", { "apns-expiration": "soon" }, 400, "BadExpirationDate"],
  ["a collapse id of 65 bytes", { "apns-collapse-id": "c".repeat(65) }, 400, "BadCollapseId"],
])("refuses %s", async (_, change, status, reason) => {
  expect(await send(await ready(), change)).toMatchObject({ status, body: { reason } });
});

test("refuses payloads and paths as Apple does", async () => {
  const all = await ready();
  const reason = async (body: string, path?: string): Promise<unknown> =>
    (await send(all, {}, body, path)).body;
  expect(await reason("")).toEqual({ reason: "PayloadEmpty" });
  expect(await reason("[]")).toEqual({ reason: "PayloadEmpty" });
  expect(await reason("{")).toEqual({ reason: "PayloadEmpty" });
  const frame = JSON.stringify({ a: "" }).length;
  expect(await reason(JSON.stringify({ a: "x".repeat(4096 - frame) }))).toBeNull();
  expect(await reason(JSON.stringify({ a: "x".repeat(4097 - frame) }))).toEqual({
    reason: "PayloadTooLarge",
  });
  expect(await reason(PAYLOAD, "/4/device/x")).toEqual({ reason: "BadPath" });
  expect(await reason(PAYLOAD, "/3/device/")).toEqual({ reason: "MissingDeviceToken" });
  expect(await reason(PAYLOAD, "/3/device/zz")).toEqual({ reason: "BadDeviceToken" });
  expect(await reason(PAYLOAD, `/3/device/${"a".repeat(64)}`)).toEqual({
    reason: "BadDeviceToken",
  });
});

test("reports a dead device with the time of its death, and a device of another topic", async () => {
  const all = await ready();
  const options = { dead_share: 1, died_at: 1_700_000_000_123 };
  const [dead] = await all.control.makeDevices("apns", options);
  const [other] = await all.control.makeDevices("apns", { sender: "com.example.other" });
  expect(await send({ ...all, token: dead?.token ?? "" })).toMatchObject({
    status: 410,
    body: { reason: "Unregistered", timestamp: 1_700_000_000_123 },
  });
  expect(await send({ ...all, token: other?.token ?? "" })).toMatchObject({
    status: 400,
    body: { reason: "DeviceTokenNotForTopic" },
  });
});

test("refuses provider tokens of another team or key, from the future, and over an hour old", async () => {
  const all = await ready();
  const { key } = all;
  const other = await all.control.makeApnsKey();
  const reason = async (jwt: Promise<string>): Promise<unknown> =>
    (await send({ ...all, jwt: await jwt })).body;
  const invalid = { reason: "InvalidProviderToken" };
  expect(await reason(providerToken({ ...key, team_id: other.team_id }))).toEqual(invalid);
  expect(await reason(providerToken({ ...key, private_key: other.private_key }))).toEqual(invalid);
  expect(await reason(providerToken({ ...key, key_id: "UNKNOWN" }))).toEqual(invalid);
  expect(await reason(providerToken(key, -300))).toEqual(invalid);
  expect(await reason(providerToken(key, 3_660))).toEqual({ reason: "ExpiredProviderToken" });
});

test("refuses a new provider token within 20 minutes, and keeps taking the known ones", async () => {
  const all = await ready();
  const old = { ...all, jwt: await providerToken(all.key, 1_500) };
  expect((await send(old)).status).toBe(200);
  const soon = { ...all, jwt: await providerToken(all.key, 400) };
  expect(await send(soon)).toMatchObject({
    status: 429,
    body: { reason: "TooManyProviderTokenUpdates" },
  });
  expect((await send(all)).status).toBe(200);
  expect((await send(old)).status).toBe(200);
});

test("takes a new provider token at once after one expired, and none after the key was revoked", async () => {
  const all = await ready();
  const { control, key } = all;
  expect((await send(all)).status).toBe(200);
  await control.changeCredential("apns", key.key_id, "expire");
  expect((await send(all)).body).toEqual({ reason: "ExpiredProviderToken" });
  const renewed = { ...all, jwt: await providerToken(key, 1) };
  expect((await send(renewed)).status).toBe(200);
  await control.changeCredential("apns", key.key_id, "revoke");
  expect((await send(renewed)).body).toEqual({ reason: "InvalidProviderToken" });
});
