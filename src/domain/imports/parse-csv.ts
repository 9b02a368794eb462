// Reads a CSV file (RFC 4180) as spreadsheets write it, and makes a file of its rows that can be read part by part: each
// row is a line of JSON, so that no part has to be parsed from the beginning of the file again.
import { CsvError, parse, type Options } from "csv-parse/sync";
import type { Chunk, ImportColumn } from "../../db/schema/index.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import { columnsOf, knownAmong } from "./columns.ts";
import { MAX_FILE_BYTES, readText } from "./read-text.ts";

/** Most rows of a file: at 500 a step, it is imported within some minutes. */
export const MAX_ROWS = 50_000;
/**
 * Longest row, bytes: the longest that could be right has 50 tags and an endpoint of 1,024 characters. What is longer has
 * a quotation mark that nothing closes.
 */
const MAX_ROW_BYTES = 64 * 1024;
/** Most rows of a chunk, and bytes of its rows: one step reads it, looks its subscribers up and writes them. */
const CHUNK_ROWS = 500;
const CHUNK_BYTES = 256 * 1024;
/** Most cells of a file: forty in each of MAX_ROWS. To read them takes a second or two, in which nobody else is served. */
const MAX_CELLS = 40 * MAX_ROWS;
/**
 * Largest file of rows, bytes: it is in memory twice before it is stored, beside the file that it is made of. Of rows as
 * people have them it is little more than that file; one of control characters would be six times as large.
 */
const MAX_ROWS_BYTES = 2 * MAX_FILE_BYTES;
/** What can be between cells; of those that fit equally well the first. */
const DELIMITERS = [",", ";", "\t", "|"] as const;
/** A first line by which Excel is told what is between cells. It is no row of the sheet. */
const SEP_LINE = /^sep=(.)\r?\n/i;

/** A row as the file of rows has it. */
export interface ReadRow {
  /** Its number, as a spreadsheet counts: the headers are row 1. */
  row: number;
  /** Whether an earlier row has the same address or id. */
  isRepeat: boolean;
  cells: readonly string[];
}

export interface ReadFile {
  encoding: string;
  delimiter: string;
  columns: ImportColumn[];
  rows: number;
  chunks: Chunk[];
  /** The file of rows. */
  file: Blob;
  /** The first rows. */
  first: ReadRow[];
}

/** Returns what is in a CSV file; of the rows the first `shown` by themselves. Refuses `invalid`. */
export function readCsv(bytes: Uint8Array, shown: number): ReadFile {
  const read = readText(bytes);
  const [line, sep] = SEP_LINE.exec(read.text) ?? [];
  const text = line === undefined ? read.text : read.text.slice(line.length);
  const delimiter = sep ?? delimiterOf(text);
  let columns: ImportColumn[] = [];
  let isRepeat: ReturnType<typeof repeats> = () => false;
  const made = new RowFile();
  const first: ReadRow[] = [];
  let number = 0;
  records(text, { delimiter }, (cells) => {
    number += 1;
    if (number === 1) {
      columns = columnsOf(trimmed(cells));
      isRepeat = repeats(columns);
    } else if (cells.some((cell) => cell !== "")) {
      if (made.rows === MAX_ROWS) {
        refuse(
          invalidField(
            ["file"],
            `must have at most ${MAX_ROWS.toLocaleString("en")} rows: divide it`,
          ),
        );
      }
      const row = { row: number, isRepeat: isRepeat(cells), cells };
      if (first.length < shown) first.push(row);
      made.add(row);
    }
  });
  if (made.rows === 0) {
    refuse(invalidField(["file"], "must have rows below its headers, and there are none"));
  }
  return { encoding: read.encoding, delimiter, columns, first, ...made.end() };
}

/** Reads a chunk of a file of rows. */
export function rowsOf(lines: string): ReadRow[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [row, repeat, ...cells] = JSON.parse(line) as [number, 0 | 1, ...string[]];
      return { row, isRepeat: repeat === 1, cells };
    });
}

