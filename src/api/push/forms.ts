// The parts that requests and answers of the push API have in common: ids, times, pages, and the object around data.
import { z } from "@hono/zod-openapi";
import { DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET } from "../../kit/pagination.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { Uuid } from "../shared/requests.ts";

export const AppParams = z.object({ id: Uuid });

export const Time = z.string().openapi({ format: "date-time", example: "2025-06-14T12:00:00Z" });

export const LimitOffset = z.object({
  limit: z
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .openapi({ description: "How many rows at most." }),
  offset: z
    .int()
    .min(0)
    .max(MAX_OFFSET)
    .default(0)
    .openapi({ description: "How many rows to skip from the beginning of the list." }),
});

export const OkForm = z
  .object({ ok: z.literal(true).openapi({ description: "Always true." }) })
  .openapi("Ok", { description: "It was done." });
export const OK: z.input<typeof OkForm> = { ok: true };

/** The form `{data}` of an object. */
export function wrapped<Item extends z.ZodType>(item: Item) {
  return z.object({ data: item });
}

/** The form `{data}` of a list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item).openapi({ description: "The rows of this page." }) });
}

/** The form of a time that may be null. */
export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : wholeSeconds(ms);
}
