// The types that all providers share, and the limits that belong to none of them.
//
//   content     the notification in one language, the same for all its recipients
//   edition     the same, and how the texts of each recipient's own go into it
//   address     where the provider reaches one device or browser
//   sender      the credential, and the bearer token, that a message is sent with
//   verdict     what a provider's answer means for the recipient and for the run
import type { PushContent } from "../../kit/push/content.ts";
import type { ApnsCredential } from "../../kit/push/credentials.ts";
import type { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { HOUR_MS } from "../../kit/time.ts";
import type { ApnsTransport } from "./apns/transport.ts";
import type { Fetch } from "./exchange.ts";

/** Longest link, bytes of ASCII: payload sizes are computed with it before links are made. */
export const MAX_LINK_BYTES = 256;
/** Longest collapse id, bytes: APNs' limit, which is the smallest of the three. */
export const MAX_COLLAPSE_ID_BYTES = 64;
/** Longest pause that a provider can ask for, ms: the longest delay that a queue message can have. */
export const MAX_RETRY_AFTER_MS = 12 * HOUR_MS;

export type Verdict =
  | { kind: "sent" }
  /** The token is dead: the provider says so for certain. */
  | { kind: "gone"; reason: string }
  /** This message can't be sent to this recipient. `flag` is a complaint about the credential, for the owner to read. */
  | { kind: "rejected"; reason: string; flag?: string }
  /**
   * Either the recipient's token is wrong or the credential is; the answer does not tell which. `advice` says what the
   * owner should look at. `retires`: whether the token is dead if the credential turns out to be right.
   */
  | { kind: "doubtful"; reason: string; advice: string; retires: boolean }
  /**
   * Another attempt is needed, after `afterMs`; null leaves the pause to the caller. There is none later than `limitMs`
   * after the first attempt; null: the caller's limits alone apply.
   */
  | { kind: "retry"; reason: string; afterMs: number | null; limitMs?: number }
  /** The provider refuses the credential: nobody can be sent to through it. `reason` is shown to the owner. */
  | { kind: "misconfigured"; reason: string };

/** A verdict, or the request to send again with a new bearer token. `reason` is for when that one is refused as well. */
export type SendResult = Verdict | { kind: "token_expired"; reason: string };

/** The signed links for one recipient, each at most MAX_LINK_BYTES long. */
export interface Links {
  readonly click: string | null;
  readonly receipt: string | null;
}

/**
 * The texts of one recipient's own in a message, in the order of its edition; "" for one that the edition does not use. They
 * are ASCII that JSON does not escape.
 */
export type Own = readonly string[];

/** A notification in one language for many recipients. */
export interface Edition {
  /** What all of them get, with other texts instead of their own. */
  readonly content: PushContent;
  /** The length of each text of a recipient's own, characters; 0 for one that is not used. */
  readonly ownLengths: readonly number[];
  /** Returns content and links for one recipient. It puts the texts in as they are. */
  filled(own: Own): { content: PushContent; links: Links };
}

/** `platform` decides which platform overrides apply. By APNs it is always iOS. */
export type FcmAddress = { provider: "fcm"; platform: SubscriberPlatform; token: string };
/** `registeredAt` is when the device itself registered the token, ms since 1970; null if that is not known. */
export type ApnsAddress = { provider: "apns"; token: string; registeredAt: number | null };
/** `p256dh` and `auth` are base64url, without padding. */
export type WebPushAddress = {
  provider: "webpush";
  platform: SubscriberPlatform;
  endpoint: string;
  p256dh: string;
  auth: string;
};
export type Address = FcmAddress | ApnsAddress | WebPushAddress;

/** `accessToken` is an OAuth access token, from `mintAccessToken`. */
export type FcmSender = { provider: "fcm"; projectId: string; accessToken: string };
export type ApnsEnvironment = ApnsCredential["environment"];
/** `providerToken` is from `mintProviderToken`. */
export type ApnsSender = {
  provider: "apns";
  topic: string;
  environment: ApnsEnvironment;
  providerToken: string;
};
/** The keys are base64url: 65 bytes of point, 32 bytes of scalar. */
export type WebPushSender = {
  provider: "webpush";
  /** The contact for questions about these messages, a mailto: or https: address. */
  subject: string;
  publicKey: string;
  privateKey: string;
};
/** The parts of a credential that one message needs. */
export type Sender = FcmSender | ApnsSender | WebPushSender;

export interface VapidSigner {
  /** Makes the Authorization header for the push service at `origin`, at `now`, ms. */
  authorization: (sender: WebPushSender, origin: string, now: number) => Promise<string>;
}

/** Where a host leads, judged by its addresses. */
export type LeadsTo = "public" | "private" | "unknown";

/** Access to the outside world, for providers. */
export interface ProviderDeps {
  fetch: Fetch;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Origin of FCM, without a slash at the end; of Google's push service for Web Push too. */
  fcmUrl: string;
  /** Google's OAuth 2.0 token endpoint. */
  googleTokenUrl: string;
  /** Origin of a stand-in for APNs, or null for Apple's own. */
  apnsUrl: string | null;
  apns: ApnsTransport;
  vapid: VapidSigner;
  /** Finds out where the host of a push endpoint leads. */
  leadsTo: (hostname: string) => Promise<LeadsTo>;
}
