// The results of a notification's recipients, row by row in the order in which their batches were cut. While the run is on
// it is asked for these rows; later they are read from the database.
import { and, asc, gte, inArray, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { batchResults, subscribers } from "../../db/schema/index.ts";
import { exactly, OffsetQuery, upToMost, type Total } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import type { PackedRow, RecipientStatus } from "../ports/notifications.ts";
import { goneCount } from "./result-totals.ts";
import { resultKey, statusLetter, unpackResults, type RecipientResult } from "./results.ts";
import type { Notification } from "./find-notification.ts";

/** A cursor is a row, by its first batch, and the place in it at which the next page begins. */
const CURSOR = /^(\d{1,6})\.(\d{1,3})$/;

/** Rows that hold a page, unless few of their recipients have the status. */
const FEW_ROWS = 3;

/** Statuses of notifications that may still have a run. */
const WITH_RUN: readonly string[] = ["sending", "finalizing", "cancelled"];

/** By what recipients are listed, and where in the list a page begins. */
const RecipientsQuery = z.strictObject({
  status: z.enum(["sent", "failed", "gone", "pending"]).optional(),
  cursor: z.string().regex(CURSOR, "must be one that an answer gave").optional(),
  limit: OffsetQuery.shape.limit,
});

export interface RecipientRow extends Omit<RecipientResult, "dueAt" | "begunAt"> {
  /** null when the subscriber was deleted. */
  uuid: string | null;
}

/** A page of recipients, and the cursor of the next one. */
export interface RecipientPage<Row> {
  rows: Row[];
  next: string | null;
  total: Total;
}

/**
 * Returns a page of the recipients and the cursor of the next page. It is null on the last page; while batches are
 * being cut, more may follow that page later. Refuses `invalid`.
 */
export async function listRecipients(
  ctx: AccountCtx,
  notification: Notification,
  query: unknown,
): Promise<RecipientPage<RecipientRow>> {
  const { rows, ...page } = await recipientResults(ctx, notification, query);
  return { rows: await withUuids(ctx, rows), ...page };
}

/** Does the same, with the database's own ids of the subscribers. */
export async function recipientResults(
  ctx: AccountCtx,
  notification: Notification,
  query: unknown,
): Promise<RecipientPage<RecipientResult>> {
  const { status, cursor, limit } = parse(RecipientsQuery, query);
  const [, batch = "0", place = "0"] = CURSOR.exec(cursor ?? "") ?? [];
  const start = { batch: Number(batch), place: Number(place) };
  const find = async (most: number) => {
    const packed = await rowsFrom(ctx, notification, start.batch, status ?? null, most);
    const found = packed.flatMap(({ batch: at, results }) =>
      unpackResults(results)
        .map((result, index) => ({ ...result, batch: at, index }))
        .filter((result) => !status || result.status === status)
        .filter(({ index }) => at > start.batch || index >= start.place),
    );
    return { found, isAll: packed.length < most };
  };
  const few = await find(FEW_ROWS);
  // Each row has at least one recipient of the status, that of the first row perhaps before the cursor's place.
  const isEnough = few.found.length > limit || few.isAll;
  const { found } = isEnough ? few : await find(limit + 2);
  const next = found[limit];
  return {
    rows: found.slice(0, limit),
    next: next ? `${next.batch}.${next.index}` : null,
    total: totalOf(notification, status),
  };
}

/** How many recipients the notification has, as its counters say, or how many of `status`. */
function totalOf(notification: Notification, status: RecipientStatus | undefined): Total {
  const { totalCount, sentCount, failedCount } = notification;
  if (status === undefined) return exactly(totalCount);
  const gone = goneCount(notification.resultTotals);
  const count = {
    sent: sentCount,
    gone,
    failed: failedCount - gone,
    pending: Math.max(0, totalCount - sentCount - failedCount),
  };
  return upToMost(count[status]);
}

/** Returns the first `limit` rows from batch number `from` on that have a recipient of `status` (null for any). */
export async function rowsFrom(
  ctx: AccountCtx,
  { id, status: state, hasRun }: Notification,
  from: number,
  status: RecipientStatus | null,
  limit: number,
): Promise<PackedRow[]> {
  const run = hasRun && WITH_RUN.includes(state) ? ctx.notificationRun(id) : null;
  const underWay = (await run?.results(from, status, limit)) ?? null;
  if (underWay) return underWay;
  const first = resultKey(id, 0);
  return ctx.db
    .select({ batch: sql<number>`${batchResults.id} - ${first}`, results: batchResults.results })
    .from(batchResults)
    .where(
      and(
        gte(batchResults.id, first + from),
        lt(batchResults.id, resultKey(id + 1, 0)),
        status
          ? sql`instr(${batchResults.results} ->> '$.s', ${statusLetter(status)}) > 0`
          : undefined,
      ),
    )
    .orderBy(asc(batchResults.id))
    .limit(limit);
}

async function withUuids(ctx: AccountCtx, results: RecipientResult[]): Promise<RecipientRow[]> {
  const ids = JSON.stringify(results.map(({ id }) => id));
  const known = await ctx.db
    .select({ id: subscribers.id, uuid: subscribers.uuid })
    .from(subscribers)
    .where(inArray(subscribers.id, sql`(SELECT value FROM json_each(${ids}))`));
  const uuids = new Map(known.map(({ id, uuid }) => [id, uuid]));
  return results.map(({ id, status, attempts, error, reason }) => {
    return { id, uuid: uuids.get(id) ?? null, status, attempts, error, reason };
  });
}
