// Fields that answers of several surfaces have in common.
import { z } from "@hono/zod-openapi";

/**
 * A secret that only the answer to its creation shows. It is not required: a repetition by Idempotency-Key is answered
 * from what was stored, which holds no secrets (http/idempotency.ts).
 */
export function shownOnce(description: string, example: string) {
  return z
    .string()
    .optional()
    .openapi({
      description:
        `${description} Only this answer shows it, and a replay to a repeated \`Idempotency-Key\` leaves it out: ` +
        "answers are stored without secrets.",
      example,
    });
}
