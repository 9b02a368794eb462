// What API v1's answers and requests have in common: ids, times, pages, messages, statuses.
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
    .openapi({ description: "Rows a page." }),
  page: z
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(1)
    .openapi({ description: "Which page; one past the last is empty." }),
});

const Meta = z.object({ current_page: z.int(), total: z.int() });

export const MessageForm = z.object({ message: z.string() }).openapi("Message");

/**
 * What the statuses of notifications are called. The contract (docs/contracts.md, App-builder 6) knows pending, scheduled
 * and sent; drafts of the push API, failures and cancelled ones keep their names.
 */
const SHOWN: Record<string, string> = { sending: "pending", finalizing: "sent" };

/** `{data}` around an object. */
export function wrapped<Item extends z.ZodType>(item: Item) {
  return z.object({ data: item });
}

/** `{data, meta}` of a list. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), meta: Meta });
}

/** A page of rows, each written by `form`. */
export function listForm<Row, Item>(page: Page<Row>, form: (row: Row) => Item) {
  return { data: page.rows.map(form), meta: { current_page: page.page, total: page.total } };
}

/** A time, where there is one. */
export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : microseconds(ms);
}

/** The status as API v1 shows it: pending while it is being sent. */
export function shownStatus(status: string): string {
  return SHOWN[status] ?? status;
}
