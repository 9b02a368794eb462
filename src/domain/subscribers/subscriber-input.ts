// The fields of a subscriber that a request can set: its address, and what is known about the person.
import { z } from "zod";
import { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { Provider } from "../../kit/push/credentials.ts";
import { fromBase64url, toBase64url } from "../../kit/push/base64url.ts";
import { isP256Point } from "../../kit/push/p256.ts";
import { isPublicHost } from "../../kit/public-host.ts";
import { DeviceFacts, OwnerFacts, OwnUserId } from "./facts/fields.ts";

/** Longest token or endpoint, characters: 50 recipients must fit a queue message of 64 KB. */
export const MAX_TOKEN = 1024;
/** Bytes of a Web Push authentication secret (RFC 8291 section 3.2). */
const AUTH_BYTES = 16;

/** Visible ASCII without quotes and backslashes: it takes one byte a character in JSON. */
const PLAIN_ASCII = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const P256dh = z
  .string()
  .max(100)
  .transform((text, issues) => keyBytes(text, issues, isP256Point, "must be a point of P-256"));
const Auth = z
  .string()
  .max(100)
  .transform((text, issues) =>
    keyBytes(text, issues, (key) => key.byteLength === AUTH_BYTES, "must be 16 bytes"),
  );

/** The address of a subscriber, as it is given. */
const Address = {
  token: z
    .string()
    .min(1, { abort: true })
    .max(MAX_TOKEN)
    .regex(PLAIN_ASCII, "must not hold spaces, quotes or other than ASCII")
    .optional(),
  endpoint: z
    .string()
    .min(1, { abort: true })
    .max(MAX_TOKEN)
    .regex(PLAIN_ASCII, "must be a URL without spaces or quotes")
    .optional(),
  keys: z.object({ p256dh: P256dh, auth: Auth }).optional(),
};

export const RegisterSubscriber = z.object({
  platform: SubscriberPlatform,
  /** webpush when an endpoint is given. */
  provider: Provider.optional(),
  ...Address,
  ...OwnerFacts,
  user_id: OwnUserId,
});
export type RegisterSubscriber = z.output<typeof RegisterSubscriber>;

/**
 * The same for devices, which are refused for nothing that they say about the person, but for a user id: only a request
 * with the owner's key may say who the user is.
 */
export const RegisterDevice = RegisterSubscriber.extend({ ...DeviceFacts, user_id: noUserId() });

export const UpdateSubscriber = z.object({ ...Address, ...OwnerFacts, user_id: OwnUserId });
export type UpdateSubscriber = z.output<typeof UpdateSubscriber>;

export const UpdateDevice = UpdateSubscriber.extend({ ...DeviceFacts, user_id: noUserId() });

export interface PushAddress {
  provider: Provider;
  /** The FCM or APNs token, or the Web Push endpoint. */
  token: string;
  p256dh: string | null;
  auth: string | null;
}

export interface AddressProblem {
  field: string;
  message: string;
}

/** The platforms that each provider delivers to. */
const PLATFORMS: Record<Provider, readonly RegisterSubscriber["platform"][]> = {
  fcm: ["android", "ios", "web"],
  apns: ["ios"],
  webpush: ["web"],
};

/** Returns the address in a registration, or what is wrong with it. */
export function addressOf(
  wanted: RegisterSubscriber,
  allowPrivateTargets: boolean,
): PushAddress | AddressProblem {
  const provider = wanted.provider ?? (wanted.endpoint === undefined ? null : "webpush");
  if (provider === null) {
    return wanted.token === undefined
      ? { field: "token", message: "is required, or an endpoint with keys" }
      : { field: "provider", message: "must be fcm or apns" };
  }
  const platforms = PLATFORMS[provider];
  return platforms.includes(wanted.platform)
    ? addressFor(provider, wanted, allowPrivateTargets)
    : { field: "platform", message: `must be ${platforms.join(", ")} for ${provider}` };
}

/** Returns the address for a known provider, or what is wrong with it. */
export function addressFor(
  provider: Provider,
  { token, endpoint, keys }: Pick<RegisterSubscriber, "token" | "endpoint" | "keys">,
  allowPrivateTargets: boolean,
): PushAddress | AddressProblem {
  if (provider === "webpush") {
    if (token !== undefined) return { field: "token", message: "does not go with an endpoint" };
    if (endpoint === undefined) return { field: "endpoint", message: "is required" };
    if (!isEndpoint(endpoint, allowPrivateTargets)) {
      return { field: "endpoint", message: "must be an https URL on a public host" };
    }
    if (keys === undefined) return { field: "keys", message: "is required" };
    return { provider, token: endpoint, ...keys };
  }
  if (endpoint !== undefined || keys !== undefined) {
    return {
      field: endpoint === undefined ? "keys" : "endpoint",
      message: `does not go with ${provider}`,
    };
  }
  if (token === undefined) return { field: "token", message: "is required" };
  if (provider === "fcm") return { provider, token, p256dh: null, auth: null };
  return isApnsToken(token)
    ? { provider, token: token.toLowerCase(), p256dh: null, auth: null }
    : { field: "token", message: "must be an APNs token in hexadecimal" };
}

/** Whether `token` is hexadecimal, 32 bytes or longer: Apple says that the length may change. */
function isApnsToken(token: string): boolean {
  return /^([0-9a-f]{2}){32,100}$/i.test(token);
}

function isEndpoint(text: string, allowPrivateTargets: boolean): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.hash !== "") return false;
  if (allowPrivateTargets) return url.protocol === "https:" || url.protocol === "http:";
  return url.protocol === "https:" && isPublicHost(url.hostname);
}

function noUserId() {
  return z.never("can only be set with an API key").optional();
}

/** Decodes a key that is in canonical base64url. */
function keyBytes(
  text: string,
  issues: z.core.$RefinementCtx,
  isGood: (bytes: Uint8Array) => boolean,
  message: string,
): string {
  const bytes = fromBase64url(text.replaceAll("+", "-").replaceAll("/", "_"));
  if (bytes !== null && isGood(bytes)) return toBase64url(bytes);
  issues.issues.push({ code: "custom", message, input: text });
  return z.NEVER;
}
