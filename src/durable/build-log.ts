// The live log of one build, in the SQLite of a Durable Object: appended by offset, and read from any offset.
import { MAX_LOG_BYTES } from "../protocol/builder.ts";

/** Enough to read a whole log at once, bytes: the log, its last note and some room. */
export const MAX_LOG_READ_BYTES = 2 * MAX_LOG_BYTES;
/** The note that ends a log which was cut. */
const CUT = "\n[The log is longer than 1 MiB; the rest is left out.]\n";
/** Longest UTF-8 form of a character, bytes. */
const MAX_CHARACTER_BYTES = 4;
const encoder = new TextEncoder();

export class BuildLog {
  readonly #sql: SqlStorage;
  /** Functions that wake those who follow the log, once each. */
  readonly #followers = new Set<() => void>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS log (at INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
  }

  /** The offset of the next append, bytes. */
  get length(): number {
    const [row] = this.#sql
      .exec<{ length: number }>(
        "SELECT at + length(bytes) AS length FROM log ORDER BY at DESC LIMIT 1",
      )
      .toArray();
    return row?.length ?? 0;
  }

  /**
   * Appends `bytes` at `offset` and returns the offset of the next append. Bytes that are there already are skipped,
   * so that an append may be repeated. Returns null when bytes before `offset` are missing. Beyond the limit the log
   * ends with a note, and further bytes are accepted and dropped.
   */
  append(offset: number, bytes: Uint8Array): number | null {
    const { length } = this;
    if (length > MAX_LOG_BYTES) return offset + bytes.byteLength;
    if (offset > length) return null;
    const fresh = bytes.subarray(length - offset);
    const kept =
      length + fresh.byteLength > MAX_LOG_BYTES ? cut(fresh, MAX_LOG_BYTES - length) : fresh;
    if (kept.byteLength > 0) {
      this.#sql.exec("INSERT INTO log (at, bytes) VALUES (?, ?)", length, kept.slice());
    }
    return Math.max(length, offset + bytes.byteLength);
  }

  /** Appends a line that the service itself writes. */
  note(line: string): void {
    this.append(this.length, encoder.encode(`${line}\n`));
  }

  /** Returns at most `limit` bytes from `offset` on. */
  read(offset: number, limit: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(this.length - offset, limit)));
    const rows = this.#sql.exec<{ at: number; bytes: ArrayBuffer }>(
      `SELECT at, bytes FROM log
       WHERE at >= coalesce((SELECT max(at) FROM log WHERE at <= ?), 0) AND at < ? ORDER BY at`,
      offset,
      offset + bytes.byteLength,
    );
    for (const row of rows) {
      const chunk = new Uint8Array(row.bytes);
      const from = Math.max(0, offset - row.at);
      const to = Math.min(chunk.byteLength, offset + bytes.byteLength - row.at);
      bytes.set(chunk.subarray(from, to), row.at + from - offset);
    }
    return bytes;
  }

  clear(): void {
    this.#sql.exec("DELETE FROM log");
  }

  /** Wakes the followers, because the log or the status of its build has changed. */
  wakeFollowers(): void {
    for (const wake of this.#followers) wake();
  }

  /** Waits until the followers are woken, at most `ms`. */
  async change(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#followers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#followers.add(wake);
    });
  }
}

/**
 * Returns the whole characters at the start of `bytes`, and how many bytes they take, since a chunk may end within a
 * character (UTF-8, RFC 3629 section 3). Bytes that are not UTF-8 become replacement characters.
 */
export function wholeText(bytes: Uint8Array): { text: string; size: number } {
  let size = bytes.byteLength;
  for (let back = 1; back <= Math.min(MAX_CHARACTER_BYTES, size); back += 1) {
    const byte = bytes[size - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue; // a continuation: look further back for its first byte
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (needs > back) size -= back;
    break;
  }
  return { text: new TextDecoder().decode(bytes.subarray(0, size)), size };
}

/** Returns as many whole characters of `bytes` as there is room for, followed by the note. */
function cut(bytes: Uint8Array, room: number): Uint8Array {
  const { size } = wholeText(bytes.subarray(0, room));
  const note = encoder.encode(CUT.padStart(CUT.length + room - size, "\n"));
  const kept = new Uint8Array(size + note.byteLength);
  kept.set(bytes.subarray(0, size));
  kept.set(note, size);
  return kept;
}
