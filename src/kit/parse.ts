// Parses what a client sent with a schema, and refuses what does not fit.
import { z, type core } from "zod";
import { isInfinite } from "./fields.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { loneSurrogates } from "./surrogates.ts";

/**
 * A body that could not be read as JSON. It is refused only when a verb parses it, so that a verb that first finds its
 * resource can refuse a missing one before an invalid body.
 */
export class Unreadable {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

/**
 * Parses `input`, and returns what the schema makes of it. Refuses `invalid`, with every field that does not fit, or
 * with the refusal of an `Unreadable` body.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  return parseAhead(schema, input).orRefuse();
}

/**
 * The same without a look for lone surrogates: for what a device reports of itself, where nobody could mend one, and for
 * lists whose rows are examined one by one. Their schemas say what becomes of such text.
 */
export function parseBySchema<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  return ahead(input, () => fit(schema, input)).orRefuse();
}

/** Input that was parsed before it is known whether the request may refuse it. */
export interface ParsedAhead<Value> {
  /** What `parse` would return; undefined where it would refuse. */
  value: Value | undefined;
  /** Returns the value, or refuses the input as `parse` does. */
  orRefuse: () => Value;
}

/**
 * Parses `input` for a verb that finds what the request is about in the same round trip as the rest of its work. Its
 * statements need the input's values, but a missing thing has to be refused (404) before invalid input (422). So the
 * verb puts `value` into its statements, refuses what they did not find, and calls `orRefuse` only then.
 */
export function parseAhead<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): ParsedAhead<z.output<Schema>> {
  return ahead(input, () => examine(schema, input));
}

/** What a schema makes of an input, or what is wrong with it. */
export type Examined<Value> =
  | { isFit: true; value: Value }
  | { isFit: false; issues: readonly core.$ZodIssue[] };

/** Parses `input`, which may be a row of a list, without refusing it. */
export function examine<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): Examined<z.output<Schema>> {
  const examined = fit(schema, input);
  const halves = loneSurrogates(input);
  if (halves.length === 0) return examined;
  // A field with one is not also told to be of the wrong form.
  const told = new Set(halves.map(({ path }) => path.join(".")));
  const others = examined.isFit
    ? []
    : examined.issues.filter(({ path }) => !told.has(path.join(".")));
  return { isFit: false, issues: [...halves, ...others] };
}

function ahead<Value>(input: unknown, examined: () => Examined<Value>): ParsedAhead<Value> {
  // a broken body is an object, which a schema without required fields would take for an empty one
  if (input instanceof Unreadable) {
    return { value: undefined, orRefuse: () => refuse(input.refusal) };
  }
  // Once, since a body that is full of what does not fit takes long.
  const result = examined();
  return {
    value: result.isFit ? result.value : undefined,
    orRefuse: () =>
      result.isFit ? result.value : refuse({ code: "invalid", issues: result.issues }),
  };
}

function fit<Schema extends z.ZodType>(schema: Schema, input: unknown): Examined<z.output<Schema>> {
  // Issues include the input, which distinguishes a missing field from one of the wrong type.
  const result = schema.safeParse(input, { reportInput: true, error: wording });
  return result.success
    ? { isFit: true, value: result.data }
    : { isFit: false, issues: result.error.issues };
}

/** What formats are called that schemas name without a message of their own. */
const FORMATS: Readonly<Record<string, string>> = {
  email: "a valid email address",
  uuid: "a UUID",
  url: "a URL",
  base64: "base64",
};

/** Longest list of what is allowed in one message, characters. */
const MAX_ALLOWED = 600;

/**
 * The message of an issue about which the schema says nothing itself and of which surfaces can't make one: that which
 * needs what the schema knows besides.
 */
function wording(issue: core.$ZodRawIssue): string | undefined {
  const { code, inst } = issue;
  if (code === "unrecognized_keys" && inst instanceof z.ZodObject) {
    const known = Object.keys(inst.shape).join(", ");
    if (known === "") return "there are none";
    return known.length <= MAX_ALLOWED ? `the known ones are ${known}` : undefined;
  }
  if (code === "invalid_union" && inst instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = inst.def;
    // oxlint-disable-next-line no-underscore-dangle -- what zod has for libraries is below this name
    const values = inst._zod.propValues[discriminator] ?? new Set();
    return `must be one of ${[...values].map(String).join(", ")}`;
  }
  if (code === "invalid_type" && inst instanceof z.ZodNumber && isInfinite(issue.input)) {
    const { minValue: least, maxValue: most } = inst;
    return isInfinite(least) || isInfinite(most) ? undefined : `must be from ${least} to ${most}`;
  }
  if (code === "invalid_format") return FORMATS[issue.format] && `must be ${FORMATS[issue.format]}`;
  return undefined;
}
