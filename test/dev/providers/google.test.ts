// The stand-in's part of Google's push service: tokens of Play services, and pushes to them, made by npm web-push, and wrong in
// one way each.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import webpush from "web-push";
import type { VapidCredential } from "../../../dev/providers/credentials.ts";
import { standin, type Standin } from "./support.ts";

/** Where senders believe they send to. */
const ORIGIN = "https://fcm.googleapis.com";
/** Keys that a phone gave away; the stand-in does not know them. */
const KEYS = {
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
};

interface Ready extends Standin {
  vapid: VapidCredential;
  token: string;
}

async function ready(): Promise<Ready> {
  const providers = await standin();
  const vapid = await providers.control.makeVapid();
  const request = { app: "com.example.shop", subtype: "wp:1", sender: vapid.public_key };
  return { ...providers, vapid, token: await providers.control.registerPhone(request) };
}

interface Change {
  method?: string;
  /** Headers that are set; null takes one away. */
  headers?: Record<string, string | null>;
  body?: Uint8Array<ArrayBuffer>;
  token?: string;
  /** Whose token the VAPID token is made for. */
  origin?: string;
  vapid?: VapidCredential;
}

/** A push as web-push makes it, but for what is changed. */
async function push(all: Ready, change: Change = {}): Promise<Response> {
  const { vapid = all.vapid, origin = ORIGIN, token = all.token } = change;
  const endpoint = `${origin}/fcm/send/${token}`;
  const request = webpush.generateRequestDetails({ endpoint, keys: KEYS }, "hello", {
    TTL: 60,
    vapidDetails: {
      subject: vapid.subject,
      publicKey: vapid.public_key,
      privateKey: vapid.private_key,
    },
  });
  const headers = new Headers(request.headers);
  headers.delete("content-length"); // of the body before it is changed
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  const { method = "POST", body = new Uint8Array(request.body) } = change;
  const url = `${all.env.FCM_URL}/fcm/send/${token}`;
  return fetch(url, { method, headers, ...(method === "POST" && { body }) });
}

test("a push to a phone is kept, as it came, until the phone has it", async () => {
  const all = await ready();
  const response = await push(all);
  expect(response.status).toBe(201);
  expect(response.headers.get("location")).toMatch(/^https:\/\/fcm\.googleapis\.com\/.+/);
  const [first, ...others] = await all.control.messagesAfter(all.token, "");
  expect(others).toEqual([]);
  // aes128gcm: 16 bytes of salt, 4 of record size, and the length of a point
  expect(Buffer.from(first?.body ?? "", "base64")[20]).toBe(65);
  // the answer may have been lost
  expect(await all.control.messagesAfter(all.token, "")).toEqual([first]);

  await push(all, { headers: { "content-encoding": null }, body: new Uint8Array() });
  const [empty] = await all.control.messagesAfter(all.token, first?.id ?? "");
  expect(empty).toMatchObject({ body: null });
});

test("a phone that asks before there is a push gets it when it comes", async () => {
  const all = await ready();
  const asked = all.control.messagesAfter(all.token, "");
  await push(all);
  expect(await asked).toHaveLength(1);
});

test("an app gets one token for each of its subscriptions and VAPID keys, and another after it ended", async () => {
  const all = await ready();
  const request = { app: "com.example.shop", subtype: "wp:1", sender: all.vapid.public_key };
  const register = (change: object) => all.control.registerPhone({ ...request, ...change });
  expect(await register({})).toBe(all.token);
  const other = await all.control.makeVapid();
  const others = [{ sender: other.public_key }, { subtype: "wp:2" }, { app: "com.example.other" }];
  const tokens = await Promise.all(others.map(register));
  expect(new Set([all.token, ...tokens]).size).toBe(4);
  await all.control.endPhone(all.token);
  expect(tokens).not.toContain(await register({}));
  expect((await push(all)).status).toBe(410);
});

