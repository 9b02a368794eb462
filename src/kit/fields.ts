// Fields that many inputs have, with one meaning everywhere.
import { z } from "zod";

/** Neither control characters, which break manifests, headers and file names, nor halves of surrogate pairs. */
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** Something to see: neither space nor marks and fillers that show as nothing. */
const VISIBLE = /[^\p{Z}\p{Cf}\p{DI}]/u;
/** Characters told of a field's name: a client chooses some of them, as long as it likes. */
const MAX_TOLD_NAME = 100;

/** A field's dotted name, as a refusal tells it: config.allowed_hosts.0 */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.map(String).join(".").slice(0, MAX_TOLD_NAME);
}

/** A name or title: trimmed, 1 to `max` characters (code points), one of them visible, without control characters. */
export function label(max: number) {
  return z
    .string()
    .trim()
    .min(1, { abort: true })
    .refine((text) => [...text].length <= max, {
      message: `must not be greater than ${max} characters`,
    })
    .refine((text) => VISIBLE.test(text), { message: "must hold a visible character" })
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
