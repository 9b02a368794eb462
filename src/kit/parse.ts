// Parsing input with a schema, refusing what does not fit.
import type { z } from "zod";
import { refuse, type Refusal } from "./refusal.ts";

/**
 * A body that could not be read as JSON. It stands in the input's place until a verb parses it, so that a
 * verb which first finds what the request is about refuses a missing thing before a broken body.
 */
export class Unreadable {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

/** Parses `input`; a misfit ends the request with an `invalid` refusal that names every field. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  if (input instanceof Unreadable) refuse(input.refusal);
  // the input tells a missing field from one of the wrong type
  const result = schema.safeParse(input, { reportInput: true });
  return result.success ? result.data : refuse({ code: "invalid", issues: result.error.issues });
}
