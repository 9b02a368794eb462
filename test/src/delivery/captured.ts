// What each provider is sent, as it travels: an app with credentials for all three, and subscribers of every platform by
// every provider that serves it. What goes to browsers is decrypted by http_ece.
import { createECDH, type ECDH } from "node:crypto";
import { decrypt } from "http_ece";
import { apnsKey, importAll, iosSubscriber, PUSH, serviceAccount } from "../../support/push.ts";
import { newPushOwner, type PushOwner } from "../../support/scenario.ts";
import { api, newEndpoint } from "../../support/worker.ts";
import type { World } from "./sending.ts";

export interface Captured {
  /** FCM's messages, by token. */
  fcm: Record<string, any>;
  /** What APNs and push services got: headers, and the payload in the clear; by token and endpoint. */
  apns: Record<string, { headers: Headers; payload: any }>;
  webpush: Record<string, { headers: Headers; payload: any }>;
}

interface Reader {
  pair: ECDH;
  auth: string;
}

export interface Providers {
  owner: PushOwner;
  captured: Captured;
  /** A registration by Web Push whose messages can be read; at a push service of the test's unless `endpoint` is given. */
  browser: (
    platform?: "web" | "android",
    endpoint?: string,
  ) => {
    platform: string;
    endpoint: string;
    keys: { p256dh: string; auth: string };
  };
}

/** Makes an app with credentials for the three providers, and captures what they are sent from now on. */
export async function newProviders(world: World): Promise<Providers> {
  const owner = await newPushOwner();
  await setCredentials(owner);
  const captured: Captured = { fcm: {}, apns: {}, webpush: {} };
  const readers = new Map<string, Reader>();
  world.answer = (url, init) => {
    if (url.includes("oauth2")) return Response.json({ access_token: "x", expires_in: 3599 });
    const headers = new Headers(init.headers);
    const reader = readers.get(url);
    if (reader) {
      captured.webpush[url] = {
        headers,
        payload: read(reader, init.body as Uint8Array<ArrayBuffer>),
      };
      return new Response(null, { status: 201 });
    }
    const json = JSON.parse(init.body as string);
    if (url.includes("fcm.")) {
      captured.fcm[json.message.token] = json.message;
      return Response.json({ name: "messages/1" });
    }
    captured.apns[url.split("/").at(-1) ?? ""] = { headers, payload: json };
    return new Response(null, { status: 200 });
  };
  const browser: Providers["browser"] = (platform = "web", endpoint = newEndpoint()) => {
    const pair = createECDH("prime256v1");
    const p256dh = pair.generateKeys("base64url");
    const auth = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
    readers.set(endpoint, { pair, auth });
    return { platform, endpoint, keys: { p256dh, auth } };
  };
  return { owner, captured, browser };
}

/** One subscriber for each pair of a platform and a provider, as it is addressed. */
export interface Everybody {
  fcm: Record<"android" | "ios" | "web", string>;
  apns: string;
  webpush: Record<"web" | "android", string>;
}

/** Registers `everybody` in the app. */
export async function addEverybody({ owner, browser }: Providers): Promise<Everybody> {
  const token = () => `fcm:${crypto.randomUUID()}`;
  const fcm = { android: token(), ios: token(), web: token() };
  const ios = iosSubscriber();
  const [web, android] = [browser(), browser("android")];
  await importAll(owner.account, owner.app.id, [
    ...Object.entries(fcm).map(([platform, by]) => ({ platform, provider: "fcm", token: by })),
    ios,
    web,
    android,
  ]);
  const webpush = { web: web.endpoint, android: android.endpoint };
  return { fcm, apns: ios.token, webpush };
}

async function setCredentials({ account, app }: PushOwner): Promise<void> {
  const credentials = { fcm: { service_account: await serviceAccount() }, apns: await apnsKey() };
  for (const [provider, json] of Object.entries(credentials)) {
    const path = `${PUSH}/apps/${app.id}/credentials/${provider}`;
    const put = await api("PUT", path, { token: account.key, json });
    if (put.status >= 300) throw new Error(JSON.stringify(put.body));
  }
}

function read({ pair, auth }: Reader, body: Uint8Array): unknown {
  const plain = decrypt(Buffer.from(body), {
    version: "aes128gcm",
    privateKey: pair,
    authSecret: auth,
  });
  return JSON.parse(plain.toString());
}
