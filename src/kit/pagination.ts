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

/** Rows that a list with a filter is counted up to, so that no page costs a count of a million. */
export const MAX_COUNTED = 10_000;

/** How many rows a list has in all; `isMinimum`: there are more, and nobody counted how many. */
export interface Total {
  count: number;
  isMinimum: boolean;
}

/** A page of a list with `limit` and `offset`, and how long the list is. */
export interface Listed<Row> {
  rows: Row[];
  total: Total;
}

/** The total of a list that was counted whole, or whose count is kept. */
export function exactly(count: number): Total {
  return { count, isMinimum: false };
}

/** The total of a list with a filter, of which `found` rows were counted: all, or more than `most`. */
export function upToMost(found: number, most = MAX_COUNTED): Total {
  return { count: Math.min(found, most), isMinimum: found > most };
}

export interface Page<Row> {
  rows: Row[];
  page: number;
  total: number;
}

/** Returns LIMIT and OFFSET of a page. */
export function slice(query: PageQuery): { limit: number; offset: number } {
  return { limit: query.per_page, offset: (query.page - 1) * query.per_page };
}
