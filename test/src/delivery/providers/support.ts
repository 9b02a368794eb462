// Contents, recipients and answers for the tests of the providers.
import { createECDH, type ECDH } from "node:crypto";
import { decrypt } from "http_ece";
import { Messages } from "../../../../src/delivery/providers/messages.ts";
import { fetchTransport } from "../../../../src/delivery/providers/apns/transport.ts";
import type { Answer, Fetch } from "../../../../src/delivery/providers/exchange.ts";
import { NOW } from "../../../support/push-content.ts";
import type { PushContent } from "../../../../src/kit/push/content.ts";
import type {
  Address,
  Links,
  ProviderDeps,
  Sender,
  SendResult,
  WebPushSender,
  WebPushAddress,
} from "../../../../src/delivery/providers/types.ts";
import { createVapidSigner } from "../../../../src/delivery/providers/webpush/vapid.ts";

/** The instant of every test, ms. */
export const LINKS = {
  click: "https://push.example.com/public/c/abc",
  receipt: "https://push.example.com/public/t/abc/delivered",
};
export const NO_LINKS = { click: null, receipt: null };

export function answer(status: number, body: unknown = "", headers: HeadersInit = {}): Answer {
  return {
    answered: true,
    status,
    headers: new Headers(headers),
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

export interface Sent {
  url: string;
  headers: Headers;
  body: Uint8Array;
  init: RequestInit;
}

/** A `fetch` that keeps what it was asked and answers in turn, the last answer for ever. */
export function recorder(...answers: (() => Response)[]): { fetch: Fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch: Fetch = async (url, init) => {
    const request = new Request(url, { ...init, redirect: "manual", signal: null });
    const body = new Uint8Array(await request.arrayBuffer());
    sent.push({ url, headers: request.headers, body, init });
    const next = answers[Math.min(sent.length, answers.length) - 1];
    return next?.() ?? new Response(null, { status: 201 });
  };
  return { fetch, sent };
}

/** A `fetch` that no answer comes to, until its signal aborts. */
export const hangingFetch: Fetch = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new Error("aborted")));
  });

export function deps(fetch: Fetch): ProviderDeps {
  return {
    fetch,
    now: () => NOW,
    fcmUrl: "https://fcm.example.com",
    googleTokenUrl: "https://oauth.example.com/token",
    apnsUrl: null,
    apns: fetchTransport(fetch),
    vapid: createVapidSigner(),
    leadsTo: async () => "public",
  };
}

/** Sends content with these links to one address, as a batch of its own. */
export async function sendOne(
  given: ProviderDeps,
  address: Address,
  content: PushContent,
  links: Links,
  sender: Sender,
): Promise<SendResult> {
  const messages = new Messages(given);
  const edition = { content, ownLengths: [], filled: () => ({ content, links }) };
  return messages.send(messages.prepare(address, edition, []), sender);
}

export function json(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

export interface Browser {
  target: WebPushAddress;
  pair: ECDH;
}

/** A browser: its subscription and the key that opens what is sent to it. */
export function browser(): Browser {
  const pair = createECDH("prime256v1");
  const p256dh = pair.generateKeys("base64url");
  const auth = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64url");
  const endpoint = "https://push.example.com/send/abc";
  return { target: { provider: "webpush", platform: "web", endpoint, p256dh, auth }, pair };
}

/** What the browser reads in a body, by an implementation that is not ours. Throws when it can't. */
export function open({ target, pair }: Browser, body: Uint8Array): Buffer {
  const keys = { privateKey: pair, authSecret: target.auth };
  return decrypt(Buffer.from(body), { version: "aes128gcm", ...keys });
}

export function webPushSender(): WebPushSender {
  const pair = createECDH("prime256v1");
  const publicKey = pair.generateKeys("base64url");
  // a scalar with leading zeros comes out shorter
  const scalar = pair.getPrivateKey("hex").padStart(64, "0");
  const privateKey = Buffer.from(scalar, "hex").toString("base64url");
  return { provider: "webpush", subject: "mailto:ops@example.com", publicKey, privateKey };
}

/** A new private key as PKCS #8 PEM, and its public half. */
export async function pemKey(
  algorithm: "ES256" | "RS256",
): Promise<{ pem: string; publicKey: CryptoKey }> {
  const parameters =
    algorithm === "RS256"
      ? {
          name: "RSASSA-PKCS1-v1_5",
          hash: "SHA-256",
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
        }
      : { name: "ECDSA", namedCurve: "P-256" };
  const pair = (await crypto.subtle.generateKey(parameters, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const der = (await crypto.subtle.exportKey("pkcs8", pair.privateKey)) as ArrayBuffer;
  const base64 = Buffer.from(der).toString("base64");
  const lines = base64.replace(/.{64}/g, "$&\n");
  const pem = `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
  return { pem, publicKey: pair.publicKey };
}
