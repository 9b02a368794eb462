// The fields of a channel that owners can set, and the ids by which they name people.
import { z } from "zod";
import { integer, isWithin, label } from "../../kit/fields.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { WebUrl } from "../apps/app-input.ts";

/** Longest name, characters. */
const MAX_NAME = 100;
/** Longest iuid, characters: it travels in URLs. */
const MAX_IUID = 255;
/** How long the previous key works beside the new one unless the request says otherwise, s: a day. */
const DEFAULT_GRACE_S = DAY_MS / SECOND_MS;
/** Longest grace period that a request can ask for, s: 30 days. */
const MAX_GRACE_S = (30 * DAY_MS) / SECOND_MS;

export const CreateChannel = z.strictObject({
  name: label(MAX_NAME),
  app_id: integer(1, Number.MAX_SAFE_INTEGER),
  callback_url: WebUrl.nullish(),
});

/**
 * Fields that are left out stay as they are; null removes the callback. The app can't be changed, since the bound
 * devices belong to it.
 */
export const UpdateChannel = z.strictObject({
  name: label(MAX_NAME).optional(),
  callback_url: WebUrl.nullish(),
});

export const RotateKey = z.strictObject({
  grace_seconds: integer(0, MAX_GRACE_S).default(DEFAULT_GRACE_S),
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
  .meta({ maxLength: MAX_IUID });
