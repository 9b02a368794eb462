// Fields that many inputs have, with one meaning everywhere.
import { z } from "zod";

/** Neither control characters, which break manifests, headers and file names, nor halves of surrogate pairs. */
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** A name or title: trimmed, 1 to `max` characters (code points), without control characters. */
export function label(max: number) {
  return z
    .string()
    .trim()
    .min(1, { abort: true })
    .refine((text) => [...text].length <= max, {
      message: `must not be greater than ${max} characters`,
    })
    .refine((text) => PLAIN.test(text), { message: "must not hold control characters" })
    .meta({ maxLength: max });
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number) {
  return z
    .int({
      abort: true,
      error: ({ code }) => (code === "too_big" ? undefined : "must be an integer"),
    })
    .min(min)
    .max(max);
}
