// Builds Checked results.
import type { z } from "zod";
import type { Checked } from "./types.ts";

/** Refuses one field; `message` completes "The <field> field ...", so it begins with a verb. */
export function refuseField(
  path: readonly string[],
  message: string,
): { ok: false } & Checked<never> {
  return {
    ok: false,
    issues: [{ code: "custom", path: [...path], message, input: undefined }],
  };
}

/** `input` as `schema` reads it, or every field that does not fit. */
export function checkWith<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): Checked<z.output<Schema>> {
  // the input tells a missing field from one of the wrong type
  const result = schema.safeParse(input, { reportInput: true });
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, issues: result.error.issues };
}
