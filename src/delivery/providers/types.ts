// The words all providers share: what is sent, to whom, with what, and what came of it. Types only, and
// the two limits that belong to no single provider.
//
//   content     what a notification says in one language; the same for every recipient, never changed
//   address     where the provider reaches one device or browser
//   credential  what proves to the provider that the app may send
//   verdict     what a provider's answer means for the recipient and for the run
import type { ApnsCredential } from "../../kit/push/credentials.ts";
import type { ApnsTransport } from "./apns/transport.ts";
import type { Fetch } from "./exchange.ts";

/** Longest link per recipient, bytes of ASCII: sizes are reckoned with it before links are made. */
export const MAX_LINK_BYTES = 256;
/** Longest collapse id, bytes: what APNs takes, the smallest of the three. */
export const MAX_COLLAPSE_ID_BYTES = 64;

export type Verdict =
  | { kind: "sent" }
  /** Retire the token. `flag`: the credential's owner should look at this. */
  | { kind: "gone"; reason: string; flag?: string }
  /** This message can't go to this recipient. */
  | { kind: "rejected"; reason: string; flag?: string }
  /** Later, in a new message; `afterMs` null leaves the pause to the caller. */
  | { kind: "retry"; reason: string; afterMs: number | null }
  /** Stop the whole run and tell the owner. */
  | { kind: "misconfigured"; reason: string };

/** A verdict, or the wish for a new provider token: mint one and send once more. */
export type SendResult = Verdict | { kind: "token_expired" };

/** Signed addresses for one recipient, each at most MAX_LINK_BYTES long. */
export interface Links {
  readonly click: string | null;
  readonly receipt: string | null;
}

export type FcmAddress = { provider: "fcm"; token: string };
/** `registeredAt`: when this token was last registered, ms since 1970. */
export type ApnsAddress = { provider: "apns"; token: string; registeredAt: number };
/** `p256dh` and `auth` are base64url, without padding. */
export type WebPushAddress = {
  provider: "webpush";
  endpoint: string;
  p256dh: string;
  auth: string;
};
export type Address = FcmAddress | ApnsAddress | WebPushAddress;

/** An OAuth access token, from `mintAccessToken`. */
export type FcmSender = { provider: "fcm"; projectId: string; accessToken: string };
export type ApnsEnvironment = ApnsCredential["environment"];
/** A provider token, from `mintProviderToken`. */
export type ApnsSender = {
  provider: "apns";
  topic: string;
  environment: ApnsEnvironment;
  providerToken: string;
};
/** Keys are base64url: 65 bytes of point, 32 bytes of scalar. */
export type WebPushSender = {
  provider: "webpush";
  /** mailto: or https:, who to ask about these messages. */
  subject: string;
  publicKey: string;
  privateKey: string;
};
/** What one send needs of a credential. */
export type Sender = FcmSender | ApnsSender | WebPushSender;

export interface VapidSigner {
  /** The Authorization header for push services at `origin`, at `now` (ms). */
  authorization: (sender: WebPushSender, origin: string, now: number) => Promise<string>;
}

/** Where a host leads, as far as its addresses tell. */
export type Whereabouts = "public" | "private" | "unknown";

/** What the outside world is, to a provider. */
export interface ProviderDeps {
  fetch: Fetch;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Origin of FCM, without a slash at the end. */
  fcmUrl: string;
  /** Google's OAuth 2.0 token endpoint. */
  googleTokenUrl: string;
  /** Origin that stands in for APNs; null: Apple's own, by environment. */
  apnsUrl: string | null;
  apns: ApnsTransport;
  vapid: VapidSigner;
  /** Where the host of a push endpoint leads. */
  leadsTo: (hostname: string) => Promise<Whereabouts>;
}
