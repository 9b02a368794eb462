// Parses what a client sent with a schema, and refuses what does not fit.
import type { z } from "zod";
import { refuse, type Refusal } from "./refusal.ts";

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
  // a broken body is an object, which a schema without required fields would take for an empty one
  if (input instanceof Unreadable) {
    return { value: undefined, orRefuse: () => refuse(input.refusal) };
  }
  // Once, since a body that is full of what does not fit takes long. Issues include the input, which distinguishes a
  // missing field from one of the wrong type.
  const result = schema.safeParse(input, { reportInput: true });
  const orRefuse = () =>
    result.success ? result.data : refuse({ code: "invalid", issues: result.error.issues });
  return { value: result.data, orRefuse };
}
