// Tags and user ids, the facts that owners word themselves. Their one form is the text without spaces at its ends.
import { z } from "zod";
import { label } from "../../../kit/fields.ts";

/** Longest tag that a request sets, characters. */
export const MAX_TAG = 64;
/** Longest user id, characters. */
export const MAX_USER_ID = 255;
/** Longest tag or user id that a condition or filter can name, code points as in the labels: none is longer. */
export const MAX_NAMED = 255;

export const Tag = label(MAX_TAG);
export const UserId = label(MAX_USER_ID);

/** Returns a tag or user id in its one form. */
export function canonicalText(text: string): string {
  return text.trim();
}

/** That there is more than spaces, for the OpenAPI document. */
export const NAMED_PATTERN = "^\\s*\\S";

/** A tag or user id by which subscribers are looked for, as it was given: it is compared in its one form. */
export const Named = z
  .string()
  .refine((text) => canonicalText(text) !== "", { message: "must not be empty", abort: true })
  .refine((text) => [...canonicalText(text)].length <= MAX_NAMED, {
    message: `must be at most ${MAX_NAMED} characters`,
  })
  .refine((text) => text.isWellFormed(), { message: "must be valid Unicode" })
  .meta({ maxLength: MAX_NAMED, pattern: NAMED_PATTERN });
