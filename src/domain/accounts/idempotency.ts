// The kept answers of requests with an Idempotency-Key.
import { and, eq, inArray, isNull, lt } from "drizzle-orm";
import { idempotencyKeys } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How long an answer is kept, ms. */
export const IDEMPOTENCY_MS = DAY_MS;
/** Keys deleted by one statement: keeps it short. */
const SWEEP_ROWS = 1000;
/** Statements in one sweep: 20,000 keys a minute, more than come in; what is left waits for the next. */
const SWEEP_ROUNDS = 20;

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
export async function forgetKey(ctx: Ctx, id: string) {
  await ctx.db
    .delete(idempotencyKeys)
    .where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.status)));
}

/** Deletes answers past their time. */
export async function sweepIdempotencyKeys(ctx: Ctx): Promise<void> {
  const old = ctx.db
    .select({ id: idempotencyKeys.id })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, ctx.now() - IDEMPOTENCY_MS))
    .limit(SWEEP_ROWS);
  for (let round = 0; round < SWEEP_ROUNDS; round += 1) {
    const { meta } = await ctx.db
      .delete(idempotencyKeys)
      .where(inArray(idempotencyKeys.id, old))
      .run();
    if (meta.changes < SWEEP_ROWS) return;
  }
}
