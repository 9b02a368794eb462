// Pages of lists: the query parameters that select one, and the form of the answer.
import { z } from "zod";
import { wholeNumber } from "./fields.ts";

/** Default number of rows in a page. */
export const DEFAULT_PER_PAGE = 10;
/** Most rows in a page, so that answers and queries stay small. */
export const MAX_PER_PAGE = 100;
/** Greatest page number, so that the offset stays an exact integer. It is far beyond any list. */
export const MAX_PAGE = 1_000_000;

/** The query parameters of a list with `page` and `per_page`. */
export const PageQuery = z.strictObject({
  per_page: wholeNumber(1, MAX_PER_PAGE, DEFAULT_PER_PAGE),
  page: wholeNumber(1, MAX_PAGE, 1),
});
export type PageQuery = z.output<typeof PageQuery>;

/** Default `limit` of a list with `limit` and `offset`. */
export const DEFAULT_LIMIT = 50;
/** Greatest `limit`, so that answers and queries stay small. */
export const MAX_LIMIT = 100;
/** Greatest offset, since a query reads all the rows that it skips. */
export const MAX_OFFSET = 10_000_000;

/** The query parameters of a list with `limit` and `offset`. */
export const OffsetQuery = z.strictObject({
  limit: wholeNumber(1, MAX_LIMIT, DEFAULT_LIMIT),
  offset: wholeNumber(0, MAX_OFFSET, 0),
});

export interface Page<Row> {
  rows: Row[];
  page: number;
  total: number;
}

/** Returns LIMIT and OFFSET of a page. */
export function slice(query: PageQuery): { limit: number; offset: number } {
  return { limit: query.per_page, offset: (query.page - 1) * query.per_page };
}
