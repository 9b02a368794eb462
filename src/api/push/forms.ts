// What the push API's answers and requests have in common: ids, times, pages, what wraps them.
import { z } from "@hono/zod-openapi";
import { wholeSeconds } from "../../kit/time.ts";
import { Uuid } from "../shared/requests.ts";

export const AppParams = z.object({ id: Uuid });

export const Time = z.string().openapi({ format: "date-time", example: "2025-06-14T12:00:00Z" });

export const LimitOffset = z.object({
  limit: z.int().min(1).optional().openapi({ description: "50 unless given; over 100 means 100." }),
  offset: z.int().min(0).optional(),
});

export const OkForm = z.object({ ok: z.literal(true) }).openapi("Ok");
export const OK: z.input<typeof OkForm> = { ok: true };

/** `{data}` around an object. */
export function wrapped<Item extends z.ZodType>(item: Item) {
  return z.object({ data: item });
}

/** `{data}` around a list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item) });
}

/** A time, where there is one. */
export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : wholeSeconds(ms);
}
