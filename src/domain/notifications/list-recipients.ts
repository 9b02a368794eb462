// What became of each recipient, read from the packed rows: one a batch, in the order they were cut.
import { and, asc, gte, inArray, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { batchResults, subscribers } from "../../db/schema/index.ts";
import { OffsetQuery } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import { resultKey, statusLetter, unpackResults, type RecipientResult } from "./results.ts";

/** A cursor is the batch and the place in it to go on at. */
const CURSOR = /^(\d{1,6})\.(\d{1,3})$/;

const RecipientsQuery = z.object({
  status: z.enum(["sent", "failed", "gone", "pending"]).optional(),
  cursor: z.string().regex(CURSOR, "must be one that an answer gave").optional(),
  limit: OffsetQuery.shape.limit,
});

export interface RecipientRow extends RecipientResult {
  /** null: deleted since. */
  uuid: string | null;
}

/** Refuses `invalid`. `next` is null on the last page. */
export async function listRecipients(
  ctx: AccountCtx,
  notificationId: number,
  query: unknown,
): Promise<{ rows: RecipientRow[]; next: string | null }> {
  const { status, cursor, limit } = parse(RecipientsQuery, query);
  const [, batch = "0", place = "0"] = CURSOR.exec(cursor ?? "") ?? [];
  const start = { batch: Number(batch), place: Number(place) };
  // each row read has one recipient of the status at least, the first perhaps before the cursor's place
  const packed = await ctx.db
    .select()
    .from(batchResults)
    .where(
      and(
        gte(batchResults.id, resultKey(notificationId, start.batch)),
        lt(batchResults.id, resultKey(notificationId + 1, 0)),
        status
          ? sql`instr(${batchResults.outcomes} ->> '$.s', ${statusLetter(status)}) > 0`
          : undefined,
      ),
    )
    .orderBy(asc(batchResults.id))
    .limit(limit + 2);
  const found = packed.flatMap(({ id, outcomes }) => {
    const at = id - resultKey(notificationId, 0);
    return unpackResults(outcomes)
      .map((result, index) => ({ ...result, batch: at, index }))
      .filter((result) => !status || result.status === status)
      .filter(({ index }) => at > start.batch || index >= start.place);
  });
  const next = found[limit];
  return {
    rows: await withUuids(ctx, found.slice(0, limit)),
    next: next ? `${next.batch}.${next.index}` : null,
  };
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
