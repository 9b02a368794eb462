// What installations report about themselves. Their clients differ, so nothing that they say of a person is refused, as
// with other devices (subscribers/facts/fields.ts); only an address that no message could be sent to is. The fields have the names of the instant-send contract,
// since its answers to invalid input name them.
import { z } from "zod";
import type { Provider } from "../../../kit/push/credentials.ts";
import { SubscriberPlatform } from "../../../kit/push/subscriber-platform.ts";
import { jsonFault } from "../../../kit/json-fault.ts";
import { invalidField, refuse } from "../../../kit/refusal.ts";
import { PressedAction } from "../../notifications/click-target.ts";
import { canonicalCountry } from "../../subscribers/facts/country.ts";
import { reported, reportedLanguage } from "../../subscribers/facts/fields.ts";
import { canonicalText } from "../../subscribers/facts/text.ts";
import { zoneOfOffset } from "../../subscribers/facts/time-zone.ts";
import {
  addressFor,
  LenientAddress,
  type PushAddress,
} from "../../subscribers/subscriber-input.ts";
import { MAX_EVENT } from "../filters.ts";

/** Longest id that an owner gives a user, characters. */
const MAX_EXT_ID = 255;
/** Most tags of an installation: the clients on devices keep as many. */
export const MAX_TAGS = 64;
export const MAX_TAG_NAME = 64;
/** Longest value of a tag, characters: that of `audiences` can list several. */
export const MAX_TAG_VALUE = 1024;
/**
 * Most bytes of all tags of an installation, as JSON in UTF-8: anybody can report them, and each installation is a row.
 * Clients send hundreds.
 */
export const MAX_TAGS_BYTES = 8 * 1024;
const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** A user's id; null and "" stand for no user. undefined if it is left out or can't be read. */
const ExtId = z
  .string()
  .trim()
  .max(MAX_EXT_ID)
  .refine((text) => text.isWellFormed())
  .transform((text) => text || null)
  .nullish()
  .catch(undefined);

export const RegisterInstallation = z.object({
  ic_token: z
    .string()
    .regex(UUID, "must be a UUID")
    .transform((text) => text.toLowerCase())
    .meta({
      description: "A UUID that the installation made for itself and keeps.",
      example: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    }),
  ext_id: ExtId,
});

/** Seconds, as some clients write them: in a text. */
const SECONDS = /^[+-]?\d+$/;

const Country = z.unknown().transform(reported(canonicalCountry)).optional();

/** Those that a device reports, as far as they are text, without spaces at their ends. */
const Tags = z
  .unknown()
  .transform(reportedTags)
  .refine((tags) => Object.keys(tags ?? {}).length <= MAX_TAGS, {
    message: `must have at most ${MAX_TAGS} keys`,
  })
  .refine((tags) => Object.keys(tags ?? {}).every((name) => name.length <= MAX_TAG_NAME), {
    message: `must have keys of at most ${MAX_TAG_NAME} characters`,
  })
  .refine((tags) => Object.values(tags ?? {}).every((value) => value.length <= MAX_TAG_VALUE), {
    message: `must have values of at most ${MAX_TAG_VALUE} characters`,
  })
  .refine((tags) => Buffer.byteLength(JSON.stringify(tags ?? {})) <= MAX_TAGS_BYTES, {
    message: `must not be larger than ${MAX_TAGS_BYTES} bytes as JSON`,
  })
  .optional();

/** Providers by the beginning of the contract's `transport_type`: clients also send `fcm.data`. */
const PROVIDERS = [
  [/^fcm(?![a-z])/i, "fcm"],
  [/^apns(?![a-z])/i, "apns"],
  [/^web(?:push)?(?![a-z])/i, "webpush"],
] as const;

/** How messages reach the device; null and "" say nothing. That is no fact of a person: a wrong one would lose them. */
const TransportType = z
  .string("must be one of fcm, apns, webpush")
  .refine((text) => text === "" || providerOf(text) !== undefined, {
    message: "must be one of fcm, apns, webpush",
  })
  .nullish();

const PLATFORMS = { android: "android", ios: "ios", browser: "web" } as const;

/** What the device is; null and "" say nothing. */
const PlatformType = z
  .string("must be one of android, ios, browser")
  .toLowerCase()
  .pipe(z.enum(["android", "ios", "browser", ""], "must be one of android, ios, browser"))
  .transform((platform) => (platform === "" ? undefined : platform))
  .nullish();

export const InstallationInfo = z.object({
  transport_type: TransportType.meta({
    description:
      "How the instance is reached: `fcm`, `apns` or `webpush`, of which the beginning counts, as in " +
      "`fcm.data`.",
    example: "fcm",
  }),
  /** A Web Push subscription comes as an object, or as a string with its JSON. */
  transport_token: z
    .union([z.string(), z.looseObject({})], {
      error: "must be a token, or a Web Push subscription",
    })
    .nullish()
    .meta({
      description:
        "The token or, of Web Push, the subscription as an object or as its JSON. null and an empty text " +
        "change nothing.",
      example: "fcm-token-of-this-device",
    }),
  platform_type: PlatformType,
  ext_id: ExtId,
  country: Country,
  /** `country`, as some clients spell it. */
  county: Country,
  lang: z.unknown().transform(reportedLanguage).optional(),
  /** Seconds east of UTC. */
  tz_sec: z.unknown().transform(reportedSeconds).optional(),
  tags: Tags,
});
export type InstallationInfo = z.output<typeof InstallationInfo>;

