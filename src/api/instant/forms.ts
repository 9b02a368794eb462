// What the instant-send API's answers have in common.
import { z } from "@hono/zod-openapi";

/** A positive integer id in a path; anything else names nothing there is. */
export const Id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .openapi({ type: "integer", minimum: 1, example: 1 });

export const TranslationForm = z
  .object({ id: z.int(), language: z.string() })
  .openapi("InstantTranslation");
