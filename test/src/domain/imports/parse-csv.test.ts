// readCsv() for whatever table, written in whichever way spreadsheets write: the rows come back as they were, part by part.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCsv, rowsOf } from "../../../../src/domain/imports/parse-csv.ts";
import { RefusalError } from "../../../../src/kit/refusal.ts";
import { csv, utf16 } from "../../../support/csv.ts";
import { propertyRuns } from "../../../support/property-runs.ts";

const SHOWN = 5;
const NAMES = ["platform", "Token", "TAGS", "user id", "language"];

/** A cell: without zero bytes, which no text has, and without spaces at its ends, which are left out. */
const cell = fc
  .string({ unit: "grapheme", maxLength: 12 })
  .map((text) => text.replaceAll(/[\0\ufeff]/gu, "").trim())
  .filter((text) => text.isWellFormed());
const odd = fc.constantFrom('"', '""', ",", ";", "a\tb", "a\nb", "a\r\nb", "=1", "x");
const table = fc.array(fc.array(fc.oneof(cell, odd), { minLength: 5, maxLength: 5 }), {
  minLength: 1,
  maxLength: 30,
});
const writing = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  lineEnd: fc.constantFrom("\r\n", "\n"),
  encoding: fc.constantFrom("utf-8", "utf-8 with a mark", "utf-16le"),
  isQuoted: fc.boolean(),
});

const quoted = (rows: readonly (readonly string[])[], delimiter: string, lineEnd: string) =>
  rows
    .map(
      (cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter) + lineEnd,
    )
    .join("");

/** The rows of a file, read chunk by chunk as an import does. */
async function rowsIn({ file, chunks }: ReturnType<typeof readCsv>) {
  const parts = chunks.map(async ([offset, bytes, rows]) => {
    const read = rowsOf(await file.slice(offset, offset + bytes).text());
    expect(read).toHaveLength(rows);
    return read;
  });
  return (await Promise.all(parts)).flat();
}

const isFilled = (cells: readonly string[]) => cells.some((text) => text !== "");

test("whatever was written is read, however it was written", async () => {
  await fc.assert(
    fc.asyncProperty(table, writing, async (rows, { delimiter, lineEnd, encoding, isQuoted }) => {
      const all = [NAMES, ...rows];
      const text = (isQuoted ? quoted : csv)(all, delimiter, lineEnd);
      const plain = new TextEncoder().encode(encoding === "utf-8" ? text : `\ufeff${text}`);
      const bytes = encoding === "utf-16le" ? utf16(text) : plain;
      if (!rows.some(isFilled)) {
        expect(() => readCsv(bytes, SHOWN)).toThrow("invalid");
        return;
      }
      const read = readCsv(bytes, SHOWN);
      expect(read.delimiter).toBe(delimiter);
      expect(read.columns.map(({ field }) => field)).toEqual([
        "platform",
        "token",
        "tags",
        "user_id",
        "language",
      ]);
      const wanted = rows
        .map((cells, at) => ({ row: at + 2, cells }))
        .filter(({ cells }) => isFilled(cells));
      const found = await rowsIn(read);
      expect(found.map(({ row, cells }) => ({ row, cells }))).toEqual(wanted);
      expect(read.rows).toBe(wanted.length);
      expect(read.first).toEqual(found.slice(0, SHOWN));
    }),
    { numRuns: propertyRuns(500) },
  );
});

test("whatever bytes come are read or refused, and nothing else is thrown", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const begin = new TextEncoder().encode("platform,token\r\n");
      for (const file of [bytes, new Uint8Array([...begin, ...bytes])]) {
        try {
          readCsv(file, SHOWN);
        } catch (error) {
          expect(error).toMatchObject({ refusal: { code: "invalid" } });
        }
      }
    }),
    { numRuns: propertyRuns(1000) },
  );
});

test("a chunk ends before it is large", async () => {
  const tag = "x".repeat(20_000);
  const rows = Array.from({ length: 40 }, (_, at) => ["android", `t${at}`, tag]);
  const read = readCsv(
    new TextEncoder().encode(csv([["platform", "token", "tags"], ...rows])),
    SHOWN,
  );
  expect(read.chunks.length).toBeGreaterThan(2);
  for (const [, bytes] of read.chunks) expect(bytes).toBeLessThan(300_000);
  expect((await rowsIn(read)).map(({ cells }) => cells)).toEqual(rows);
});

test("a row says whether one before it is about the same subscriber", async () => {
  const rows = [
    ["android", "a"],
    ["android", "b"],
    ["android", "a"],
    ["android", ""],
  ];
  const read = readCsv(new TextEncoder().encode(csv([["platform", "token"], ...rows])), SHOWN);
  expect((await rowsIn(read)).map(({ isRepeat }) => isRepeat)).toEqual([false, false, true, false]);
});

test.each([
  ["control characters", `web,${"\u0001".repeat(60_000)}\n`],
  ["empty cells", `web${",".repeat(60_000)}\n`],
])("a file of %s is not blown up in memory", (_, row) => {
  const text = `platform,token\n${row.repeat(160)}`;
  expect(() => readCsv(new TextEncoder().encode(text), SHOWN)).toThrow(RefusalError);
});