/** What is stored of an installation besides its address. */
export const InstallationFacts = z.object({
  platform: SubscriberPlatform.optional(),
  language: z.string().optional(),
  country: z.string().optional(),
  timezone: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
export type InstallationFacts = z.output<typeof InstallationFacts>;

/** The facts that were stored `before`, replaced by those in `info` as it comes at `now`, ms. */
export function factsOf(
  info: InstallationInfo,
  before: InstallationFacts,
  now: number,
): InstallationFacts {
  const { language, country, timezone, ...others } = before;
  const zone = typeof info.tz_sec === "number" ? zoneOfOffset(info.tz_sec, now) : info.tz_sec;
  // null, where one of the two says so and neither names a country
  const spelt = info.county === undefined ? info.country : info.county;
  // parsed, which puts the fields in their order: an update that changes nothing is told by the text of the JSON
  return InstallationFacts.parse({
    ...others,
    ...known("language", info.lang, language),
    ...known("country", info.country ?? spelt, country),
    ...(info.platform_type ? { platform: PLATFORMS[info.platform_type] } : {}),
    ...known("timezone", zone, timezone),
    ...(info.tags ? { tags: info.tags } : {}),
  });
}

/** A fact as it is `given`, or as it was `before` if it is left out; none if it is null, which is not stored. */
function known<Name extends string>(
  name: Name,
  given: string | null | undefined,
  before: string | undefined,
): Partial<Record<Name, string>> {
  const value = given === undefined ? before : given;
  return (typeof value === "string" ? { [name]: value } : {}) as Partial<Record<Name, string>>;
}

/** The offset in what a device reported: undefined if it is left out, null if it is not understood. */
function reportedSeconds(given: unknown): number | null | undefined {
  if (given === undefined || typeof given === "number") return given;
  return typeof given === "string" && SECONDS.test(given.trim()) ? Number(given) : null;
}

/**
 * The tags in what a device reported, as far as they are text. undefined, which leaves the tags as they were, if they are
 * no object.
 */
function reportedTags(given: unknown): Record<string, string> | undefined {
  if (given === null) return {};
  if (typeof given !== "object" || Array.isArray(given)) return undefined;
  const tags = Object.entries(given).flatMap(([key, item]) => {
    const name = canonicalText(key);
    const value = tagValue(item);
    return value !== null && name.isWellFormed() && value.isWellFormed() ? [[name, value]] : [];
  });
  return Object.fromEntries(tags) as Record<string, string>;
}

/** The value of a tag as text; null if it can't be one. */
function tagValue(item: unknown): string | null {
  if (item === null) return "";
  const isPlain = typeof item === "number" || typeof item === "boolean";
  return typeof item === "string" || isPlain ? canonicalText(String(item)) : null;
}

/** The provider that a `transport_type` names. */
function providerOf(type: string | null | undefined): Provider | undefined {
  return PROVIDERS.find(([pattern]) => pattern.test(type ?? ""))?.[1];
}

/** The address in `info`, or null if it has none. Refuses `invalid` if no message could be sent to it. */
export function addressOf(
  info: InstallationInfo,
  allowPrivateTargets: boolean,
): PushAddress | null {
  const { transport_type: type, transport_token: token } = info;
  if (token === undefined || token === null || token === "") return null;
  const provider = providerOf(type);
  if (provider === undefined) {
    return refuse(invalidField(["transport_type"], "must be one of fcm, apns, webpush"));
  }
  const given = provider === "webpush" ? subscriptionOf(token) : { token };
  const parsed = LenientAddress.safeParse(given);
  if (!parsed.success) return refuse(invalidToken(parsed.error.issues[0]?.message));
  const address = addressFor(provider, parsed.data, allowPrivateTargets);
  return "field" in address ? refuse(invalidToken(address.message)) : address;
}

function subscriptionOf(token: NonNullable<InstallationInfo["transport_token"]>): unknown {
  if (typeof token !== "string") return token;
  try {
    return JSON.parse(token);
  } catch {
    const fault = jsonFault(new TextEncoder().encode(token));
    return refuse(invalidToken(`must be a subscription as JSON: ${fault}`));
  }
}

function invalidToken(message = "is not valid") {
  return invalidField(["transport_token"], message);
}

export const LifecycleEvent = z.object({
  event: z
    .string()
    .regex(
      new RegExp(`^[\\w.:-]{1,${MAX_EVENT}}$`),
      `must be 1 to ${MAX_EVENT} letters, digits or any of _ . : -`,
    )
    .nullish()
    .meta({
      description:
        "The event's name: letters, digits and `_ . : -`. Without, or null, only that the instance is in use.",
      example: "purchase",
    }),
});

export const NotificationEvent = z.object({
  msg_id: z.string().regex(UUID, "must be the msg_id of a push").meta({
    description: "The `msg_id` of the push, which each recipient has its own of.",
    example: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  }),
  event: z
    .enum(["delivered", "clicked"])
    .meta({ description: "What happened.", example: "clicked" }),
  /** The button that was clicked, if it was one. */
  action: PressedAction.catch(null),
});
