// Schemas of fields that many inputs have.
import { z } from "zod";

/** Text without control characters, which break manifests, headers and file names, and without lone surrogates. */
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** Finds a visible character: neither a space nor one of the marks and fillers that show nothing. */
const VISIBLE = /[^\p{Z}\p{Cf}\p{DI}]/u;
/** Longest field name in a refusal, characters, since clients choose some names. */
const MAX_TOLD_NAME = 100;

/** Returns a field's dotted name for refusals: config.allowed_hosts.0 */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.map(String).join(".").slice(0, MAX_TOLD_NAME);
}

/** A name or title: trimmed, 1 to `max` code points, at least one of them visible, without control characters. */
export function label(max: number) {
  return z
    .string()
    .trim()
    .min(1, { abort: true })
    .refine((text) => isWithin(text, max), {
      message: `must not be greater than ${max} characters`,
    })
    .refine((text) => VISIBLE.test(text), { message: "must hold a visible character" })
    .refine((text) => PLAIN.test(text), { message: "must not hold control characters" })
    .meta({ maxLength: max });
}

/** Whether `text` has at most `max` code points. Most that have more are not even read. */
export function isWithin(text: string, max: number): boolean {
  const mostUnits = 2 * max;
  return text.length <= mostUnits && [...text].length <= max;
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
