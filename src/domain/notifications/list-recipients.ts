// The results of a notification's recipients, batch by batch in the order in which they were cut. While the run is on
// it is asked for them; later they are read from the packed rows.
import { and, asc, gte, inArray, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { batchResults, subscribers } from "../../db/schema/index.ts";
import { OffsetQuery } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import type { PackedBatch, RecipientStatus } from "../ports/notifications.ts";
import { resultKey, statusLetter, unpackResults, type RecipientResult } from "./results.ts";
import type { Notification } from "./find-notification.ts";

/** A cursor is a batch and the place in it at which the next page begins. */
const CURSOR = /^(\d{1,6})\.(\d{1,3})$/;

/** Statuses of notifications that may still have a run. */
const WITH_RUN: readonly string[] = ["sending", "finalizing", "cancelled"];

const RecipientsQuery = z.strictObject({
  status: z.enum(["sent", "failed", "gone", "pending"]).optional(),
  cursor: z.string().regex(CURSOR, "must be one that an answer gave").optional(),
  limit: OffsetQuery.shape.limit,
});

export interface RecipientRow extends Omit<RecipientResult, "dueAt" | "begunAt"> {
  /** null when the subscriber was deleted. */
  uuid: string | null;
}

/**
 * Returns a page of the recipients and the cursor of the next page. It is null on the last page; while batches are
 * being cut, more may follow that page later. Refuses `invalid`.
 */
export async function listRecipients(
  ctx: AccountCtx,
  notification: Notification,
  query: unknown,
): Promise<{ rows: RecipientRow[]; next: string | null }> {
  const { status, cursor, limit } = parse(RecipientsQuery, query);
  const [, batch = "0", place = "0"] = CURSOR.exec(cursor ?? "") ?? [];
  const start = { batch: Number(batch), place: Number(place) };
  // Each batch has at least one recipient of the status, that of the first batch perhaps before the cursor's place.
  const packed = await batchesFrom(ctx, notification, start.batch, status ?? null, limit + 2);
  const found = packed.flatMap(({ batch: at, results }) =>
    unpackResults(results)
      .map((result, index) => ({ ...result, batch: at, index }))
      .filter((result) => !status || result.status === status)
      .filter(({ index }) => at > start.batch || index >= start.place),
  );
  const next = found[limit];
  return {
    rows: await withUuids(ctx, found.slice(0, limit)),
    next: next ? `${next.batch}.${next.index}` : null,
  };
}

/** Returns the first `limit` batches from number `from` on that have a recipient of `status` (null for any). */
async function batchesFrom(
  ctx: AccountCtx,
  { id, status: state }: Notification,
  from: number,
  status: RecipientStatus | null,
  limit: number,
): Promise<PackedBatch[]> {
  const run = WITH_RUN.includes(state) ? ctx.notificationRun(id) : null;
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
  return results.map(({ id, status, attempts, error }) => {
    return { id, uuid: uuids.get(id) ?? null, status, attempts, error };
  });
}
