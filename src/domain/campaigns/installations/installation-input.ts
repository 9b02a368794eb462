// What installations report about themselves. Their clients differ, so a fact that can't be read counts as left out;
// only an address that no message could be sent to is refused. The fields have the names of the instant-send contract,
// since its answers to invalid input name them.
import { z } from "zod";
import { SubscriberPlatform } from "../../../kit/push/subscriber-platform.ts";
import { invalidField, refuse } from "../../../kit/refusal.ts";
import { PressedAction } from "../../notifications/click-target.ts";
import { normalCountry, normalLanguage } from "../../subscribers/locale.ts";
import {
  addressFor,
  RegisterSubscriber,
  type PushAddress,
} from "../../subscribers/subscriber-input.ts";
import { MAX_EVENT } from "../filters.ts";
import { zoneOfOffset } from "./zone-of-offset.ts";

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
/** Longest text of a fact, characters; a longer one counts as left out. */
const MAX_FACT = 100;

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
    .transform((text) => text.toLowerCase()),
  ext_id: ExtId,
});

const Fact = z.string().trim().min(1).max(MAX_FACT).optional().catch(undefined);

const TagValue = z
  .union([z.string(), z.number(), z.boolean(), z.null()], { error: "must be a string" })
  .transform((value) => (value === null ? "" : String(value)))
  .refine((text) => text.length <= MAX_TAG_VALUE, {
    message: `must be at most ${MAX_TAG_VALUE} characters`,
  })
  .refine((text) => text.isWellFormed(), { message: "must be valid Unicode" });

const Tags = z
  .record(z.string(), TagValue)
  .refine((tags) => Object.keys(tags).every((name) => name.length <= MAX_TAG_NAME), {
    message: `must have keys of at most ${MAX_TAG_NAME} characters`,
  })
  .refine((tags) => Object.keys(tags).length <= MAX_TAGS, {
    message: `must have at most ${MAX_TAGS} keys`,
  })
  .refine((tags) => Object.keys(tags).every((name) => name.isWellFormed()), {
    message: "must have keys of valid Unicode",
  })
  .refine((tags) => Buffer.byteLength(JSON.stringify(tags)) <= MAX_TAGS_BYTES, {
    message: `must not be larger than ${MAX_TAGS_BYTES} bytes as JSON`,
  })
  .nullish();

export const InstallationInfo = z.object({
  transport_type: z.string().nullish(),
  /** A Web Push subscription comes as an object, or as a string with its JSON. */
  transport_token: z.union([z.string(), z.looseObject({})]).nullish(),
  platform_type: z.enum(["android", "ios", "browser"]).optional().catch(undefined),
  ext_id: ExtId,
  country: Fact,
  /** `country`, as some clients spell it. */
  county: Fact,
  lang: Fact,
  /** Seconds east of UTC. */
  tz_sec: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^[+-]?\d+$/)
        .transform(Number),
    ])
    .optional()
    .catch(undefined),
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

const PLATFORMS = { android: "android", ios: "ios", browser: "web" } as const;

/** The facts that were stored `before`, replaced by those in `info`. */
export function factsOf(info: InstallationInfo, before: InstallationFacts): InstallationFacts {
  const country = normalCountry(info.country ?? info.county ?? "");
  const language = languageOf(info.lang ?? "");
  const timezone = info.tz_sec === undefined ? null : zoneOfOffset(info.tz_sec);
  return {
    ...before,
    ...(info.platform_type ? { platform: PLATFORMS[info.platform_type] } : {}),
    ...(country === null ? {} : { country }),
    ...(language === null ? {} : { language }),
    ...(timezone === null ? {} : { timezone }),
    ...(info.tags ? { tags: info.tags } : {}),
  };
}

/**
 * The language of a locale as clients write it: pt_BR, en_US.UTF-8, zh-Hans-CN-u-nu-latn. Parts at its end are left out
 * until the rest is a language that subscribers can have; null if nothing is left.
 */
function languageOf(locale: string): string | null {
  const [tag = ""] = locale.replaceAll("_", "-").split(/[.@]/);
  const parts = tag.split("-");
  for (let length = Math.min(parts.length, 3); length > 0; length -= 1) {
    const language = normalLanguage(parts.slice(0, length).join("-"));
    if (language !== null) return language;
  }
  return null;
}

/** Providers by the beginning of the contract's `transport_type`: clients also send `fcm.data`. */
const PROVIDERS = [
  ["fcm", "fcm"],
  ["apns", "apns"],
  ["web", "webpush"],
] as const;

/** The address in `info`, or null if it has none. Refuses `invalid` if no message could be sent to it. */
export function addressOf(
  info: InstallationInfo,
  allowPrivateTargets: boolean,
): PushAddress | null {
  const { transport_type: type, transport_token: token } = info;
  if (token === undefined || token === null || token === "") return null;
  const provider = PROVIDERS.find(([start]) => type?.toLowerCase().startsWith(start))?.[1];
  if (provider === undefined) {
    return refuse(invalidField(["transport_type"], "must be fcm, apns or webpush"));
  }
  const given = provider === "webpush" ? subscriptionOf(token) : { token };
  const parsed = Address.safeParse(given);
  if (!parsed.success) return refuse(invalidToken(parsed.error.issues[0]?.message));
  const address = addressFor(provider, parsed.data, allowPrivateTargets);
  return "field" in address ? refuse(invalidToken(address.message)) : address;
}

const Address = RegisterSubscriber.pick({ token: true, endpoint: true, keys: true });

function subscriptionOf(token: NonNullable<InstallationInfo["transport_token"]>): unknown {
  if (typeof token !== "string") return token;
  try {
    return JSON.parse(token);
  } catch {
    return refuse(invalidToken("must be a subscription as JSON"));
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
    .nullish(),
});

export const NotificationEvent = z.object({
  msg_id: z.string().regex(UUID, "must be the msg_id of a push"),
  event: z.enum(["delivered", "clicked"]),
  /** The button that was clicked, if it was one. */
  action: PressedAction.catch(null),
});
