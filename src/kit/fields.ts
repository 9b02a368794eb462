// Schemas of fields that many inputs have.
import { z } from "zod";

/** Text without control characters, which break manifests, headers and file names, and without lone surrogates. */
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;
/** The same for the OpenAPI document, whose patterns have no flags; no JSON that is sent can hold lone surrogates. */
const CONTROLS = "\\u0000-\\u001f\\u007f-\\u009f";
export const PLAIN_PATTERN = `^[^${CONTROLS}]*$`;
/** The same of a label, which has more than spaces. */
const LABEL_PATTERN = `^\\s*[^\\s${CONTROLS}]([^${CONTROLS}]*[^\\s${CONTROLS}])?\\s*$`;

/** Finds a visible character: neither a space nor one of the marks and fillers that show nothing. */
const VISIBLE = /[^\p{Z}\p{Cf}\p{DI}]/u;
/** Longest file name without its ending, bytes of UTF-8: file systems take 255, and browsers add to the name. */
const MAX_FILE_NAME_BYTES = 200;
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
    .meta({ maxLength: max, pattern: LABEL_PATTERN });
}

/**
 * Makes a file name of a label: without characters that file systems refuse or that change how the ending is displayed,
 * short enough for them, and never empty: then it is `fallback`.
 */
export function fileName(label: string, fallback: string, ending: string): string {
  const name = label
    .replaceAll(/[/\\:*?"<>|\p{Cc}\p{Bidi_Control}]/gu, " ")
    .replaceAll(/\s+/g, " ");
  const room = new Uint8Array(MAX_FILE_NAME_BYTES);
  // As many whole characters as fit.
  const { read } = new TextEncoder().encodeInto(name, room);
  const trimmed = name.slice(0, read).replace(/^[. ]+|[. ]+$/g, "");
  return `${trimmed || fallback}.${ending}`;
}

/** Whether `text` has at most `max` code points. Most that have more are not even read. */
export function isWithin(text: string, max: number): boolean {
  const mostUnits = 2 * max;
  return text.length <= mostUnits && [...text].length <= max;
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number) {
  const range = `must be from ${min} to ${max}`;
  return z
    .int({
      abort: true,
      // One that is no safe integer is out of every range, and so is 1e999, which JSON can write.
      error: ({ code, input }) =>
        code === "too_big" || code === "too_small" || isInfinite(input)
          ? range
          : "must be an integer",
    })
    .min(min, range)
    .max(max, range);
}

/** Whether `value` is a number beyond all that can be told apart, as which JSON's 1e999 is read. */
export function isInfinite(value: unknown): boolean {
  return value === Infinity || value === -Infinity;
}

/**
 * A whole number from `min` to `max` in a query, where it is text; `fallback` where it is left out. However many digits
 * a number has, it is refused for its range and not for its form.
 */
export function wholeNumber(min: number, max: number, fallback: number) {
  return z
    .string()
    .regex(/^-?\d+$/, { message: "must be an integer", abort: true })
    .transform((text) => Math.max(min - 1, Math.min(Number(text), max + 1)))
    .pipe(integer(min, max))
    .default(fallback);
}
