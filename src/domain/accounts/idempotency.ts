// The stored answers to requests with an Idempotency-Key.
import { and, eq, isNull, lt } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { idempotencyKeys } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How long an answer is kept, ms. */
export const IDEMPOTENCY_MS = DAY_MS;
/** Bounds of one deletion of expired keys: 20,000 a minute, more than are made. The next minute takes the rest. */
const BOUNDS = { rows: 1000, statements: 20 };

export interface KeptAnswer {
  bodyHash: string;
  /** null while the first request is running. */
  answer: { status: number; body: string } | null;
}

/** Reserves `id` for this request, or returns what an earlier request stored under it. */
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

/** Stores the answer for `id`. */
export async function completeKey(ctx: Ctx, id: string, status: number, body: string) {
  await ctx.db
    .update(idempotencyKeys)
    .set({ status, response: body })
    .where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.status)));
}

/** Frees `id` after its request was refused and changed nothing. */
export async function releaseKey(ctx: Ctx, id: string) {
  await ctx.db
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.status)));
}

/** Deletes answers that are older than IDEMPOTENCY_MS. */
export async function expireIdempotencyKeys(ctx: Ctx): Promise<void> {
  const where = lt(idempotencyKeys.createdAt, ctx.now() - IDEMPOTENCY_MS);
  await deleteInParts(ctx.db, idempotencyKeys, { key: idempotencyKeys.id, where }, BOUNDS);
}
