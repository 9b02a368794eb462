// The results of the recipients of a few batches, packed into the text of one row, batch by batch: statuses in the order of
// the ids.
//
//   {"ids":[3,4,9],"s":"sfg","a":[1,6,1],"e":{"1":"UNAVAILABLE","2":"UNREGISTERED"},"r":{"1":"unavailable","2":"unregistered"}}
//
// s: s sent, f failed, g gone, p pending. a: attempts. e: errors, and r: their reasons, by place. While some are pending, by place: d, when they
// are due, b, when their first attempt was, and l, for those in the slow lane, until when they may wait there, ms.
import { z } from "zod";
import {
  FAILURE_REASONS,
  type FailureReason,
  type RecipientStatus,
} from "../ports/notifications.ts";

/** More batches than any notification has: 50 million recipients. */
export const RESULTS_A_NOTIFICATION = 1_000_000;

/**
 * Consecutive batches whose results share a row: 250 recipients, 4 KB. Rows written are what a send costs most, and a page
 * of a list still reads few.
 */
export const BATCHES_A_ROW = 5;

export interface RecipientResult {
  id: number;
  status: RecipientStatus;
  attempts: number;
  error: string | null;
  /** The kind of `error`; null without one. */
  reason: FailureReason | null;
  /** When a pending recipient is to be tried again, ms; 0: as soon as possible. */
  dueAt: number;
  /** When a pending recipient was first tried or deferred, ms; 0: not yet. */
  begunAt: number;
  /** Until when a pending recipient may wait in the slow lane, ms; absent: it is for the ordinary lane. */
  slowUntil?: number;
}

const LETTERS = { sent: "s", failed: "f", gone: "g", pending: "p" } as const;
const STATUSES: Record<string, RecipientStatus> = {
  s: "sent",
  f: "failed",
  g: "gone",
  p: "pending",
};

const Packed = z.object({
  ids: z.array(z.int()),
  s: z.string(),
  a: z.array(z.int()),
  e: z.record(z.string(), z.string()),
  r: z.record(z.string(), z.enum(FAILURE_REASONS)).optional(),
  d: z.record(z.string(), z.int()).optional(),
  b: z.record(z.string(), z.int()).optional(),
  l: z.record(z.string(), z.int()).optional(),
});

/** Makes the result of a recipient that no message was sent to yet. */
export function freshResult(id: number): RecipientResult {
  return { id, status: "pending", attempts: 0, error: null, reason: null, dueAt: 0, begunAt: 0 };
}

/** The letter by which a status is written in a packed row's `s`. */
export function statusLetter(status: RecipientStatus): string {
  return LETTERS[status];
}

/** Returns the first of the batches that are in a row with `batch`. */
export function firstInRow(batch: number): number {
  return batch - (batch % BATCHES_A_ROW);
}

/** The key of the row that begins with `batch`. */
export function resultKey(notificationId: number, batch: number): number {
  return notificationId * RESULTS_A_NOTIFICATION + batch;
}

/** Packs results; those of each batch are in the order of the recipients' ids. */
export function packResults(results: readonly RecipientResult[]): string {
  const errors: Record<string, string> = {};
  const reasons: Record<string, FailureReason> = {};
  const due: Record<string, number> = {};
  const begun: Record<string, number> = {};
  const slow: Record<string, number> = {};
  for (const [at, { error, reason, dueAt, begunAt, slowUntil }] of results.entries()) {
    if (error !== null) errors[at] = error;
    if (reason !== null) reasons[at] = reason;
    if (dueAt > 0) due[at] = dueAt;
    if (begunAt > 0) begun[at] = begunAt;
    if (slowUntil !== undefined) slow[at] = slowUntil;
  }
  const packed: z.infer<typeof Packed> = {
    ids: results.map(({ id }) => id),
    s: results.map(({ status }) => LETTERS[status]).join(""),
    a: results.map(({ attempts }) => attempts),
    e: errors,
    ...(Object.keys(reasons).length > 0 ? { r: reasons } : {}),
    ...(Object.keys(due).length > 0 ? { d: due } : {}),
    ...(Object.keys(begun).length > 0 ? { b: begun } : {}),
    ...(Object.keys(slow).length > 0 ? { l: slow } : {}),
  };
  return JSON.stringify(packed);
}

/** Returns the results that `packResults` packed. Throws for any other text. */
export function unpackResults(text: string): RecipientResult[] {
  const { ids, s, a, e, r, d, b, l } = Packed.parse(JSON.parse(text));
  return ids.map((id, at) => ({
    id,
    status: STATUSES[s[at] ?? ""] ?? "pending",
    attempts: a[at] ?? 0,
    error: e[at] ?? null,
    reason: r?.[at] ?? null,
    dueAt: d?.[at] ?? 0,
    begunAt: b?.[at] ?? 0,
    ...(l?.[at] === undefined ? {} : { slowUntil: l[at] }),
  }));
}
