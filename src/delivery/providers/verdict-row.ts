// A row of a provider's verdict table, and the verdict it becomes. The tables map codes to rows; this is
// the only place where rows are read.
import { retryAfterMs } from "./retry-after.ts";
import type { Verdict } from "./types.ts";

export type Row =
  | { kind: "sent" }
  | { kind: "gone" | "rejected"; flag?: string }
  /** `afterMs`: the pause when the answer names none. */
  | { kind: "retry"; afterMs?: number }
  /** `advice`: what the owner can do. */
  | { kind: "misconfigured"; advice: string };

export type Table = Readonly<Record<string, Row>>;

/** The row of `code`; never one that the table only inherits. */
export function rowOf(table: Table, code: string): Row | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

/** The row of an HTTP status: its own, that of its class ("5xx"), or `rejected`. */
export function rowOfStatus(table: Table, status: number): Row {
  const own = rowOf(table, String(status));
  return own ?? rowOf(table, `${Math.floor(status / 100)}xx`) ?? { kind: "rejected" };
}

/** The verdict of `row` for an answer with `code`; Retry-After goes before the row's own pause. */
export function toVerdict(row: Row, code: string, headers: Headers, now: number): Verdict {
  switch (row.kind) {
    case "sent":
      return { kind: "sent" };
    case "retry": {
      const afterMs = retryAfterMs(headers, now) ?? row.afterMs ?? null;
      return { kind: "retry", reason: code, afterMs };
    }
    case "misconfigured":
      return { kind: "misconfigured", reason: `${code}: ${row.advice}` };
    default:
      return {
        kind: row.kind,
        reason: code,
        ...(row.flag === undefined ? {} : { flag: row.flag }),
      };
  }
}
