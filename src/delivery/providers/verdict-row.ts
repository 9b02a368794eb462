// The rows of the providers' verdict tables, which map codes to verdicts. Only this file reads rows.
import { retryAfterMs } from "../../kit/retry-after.ts";
import { MAX_RETRY_AFTER_MS, type Verdict } from "./types.ts";

export type Row =
  | { kind: "sent" }
  | { kind: "gone" }
  | { kind: "rejected"; flag?: string }
  /** `advice` is what the owner should look at; `retires` as in Verdict. */
  | { kind: "doubtful"; advice: string; retires: boolean }
  /** `afterMs` is the pause if the answer has no Retry-After. */
  | { kind: "retry"; afterMs?: number }
  /** `advice` is what the owner can do. */
  | { kind: "misconfigured"; advice: string };

export type Table = Readonly<Record<string, Row>>;

/** Returns the row of `code`, but not what the table inherits as an object. */
export function rowOf(table: Table, code: string): Row | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}

/** Returns the row of an HTTP status: its own, that of its class ("5xx"), or `rejected`. */
export function rowOfStatus(table: Table, status: number): Row {
  const own = rowOf(table, String(status));
  return own ?? rowOf(table, `${Math.floor(status / 100)}xx`) ?? { kind: "rejected" };
}

/** Returns the verdict of `row` for an answer with `code`. Retry-After takes precedence over the row's pause. */
export function toVerdict(row: Row, code: string, headers: Headers, now: number): Verdict {
  switch (row.kind) {
    case "sent":
      return { kind: "sent" };
    case "retry": {
      const asked = retryAfterMs(headers, now, MAX_RETRY_AFTER_MS);
      const afterMs = asked ?? row.afterMs ?? null;
      return { kind: "retry", reason: code, afterMs };
    }
    case "misconfigured":
      return { kind: "misconfigured", reason: `${code}: ${row.advice}` };
    case "gone":
      return { kind: "gone", reason: code };
    case "doubtful":
      return { ...row, reason: code, advice: `${code}: ${row.advice}` };
    case "rejected":
      return {
        kind: "rejected",
        reason: code,
        ...(row.flag === undefined ? {} : { flag: row.flag }),
      };
  }
}
