// Lists come in pages, of three kinds: by number, by offset, and by cursor. Whoever wants all rows need not know the difference.
import { unwrap, type Answer } from "./error.js";

/** Where the next page begins, in the three ways the API has. Take the one that the operation has. */
export interface Position {
  /** From 1, for `page`. */
  page: number;
  /** From 0, for `offset`. */
  offset: number;
  /** To be spread into the query of an operation with a `cursor`. */
  cursor: { cursor?: string };
}

/** A page of any list. */
interface Page<Row> {
  data: readonly Row[];
  meta?: { total?: number; total_count?: number; total_is_minimum?: boolean };
  next_cursor?: string | null;
}

/** Whether the page is known to be the last one. An empty one always is. */
function isLast({ data, meta, next_cursor: next }: Page<unknown>, seen: number): boolean {
  if (data.length === 0) return true;
  if (next !== undefined) return next === null;
  if (meta === undefined || meta.total_is_minimum === true) return false;
  const total = meta.total_count ?? meta.total;
  return total !== undefined && seen >= total;
}

/**
 * Goes through all rows of a list, a page at a time, as they are needed:
 * `for await (const app of eachRow(({ page }) => client.GET("/api/v1/apps", { params: { query: { page } } })))`.
 * A row that is made or deleted meanwhile may be left out or come twice, but for lists with a cursor.
 * @throws SlipwayError when a page is refused
 */
export async function* eachRow<Row>(
  ask: (position: Position) => Promise<Answer<Page<Row>>>,
): AsyncGenerator<Row, void, undefined> {
  const position: Position = { page: 1, offset: 0, cursor: {} };
  for (;;) {
    const page = unwrap(await ask({ ...position }));
    yield* page.data;
    position.page += 1;
    position.offset += page.data.length;
    if (isLast(page, position.offset)) return;
    if (typeof page.next_cursor === "string") position.cursor = { cursor: page.next_cursor };
  }
}