/** A file of rows that is being made. */
class RowFile {
  rows = 0;
  readonly #parts: Uint8Array[] = [];
  readonly #chunks: Chunk[] = [];
  #offset = 0;
  #open: string[] = [];
  #openBytes = 0;
  #cells = 0;

  add({ row, isRepeat, cells }: ReadRow): void {
    const line = `${JSON.stringify([row, isRepeat ? 1 : 0, ...cells])}\n`;
    this.rows += 1;
    this.#cells += cells.length;
    if (this.#cells > MAX_CELLS) {
      const most = MAX_CELLS.toLocaleString("en");
      refuse(invalidField(["file"], `must have at most ${most} cells, empty ones too: divide it`));
    }
    this.#open.push(line);
    this.#openBytes += line.length;
    if (this.#open.length === CHUNK_ROWS || this.#openBytes >= CHUNK_BYTES) this.#close();
  }

  end(): { rows: number; chunks: Chunk[]; file: Blob } {
    if (this.#open.length > 0) this.#close();
    return { rows: this.rows, chunks: this.#chunks, file: new Blob(this.#parts) };
  }

  #close(): void {
    const bytes = new TextEncoder().encode(this.#open.join(""));
    this.#parts.push(bytes);
    this.#chunks.push([this.#offset, bytes.byteLength, this.#open.length]);
    this.#offset += bytes.byteLength;
    if (this.#offset > MAX_ROWS_BYTES) {
      refuse(invalidField(["file"], "must be smaller: most of it is signs that no text has"));
    }
    this.#open = [];
    this.#openBytes = 0;
  }
}

/** What finds out whether an earlier row was about the same subscriber. */
function repeats(columns: readonly ImportColumn[]): (cells: readonly string[]) => boolean {
  const keys = ["id", "token", "endpoint"]
    .map((field) => columns.findIndex((column) => column.field === field))
    .filter((at) => at !== -1);
  const seen = new Set<string>();
  return (cells) => {
    const key = keys.map((at) => cells[at] ?? "").find((cell) => cell !== "");
    if (key === undefined) return false;
    const has = seen.has(key);
    seen.add(key);
    return has;
  };
}

/** What is between the cells of the headers: that with which most of them mean something. */
function delimiterOf(text: string): string {
  const begin = text.slice(0, MAX_ROW_BYTES);
  const found = DELIMITERS.map((delimiter) => {
    const headers = headersBy(begin, delimiter);
    return { delimiter, known: knownAmong(headers), columns: headers.length };
  });
  const [best] = found.toSorted((a, b) => b.known - a.known || b.columns - a.columns);
  return best?.delimiter ?? DELIMITERS[0];
}

/** The headers, if this is between them; none where they can't be read so. */
function headersBy(text: string, delimiter: string): readonly string[] {
  let headers: readonly string[] = [];
  try {
    records(text, { delimiter, to: 1 }, (cells) => (headers = cells));
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
  }
  return headers;
}

/** Reads the records of a text, one after the other, so that they are not all in memory. Refuses `invalid`. */
function records(
  text: string,
  options: Pick<Options, "delimiter" | "to">,
  take: (cells: string[]) => void,
): void {
  let done = 0;
  try {
    parse(text, {
      ...options,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      trim: true,
      max_record_size: MAX_ROW_BYTES,
      on_record: (cells: string[]) => {
        take(cells);
        done += 1;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    refuse(invalidField(["file"], faultOf(error, done + 1)));
  }
}

/** What is wrong with the row in which reading ended. */
function faultOf({ code }: CsvError, row: number): string {
  const at = `row ${row.toLocaleString("en")}`;
  switch (code) {
    case "CSV_MAX_RECORD_SIZE":
      return `must not have longer rows than ${MAX_ROW_BYTES / 1024} KB, and ${at} is: perhaps a quotation mark in it is never closed`;
    case "CSV_QUOTE_NOT_CLOSED":
      return `must close each quotation mark, and one in ${at} is open`;
    default:
      return `must have quotation marks around whole cells, doubled inside of them, and ${at} has one elsewhere`;
  }
}

const trimmed = (cells: readonly string[]) => cells.map((cell) => cell.trim());
