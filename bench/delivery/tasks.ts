// What the processes of bench/delivery.ts are given and told to do: plain data, which passes between them as JSON.
import type { Provider } from "../../src/kit/push/credentials.ts";
import type { Subscription } from "../requests.ts";

/** The devices that are sent to, of each provider as many. */
export interface Audience {
  webpush: Subscription[];
  fcm: string[];
  apns: string[];
}

/** A VAPID key pair, base64url, with its contact. */
export interface Vapid {
  subject: string;
  publicKey: string;
  privateKey: string;
}

/** What everybody sends with. */
export interface Field {
  /** The origin of the receiver. */
  receiver: string;
  vapid: Vapid;
  /** A header signed with it, for those that sign once. */
  authorization: string;
  /** A bearer token of FCM's and APNs' length. */
  bearer: string;
  audience: Audience;
}

/** To send to the first `count` of a provider's devices, `atOnce` at a time. */
interface Sending {
  provider: Provider;
  count: number;
  atOnce: number;
}

/** How a peer in Node sends; `signed-once`: with one VAPID header for all. */
export interface PeerTask extends Sending {
  by: "web-push" | "web-push, signed once" | "fetch" | "http";
}

/** How the floor sends: plain requests for FCM and APNs; Web Push is encrypted, and sent if it `isSent`. */
export interface FloorTask extends Sending {
  encryption: EncryptionName;
  /** Whether a batch is encrypted before the first of it is sent. */
  isBatched: boolean;
  isSent: boolean;
}

/**
 * The floor's own; that of src/delivery; @block65/webcrypto-web-push as it comes, which pads to 4 KB and signs each
 * message; and its encryption alone without padding.
 */
export type EncryptionName = "floor" | "ours" | "library" | "library, unpadded";

/** What the receiver is told: to begin anew, or to say what came since. */
export type ReceiverTask =
  | { kind: "begin"; answerAfterMs: number; keeps: boolean }
  | { kind: "end" };

/** What came since it began, and where to. */
export interface Received {
  origin: string;
  requests: number;
  /** How many different paths were posted to. */
  paths: number;
  /** The messages themselves, if they were to be kept. */
  kept: Message[];
}

export interface Message {
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** What the Worker with the product's code is bound to besides the configuration's variables and secrets: text. */
export interface OurBindings {
  RECEIVER: string;
  BEARER: string;
  /** JSON. */
  VAPID: string;
  /** Private keys as PKCS #8 in PEM, which nothing is signed with: bearer tokens are there. */
  RSA_KEY: string;
  EC_KEY: string;
}

/** Notification, app and credential have the same id, another one for each provider, so that an app has one credential. */
export const IDS: Record<Provider, number> = { webpush: 1, fcm: 2, apns: 3 };

/** Recipients in a batch, and requests under way at a time in one: as in src/delivery. */
export const BATCH = 50;
export const SENDS_AT_ONCE = 6;

/** The project of FCM's messages and the topic of APNs'. */
export const PROJECT = "bench-project";
export const TOPIC = "com.example.bench";
