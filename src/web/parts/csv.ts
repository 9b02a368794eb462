// A list as a file for spreadsheets (RFC 4180), sent page by page while it is read, so that no list is held whole.

/** The columns of a file: the name of each, and what it says of a row; null for an empty cell. */
export type CsvColumns<Row> = readonly (readonly [string, (row: Row) => string | null])[];

/**
 * Answers with the rows of `pages` as the file `name`.csv. A page is asked for once the one before it went out. If one can't
 * be read, the answer breaks off, so that the browser says that the file is not whole.
 */
export function csvResponse<Row>(
  name: string,
  columns: CsvColumns<Row>,
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
): Response {
  const texts = textsOf(columns, pages);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await texts.return();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}.csv"`,
      "cache-control": "no-store",
    },
  });
}

async function* textsOf<Row>(
  columns: CsvColumns<Row>,
  pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
): AsyncGenerator<string, void> {
  yield lineOf(columns.map(([name]) => name));
  for await (const rows of pages) {
    if (rows.length === 0) continue;
    yield rows.map((row) => lineOf(columns.map(([, of]) => cellOf(of(row) ?? "")))).join("");
  }
}

const lineOf = (cells: readonly string[]) => `${cells.join(",")}\r\n`;

/** A cell. Spreadsheets take one that begins like this for a formula, and what stands in it was typed by people. */
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
