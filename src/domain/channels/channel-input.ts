// What can be said about a channel, and the ids its owner gives people.
import { z } from "zod";
import { integer, label } from "../../kit/fields.ts";
import { DAY_MS, SECOND_MS } from "../../kit/time.ts";
import { WebUrl } from "../apps/app-input.ts";

/** Longest name, characters. */
const MAX_NAME = 100;
/** Longest id of a person, characters: it travels in addresses. */
const MAX_IUID = 255;
/** How long an old key works beside the new one when nothing is said, s: a day. */
const DEFAULT_GRACE_S = DAY_MS / SECOND_MS;
/** Longest that it may, s: 30 days. */
const MAX_GRACE_S = (30 * DAY_MS) / SECOND_MS;

export const CreateChannel = z.strictObject({
  name: label(MAX_NAME),
  app_id: integer(1, Number.MAX_SAFE_INTEGER),
  callback_url: WebUrl.nullish(),
});

/** What is left out stays; null takes the callback away. The app stays: the devices are its. */
export const UpdateChannel = z.strictObject({
  name: label(MAX_NAME).optional(),
  callback_url: WebUrl.nullish(),
});

export const RotateKey = z.strictObject({
  grace_seconds: integer(0, MAX_GRACE_S).default(DEFAULT_GRACE_S),
});

/** The owner's own id of a person (iuid): taken as it is, not trimmed, without control characters. */
export const Iuid = z
  .string()
  .min(1, { abort: true })
  .refine((text) => [...text].length <= MAX_IUID, {
    message: `must not be greater than ${MAX_IUID} characters`,
  })
  .refine((text) => /^[^\p{Cc}\p{Cs}]*$/u.test(text), {
    message: "must not hold control characters",
  })
  .meta({ maxLength: MAX_IUID });
