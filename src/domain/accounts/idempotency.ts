// The kept answers of requests with an Idempotency-Key.
import { and, eq, isNull, lt } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { idempotencyKeys } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How long an answer is kept, ms. */
export const IDEMPOTENCY_MS = DAY_MS;
/** Deleted in one sweep: 20,000 keys a minute, more than come in; what is left waits for the next. */
const SWEPT = { rows: 1000, statements: 20 };

export interface KeptAnswer {
  bodyHash: string;
  /** null while the first request runs. */
  answer: { status: number; body: string } | null;
}

/** Reserves `id` for this request, or tells what an earlier one left. */
export async function reserveKey(
  ctx: Ctx,
  id: string,
  bodyHash: string,
): Promise<"reserved" | KeptAnswer> {
  const now = ctx.now();
  const expired = and(
    eq(idempotencyKeys.id, id),
    lt(idempotencyKeys.createdAt, now - IDEMPOTENCY_MS),
  );
  const [, inserted, rows] = await ctx.db.batch([
    ctx.db.delete(idempotencyKeys).where(expired),
    ctx.db
      .insert(idempotencyKeys)
      .values({ id, bodyHash, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: idempotencyKeys.id }),
    ctx.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id)),
  ]);
  const row = rows[0];
  if (inserted.length > 0 || !row) return "reserved";
  const { status, response } = row;
  return {
    bodyHash: row.bodyHash,
    answer: status === null || response === null ? null : { status, body: response },
  };
}

/** Keeps the answer for `id`. */
export async function completeKey(ctx: Ctx, id: string, status: number, body: string) {
  await ctx.db
    .update(idempotencyKeys)
    .set({ status, response: body })
    .where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.status)));
}

/** Frees `id`: its request was refused and made nothing. */
export async function releaseKey(ctx: Ctx, id: string) {
  await ctx.db
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.status)));
}

/** Deletes answers past their time. */
export async function expireIdempotencyKeys(ctx: Ctx): Promise<void> {
  const where = lt(idempotencyKeys.createdAt, ctx.now() - IDEMPOTENCY_MS);
  await deleteInParts(ctx.db, idempotencyKeys, { key: idempotencyKeys.id, where }, SWEPT);
}
