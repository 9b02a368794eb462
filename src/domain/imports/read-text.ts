// The text of a file as spreadsheets write it: UTF-8, with a byte order mark or without, UTF-16 ("Unicode text" of Excel), or
// the code page of Western Windows. Refuses what is no text.
import { invalidField, refuse } from "../../kit/refusal.ts";

/** Largest file, bytes: it is read into the memory of an isolate, which has 128 MB, as bytes and as text. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/** What files begin with that are often taken for a CSV file, and what to do about each. */
const NO_TEXT: readonly { begin: readonly number[]; is: string }[] = [
  // A zip archive, as .xlsx, .ods and .numbers are.
  {
    begin: [0x50, 0x4b, 0x03, 0x04],
    is: "must be a CSV file, and this is a workbook or an archive: save or export it as CSV in your spreadsheet first",
  },
  {
    begin: [0xd0, 0xcf, 0x11, 0xe0],
    is: "must be a CSV file, and this is an Excel workbook: save it as CSV in Excel first",
  },
  { begin: [0x25, 0x50, 0x44, 0x46], is: "must be a CSV file, and this is a PDF" },
];

/** UTF-16 by its byte order mark (Unicode, section 23.8). */
const UTF_16 = [
  { begin: [0xff, 0xfe], encoding: "utf-16le" },
  { begin: [0xfe, 0xff], encoding: "utf-16be" },
] as const;

export interface ReadText {
  /** Without a byte order mark. */
  text: string;
  encoding: string;
}

/** Returns the text of a file. Refuses `invalid`. */
export function readText(bytes: Uint8Array): ReadText {
  if (bytes.byteLength > MAX_FILE_BYTES) {
    refuse(invalidField(["file"], `must have at most ${MAX_FILE_BYTES / 1024 / 1024} MB`));
  }
  const begins = ({ begin }: { begin: readonly number[] }) =>
    begin.every((byte, at) => bytes[at] === byte);
  const other = NO_TEXT.find(begins);
  if (other) refuse(invalidField(["file"], other.is));
  const wide = UTF_16.find(begins)?.encoding;
  const read = wide
    ? decoded(bytes, wide)
    : (decoded(bytes, "utf-8") ?? decoded(bytes, "windows-1252"));
  // No text has this character, and nearly every file of another kind does.
  if (read === null || read.text.includes("\0")) {
    return refuse(invalidField(["file"], "must be a CSV file, and this is no text"));
  }
  return read;
}

/** The text of bytes in this encoding; null if they are not in it. A byte order mark is left out. */
function decoded(bytes: Uint8Array, encoding: string): ReadText | null {
  try {
    return {
      text: new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes),
      encoding,
    };
  } catch {
    return null;
  }
}
