// The parts that requests and answers of API v1 have in common: ids, times, pages, messages, statuses.
import { z } from "@hono/zod-openapi";
import { DEFAULT_PER_PAGE, MAX_PAGE, MAX_PER_PAGE, type Page } from "../../kit/pagination.ts";
import { microseconds } from "../../kit/time.ts";
import { Id } from "../shared/requests.ts";

export const IdParams = z.object({ id: Id });

export const Time = z
  .string()
  .openapi({ format: "date-time", example: "2024-01-01T00:00:00.000000Z" });

export const Paging = z.object({
  per_page: z
    .int()
    .min(1)
    .max(MAX_PER_PAGE)
    .default(DEFAULT_PER_PAGE)
    .openapi({ description: "The number of rows in a page." }),
  page: z
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(1)
    .openapi({ description: "The number of the page. A page after the last is empty." }),
});

const PageMeta = z
  .object({
    current_page: z.int().openapi({ description: "The number of this page, from 1.", example: 1 }),
    total: z.int().openapi({ description: "How many rows there are on all pages.", example: 1 }),
  })
  .openapi("PageMeta", { description: "Which page this is, of how many rows." });

export const MessageForm = z
  .object({
    message: z.string().openapi({
      description: "What was done, as a sentence.",
      example: "App deleted successfully.",
    }),
  })
  .openapi("Message", { description: "What was done, as a sentence." });

/**
 * The names of the statuses of notifications. The contract (docs/contracts.md, App-builder 6) has pending, scheduled
 * and sent; the statuses draft, failed and cancelled keep the names that they have in the push API.
 */
const SHOWN: Record<string, string> = { sending: "pending", finalizing: "sent" };

/** The form `{data}` of an object. */
export function wrapped<Item extends z.ZodType>(item: Item) {
  return z.object({ data: item });
}

/** The form `{data, meta}` of a list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    data: z.array(item).openapi({ description: "The rows of this page." }),
    meta: PageMeta,
  });
}

/** Returns a page of rows in that form; `form` makes each row's. */
export function listForm<Row, Item>(page: Page<Row>, form: (row: Row) => Item) {
  return { data: page.rows.map(form), meta: { current_page: page.page, total: page.total } };
}

/** The form of a time that may be null. */
export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : microseconds(ms);
}

/** Returns the status as API v1 shows it: pending while the notification is being sent. */
export function shownStatus(status: string): string {
  return SHOWN[status] ?? status;
}
