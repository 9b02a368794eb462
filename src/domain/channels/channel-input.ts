// The fields of a channel that owners can set, and the ids by which they name people.
import { z } from "zod";
import { integer, isWithin, label, PLAIN_PATTERN } from "../../kit/fields.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { WebUrl } from "../apps/app-input.ts";

/** Longest name, characters. */
const MAX_NAME = 100;
/** Longest iuid, characters: it travels in URLs. */
export const MAX_IUID = 255;
/** How long the previous key works beside the new one unless the request says otherwise, s: a day. */
const DEFAULT_GRACE_S = DAY_MS / SECOND_MS;
/** Longest grace period that a request can ask for, s: 30 days. */
const MAX_GRACE_S = (30 * DAY_MS) / SECOND_MS;

export const CreateChannel = z.strictObject({
  name: label(MAX_NAME).meta({
    description: "The channel's name, which its QR code's page shows.",
    example: "Support",
  }),
  app_id: integer(1, Number.MAX_SAFE_INTEGER).meta({
    description: "The app whose devices can subscribe.",
    example: 7,
  }),
  callback_url: WebUrl.nullish().meta({
    description:
      "Where new and ended subscriptions are POSTed: https, on a public host. Without, or null, nowhere.",
    example: "https://example.com/hooks/channel",
  }),
});

/**
 * Fields that are left out stay as they are; null removes the callback. The app can't be changed, since the bound
 * devices belong to it.
 */
export const UpdateChannel = z.strictObject({
  name: label(MAX_NAME).optional().meta({
    description: "The channel's name, which its QR code's page shows.",
    example: "Support",
  }),
  callback_url: WebUrl.nullish().meta({
    description:
      "Where new and ended subscriptions are POSTed: https, on a public host. null removes the callback.",
  }),
});

export const RotateKey = z.strictObject({
  grace_seconds: integer(0, MAX_GRACE_S).default(DEFAULT_GRACE_S).meta({
    description: "How long the old key goes on working, in seconds: at most 30 days.",
    example: 3600,
  }),
});

/**
 * The owner's own id of a person (iuid). It is taken as given, without trimming, but must not contain control
 * characters.
 */
export const Iuid = z
  .string()
  .min(1, { abort: true })
  .refine((text) => isWithin(text, MAX_IUID), {
    message: `must not be greater than ${MAX_IUID} characters`,
  })
  .refine((text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text), {
    message: "must not hold control characters",
  })
  .meta({ maxLength: MAX_IUID, pattern: PLAIN_PATTERN });
