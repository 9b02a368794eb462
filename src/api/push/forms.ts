// The parts that requests and answers of the push API have in common: ids, times, pages, and the object around data.
import { z } from "@hono/zod-openapi";
import { MAX_COUNTED, type Listed, type Total } from "../../kit/pagination.ts";
import { wholeSeconds } from "../../kit/time.ts";
import { Uuid } from "../shared/requests.ts";

export const AppParams = z.object({ id: Uuid });

export const Time = z.string().openapi({ format: "date-time", example: "2025-06-14T12:00:00Z" });

export const OkForm = z
  .object({ ok: z.literal(true).openapi({ description: "Always true." }) })
  .openapi("Ok", { description: "It was done." });
export const OK: z.input<typeof OkForm> = { ok: true };

/** The form `{data}` of an object. */
export function wrapped<Item extends z.ZodType>(item: Item) {
  return z.object({ data: item });
}

/** How long a list is, whatever the page. */
export const MetaForm = z
  .object({
    total_count: z
      .int()
      .min(0)
      .openapi({
        description:
          "The number of rows that the list has in all, whatever the page. With a filter it is exact up to " +
          `${MAX_COUNTED}.`,
        example: 1,
      }),
    total_is_minimum: z.boolean().openapi({
      description: "Whether there are more rows than `total_count`, which was counted no further.",
      example: false,
    }),
  })
  .openapi("ListMeta", { description: "How long a list is." });

/** The form `{data, meta}` of a list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item).openapi({ description: "The rows of this page." }),
    meta: MetaForm,
  });
}

/** Returns a page of a list in that form; `form` makes each row's. */
export function listForm<Row, Item>({ rows, total }: Listed<Row>, form: (row: Row) => Item) {
  return { data: rows.map(form), meta: metaForm(total) };
}

/** The form of the length of a list. */
export function metaForm({ count, isMinimum }: Total): z.input<typeof MetaForm> {
  return { total_count: count, total_is_minimum: isMinimum };
}

/** The form of a time that may be null. */
export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : wholeSeconds(ms);
}
