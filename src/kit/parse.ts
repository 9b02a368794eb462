// Parsing input with a schema, refusing what does not fit.
import type { z } from "zod";
import { refuse } from "./refusal.ts";

/** Parses `input`; a misfit ends the request with an `invalid` refusal that names every field. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  return result.success ? result.data : refuse({ code: "invalid", issues: result.error.issues });
}
