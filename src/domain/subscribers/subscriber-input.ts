// The fields of a subscriber that a request can set: its address, and what is known about the person.
import { z } from "zod";
import { PLATFORMS, SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { Provider } from "../../kit/push/credentials.ts";
import { fromBase64url, toBase64url } from "../../kit/push/base64url.ts";
import { isP256Point } from "../../kit/push/p256.ts";
import { instant } from "../../kit/given-time.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { isPublicHost, neverResolves } from "../../kit/public-host.ts";
import type { Ctx } from "../context.ts";
import { DeviceFacts, NoUserId, OwnerFacts, OwnUserId } from "./facts/fields.ts";
import { GivenUserToken } from "./user-token.ts";

/** Longest token or endpoint, characters: 50 recipients must fit a queue message of 64 KB, beyond which each costs twice. */
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
    .optional()
    .meta({
      description: "The token of FCM or APNs; the latter in hexadecimal. Not beside `endpoint`.",
    }),
  endpoint: z
    .string()
    .min(1, { abort: true })
    .max(MAX_TOKEN)
    .regex(PLAIN_ASCII, "must be a URL without spaces or quotes")
    .optional()
    .meta({
      format: "uri",
      description: "The endpoint of a Web Push subscription: an https URL on a public host.",
      example: "https://push.example.com/send/2b7e1516",
    }),
  keys: z
    .strictObject({
      p256dh: P256dh.meta({
        description: "The browser's public key, a point of P-256 in base64url.",
        example:
          "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      }),
      auth: Auth.meta({
        description: "The authentication secret, 16 bytes in base64url.",
        example: "BTBZMqHH6r4Tts7J_aSIgg",
      }),
    })
    .optional()
    .meta({
      description: "The keys of a Web Push subscription (RFC 8291), as browsers give them.",
    }),
};

/**
 * When a push service means to end a subscription, which we learn from its answers instead. Every `PushSubscription` has
 * it beside its endpoint and keys (W3C Push API, PushSubscriptionJSON), and clients send that object as it is.
 */
const expirationTime = z.number().nullish().meta({
  description:
    "As the browser's `PushSubscription` has it, so that `subscription.toJSON()` can be sent as it is. It is not kept.",
});

export const RegisterSubscriber = z.strictObject({
  platform: SubscriberPlatform.meta({
    description: "What the subscriber is reached on.",
    example: "web",
  }),
  /** webpush when an endpoint is given. */
  provider: Provider.optional().meta({
    description: "Who carries its messages. By default `webpush`, where there is an `endpoint`.",
    example: "webpush",
  }),
  ...Address,
  expirationTime,
  ...OwnerFacts,
  user_id: OwnUserId,
  /** When the device registered the token, for lists of registered devices. null: it is not known. */
  registered_at: instant()
    .nullish()
    .meta({
      description:
        "When the device registered the token, in any extended form of ISO 8601 or of RFC 3339 with a zone, for lists of " +
        "registered devices. null: it is not known.",
      example: "2025-06-14T12:00:00Z",
    }),
});
export type RegisterSubscriber = z.output<typeof RegisterSubscriber>;

/**
 * The same for devices, which are refused for nothing that they say about the person, but for a user id: only a request
 * with the owner's key, or a token that the owner's server signed, may say who the user is. A device registers its
 * address now.
 */
export const RegisterDevice = RegisterSubscriber.omit({ registered_at: true }).extend({
  ...DeviceFacts,
  user_id: NoUserId,
  user_token: GivenUserToken,
  expirationTime: z
    .unknown()
    .transform(() => undefined)
    .optional(),
});

/** Returns the refusal of a `registered_at` that is still to come, or null. */
export function inFuture(ctx: Pick<Ctx, "now">, { registered_at: at }: RegisterSubscriber) {
  return typeof at === "number" && at > ctx.now()
    ? invalidField(["registered_at"], "must not be in the future")
    : null;
}

/** Refuses `invalid` for a `registered_at` that is still to come. */
export function requirePast(ctx: Pick<Ctx, "now">, wanted: RegisterSubscriber): void {
  const early = inFuture(ctx, wanted);
  if (early) refuse(early);
}

export const UpdateSubscriber = z.strictObject({
  ...Address,
  expirationTime,
  ...OwnerFacts,
  user_id: OwnUserId,
});
export type UpdateSubscriber = z.output<typeof UpdateSubscriber>;

export const UpdateDevice = UpdateSubscriber.extend({
  ...DeviceFacts,
  user_id: NoUserId,
  user_token: GivenUserToken,
  expirationTime: z
    .unknown()
    .transform(() => undefined)
    .optional(),
});

/** The address among other fields, for callers that may send more than we know. */
export const LenientAddress = z.object({
  ...Address,
  keys: z.object({ p256dh: P256dh, auth: Auth }).optional(),
});

export interface PushAddress {
  provider: Provider;
  /** The FCM or APNs token, or the Web Push endpoint. */
  token: string;
  p256dh: string | null;
  auth: string | null;
}

/** In place of an address, of a device that no push service serves: it asks for its notifications. */
export const INBOX = { provider: "inbox", token: null, p256dh: null, auth: null } as const;
/** Where a subscriber's messages go. */
export type Destination = PushAddress | typeof INBOX;

export interface AddressProblem {
  field: string;
  message: string;
}

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

/**
 * Returns the destination in a device's registration, or what is wrong with it: an Android app that gives no address has an
 * inbox.
 */
export function destinationOf(
  wanted: z.output<typeof RegisterDevice>,
  allowPrivateTargets: boolean,
): Destination | AddressProblem {
  const { platform, provider = "webpush", token, endpoint, keys } = wanted;
  const isNamed = [token, endpoint, keys].some((given) => given !== undefined);
  return platform === "android" && provider === "webpush" && !isNamed
    ? INBOX
    : addressOf(wanted, allowPrivateTargets);
}

/** What the token or endpoint of each provider must be, for whoever gave another. */
export const ADDRESS_RULES: Readonly<Record<Provider, string>> = {
  fcm: "must be an FCM token, in ASCII without spaces and quotes",
  apns: "must be an APNs token in hexadecimal",
  webpush: "must be an https URL on a public host",
};

/** Returns the address for a known provider, or what is wrong with it. */
export function addressFor(
  provider: Provider,
  { token, endpoint, keys }: Pick<RegisterSubscriber, "token" | "endpoint" | "keys">,
  allowPrivateTargets: boolean,
): PushAddress | AddressProblem {
  if (provider === "webpush") {
    if (token !== undefined) return { field: "token", message: "does not go with an endpoint" };
    if (endpoint === undefined) return { field: "endpoint", message: "is required" };
    const canonical = canonicalEndpoint(endpoint, allowPrivateTargets);
    if (canonical === null) {
      return { field: "endpoint", message: ADDRESS_RULES.webpush };
    }
    if (keys === undefined) return { field: "keys", message: "is required" };
    return { provider, token: canonical, ...keys };
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
    : { field: "token", message: ADDRESS_RULES.apns };
}

/**
 * Returns the token or endpoint of an address in the form in which it is stored; null if `text` is none of the
 * provider's.
 */
export function addressText(
  provider: Provider,
  text: string,
  allowPrivateTargets: boolean,
): string | null {
  if (!PLAIN_ASCII.test(text)) return null;
  if (provider === "webpush") return canonicalEndpoint(text, allowPrivateTargets);
  if (provider === "apns") return isApnsToken(text) ? text.toLowerCase() : null;
  return text;
}

/** Whether `token` is hexadecimal, 32 bytes or longer: Apple says that the length may change. */
function isApnsToken(token: string): boolean {
  return /^([0-9a-f]{2}){32,100}$/i.test(token);
}

/**
 * Returns an endpoint in the one form in which it is stored, so that one browser is not registered under many spellings;
 * null if it is none.
 */
function canonicalEndpoint(text: string, allowPrivateTargets: boolean): string | null {
  const url = URL.parse(text);
  if (url === null || url.href.length > MAX_TOKEN) return null;
  if (url.username !== "" || url.password !== "" || url.hash !== "") return null;
  // With a dot at its end, a host is another name of the same.
  if (url.hostname.endsWith(".")) return null;
  if (neverResolves(url.hostname)) return null;
  const isAllowed = allowPrivateTargets
    ? url.protocol === "https:" || url.protocol === "http:"
    : url.protocol === "https:" && isPublicHost(url.hostname);
  return isAllowed ? url.href : null;
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