const OTHER_KEY = /do not correspond to the credentials/;
const REFUSED: [string, number, RegExp, (all: Ready) => Change | Promise<Change>][] = [
  ["no authorization", 401, /authorization/, () => ({ headers: { authorization: null } })],
  ["a token for another origin", 403, /JWT/, ({ url }) => ({ origin: url })],
  [
    "another key than the subscription's",
    403,
    OTHER_KEY,
    async ({ control }) => ({ vapid: await control.makeVapid() }),
  ],
  ["no TTL", 400, /Ttl/, () => ({ headers: { ttl: null } })],
  ["another encoding", 400, /Encoding/, () => ({ headers: { "content-encoding": "aesgcm" } })],
  ["a long body", 413, /4096/, () => ({ body: new Uint8Array(4097) })],
  ["another method", 405, /POST/, () => ({ method: "PUT" })],
  ["an unknown token", 404, /valid push subscription/, () => ({ token: "unknown" })],
  [
    "a browser's subscription",
    404,
    /valid push subscription/,
    async ({ control }) => {
      const [browser] = await control.makeSubscriptions();
      return { token: browser?.endpoint.split("/").at(-1) ?? "" };
    },
  ],
];

test.each(REFUSED)("%s is answered %i, in words", async (_what, status, words, change) => {
  const all = await ready();
  const answer = await push(all, await change(all));
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(await answer.text()).toMatch(words);
});

test("a phone is no subscription of the browsers' push service", async () => {
  const all = await ready();
  expect((await fetch(`${all.url}/push/${all.token}`, { method: "POST" })).status).toBe(404);
});

test("scripted faults are answered in Google's own form", async () => {
  const all = await ready();
  await all.control.setFaults("webpush", { rate_limited: { next: 1, retry_after: 7 } });
  const answer = await push(all);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
  expect(await answer.text()).toBe("TooManyRequests");
  expect((await push(all)).status).toBe(201);
});

/** A push service behind the stand-in that takes all and remembers it. */
async function google() {
  const got: { path: string; ttl: string; authorization: string; cookie: string; body: Buffer }[] =
    [];
  const server = createServer((request, response) => {
    const { ttl = "", authorization = "", cookie = "" } = request.headers;
    void buffer(request).then((body) => {
      got.push({ path: request.url ?? "", ttl: String(ttl), authorization, cookie, body });
      response.writeHead(429, { "retry-after": "7" }).end("slow down");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.each(["fcm/send", "wp"])(
  "a push to a real browser's /%s goes on to Google as it came, and the answer comes back",
  async (place) => {
    const real = await google();
    const { env } = await standin({ google: real.url });
    const body = new Uint8Array([1, 2, 3]);
    const headers = { ttl: "60", authorization: "vapid t=x, k=y", cookie: "a=b" };
    const answer = await fetch(`${env.FCM_URL}/${place}/cRv:APA91b-_9`, {
      method: "POST",
      headers,
      body,
    });
    expect([answer.status, answer.headers.get("retry-after"), await answer.text()]).toEqual([
      429,
      "7",
      "slow down",
    ]);
    const path = `/${place}/cRv:APA91b-_9`;
    const { authorization } = headers;
    expect(real.got).toEqual([
      { path, ttl: "60", authorization, cookie: "", body: Buffer.from(body) },
    ]);
  },
);

test("a push to one that can't be handed on may be tried again, and one to a phone made here is never handed on", async () => {
  const real = await google();
  const unreachable = await standin({ google: "http://127.0.0.1:1" });
  const send = (url: string) => fetch(url, { method: "POST", headers: { ttl: "60" } });
  expect((await send(`${unreachable.env.FCM_URL}/fcm/send/abc`)).status).toBe(503);
  const { env, control } = await standin({ google: real.url });
  const { public_key: sender } = await control.makeVapid();
  const token = await control.registerPhone({ app: "com.example.shop", subtype: "wp:1", sender });
  await send(`${env.FCM_URL}/fcm/send/${token}`);
  expect(real.got).toEqual([]);
});
