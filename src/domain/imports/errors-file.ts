// The rows that an import refused, as a CSV file (RFC 4180) that a spreadsheet reads as it wrote the other: what is wrong,
// and the row's own cells. Each chunk has a part of its own, which is written again where the chunk is.
import type { Ctx } from "../context.ts";
import type { CheckedChunk, InvalidRow } from "./check-chunk.ts";
import type { Import } from "./find-import.ts";
import { errorsKey, errorsKeys } from "./import-files.ts";

/** Without it, Excel takes a file for the code page of its country. */
const BYTE_ORDER_MARK = "\ufeff";
const LINE_END = "\r\n";

/** Keeps the refused rows of the chunk at the cursor; where it has none any more, nothing. */
export async function keepErrors(ctx: Ctx, of: Import, { invalid }: CheckedChunk): Promise<void> {
  const key = errorsKey(of, of.cursor);
  if (invalid.length > 0) await ctx.files.put(key, invalid.map((row) => lineOf(of, row)).join(""));
  // What was refused when the rows were counted can be right now, where somebody registered a subscriber meanwhile.
  else if (of.state === "running") await ctx.files.delete(key);
}

/** The file as it is downloaded, part by part. */
export function errorsFile(ctx: Ctx, of: Import): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let keys: string[] | null = null;
  return new ReadableStream({
    async pull(controller) {
      if (keys === null) {
        keys = await errorsKeys(ctx, of);
        const headers = ["row", "column", "problem", ...of.columns.map(({ header }) => header)];
        controller.enqueue(encoder.encode(BYTE_ORDER_MARK + csvLine(headers, of.delimiter)));
        return;
      }
      const key = keys.shift();
      if (key === undefined) return controller.close();
      const part = await ctx.files.get(key);
      controller.enqueue(new Uint8Array(part ? await part.arrayBuffer() : new ArrayBuffer(0)));
    },
  });
}

function lineOf({ columns, delimiter }: Import, { row, problems }: InvalidRow): string {
  const headerOf = (field: string | null) =>
    columns.find((column) => column.field === field && field !== null)?.header ?? field ?? "";
  const wrong = [...new Set(problems.map(({ field }) => headerOf(field)))];
  const says = [
    ...new Set(problems.map(({ field, says: text }) => `${headerOf(field)} ${text}`.trim())),
  ];
  return csvLine([String(row.row), wrong.join(", "), says.join("; "), ...row.cells], delimiter);
}

const csvLine = (cells: readonly string[], delimiter: string): string =>
  cells.map((cell) => cellOf(cell, delimiter)).join(delimiter) + LINE_END;

/** A cell. Spreadsheets take one that begins like this for a formula. */
function cellOf(text: string, delimiter: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /["\r\n]/.test(safe) || safe.includes(delimiter)
    ? `"${safe.replaceAll('"', '""')}"`
    : safe;
}
