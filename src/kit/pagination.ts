// Pages of a list: which rows a request asks for, and what a list answers.
import { z } from "zod";

/** Rows a page when none are asked for. */
export const DEFAULT_PER_PAGE = 10;
/** Most rows a page: keeps one answer and one query small. */
export const MAX_PER_PAGE = 100;
/** Furthest page: keeps the offset an exact integer far below what any list holds. */
export const MAX_PAGE = 1_000_000;

/** Query parameters of a list; strings as they arrive. */
export const PageQuery = z.object({
  per_page: wholeNumber(1, MAX_PER_PAGE, DEFAULT_PER_PAGE),
  page: wholeNumber(1, MAX_PAGE, 1),
});
export type PageQuery = z.output<typeof PageQuery>;

/** Rows of a list with `limit` and `offset` when no limit is given. */
export const DEFAULT_LIMIT = 50;
/** Most rows of such a list; whoever asks for more gets these. */
export const MAX_LIMIT = 100;
/** Furthest offset: the query walks over what it skips. */
export const MAX_OFFSET = 10_000_000;

/** Query parameters of a list with `limit` and `offset`; strings as they arrive. */
export const OffsetQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,20}$/, "must be an integer")
    .transform((text) => Math.min(Number(text), MAX_LIMIT))
    .pipe(z.int().min(1))
    .default(DEFAULT_LIMIT),
  offset: wholeNumber(0, MAX_OFFSET, 0),
});

export interface Page<Row> {
  rows: Row[];
  page: number;
  total: number;
}

/** LIMIT and OFFSET of a page. */
export function slice(query: PageQuery): { limit: number; offset: number } {
  return { limit: query.per_page, offset: (query.page - 1) * query.per_page };
}

function wholeNumber(min: number, max: number, fallback: number) {
  return z
    .string()
    .regex(/^\d{1,9}$/, "must be an integer")
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .default(fallback);
}
