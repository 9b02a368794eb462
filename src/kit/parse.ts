// Parses input with a schema, and refuses invalid input.
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

/** Parses `input`. Refuses `invalid`, with the violations of every field. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  if (input instanceof Unreadable) refuse(input.refusal);
  // Issues include the input, which distinguishes a missing field from one of the wrong type.
  const result = schema.safeParse(input, { reportInput: true });
  return result.success ? result.data : refuse({ code: "invalid", issues: result.error.issues });
}
