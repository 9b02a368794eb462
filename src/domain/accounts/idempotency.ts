// The stored answers to requests with an Idempotency-Key. An account's oldest make room for new ones, the large ones
// first: to refuse requests would stop a client that does everything right, and repetitions come within minutes.
import { and, eq, isNull, lt, sql, type SQL } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { accountCounts, idempotencyKeys, LARGE_ANSWER } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";

/** How long an answer is kept, ms. */
export const IDEMPOTENCY_MS = DAY_MS;
/**
 * Most that the kept answers of an account take, KiB; each counts as one KiB and as many more as it fills, so that this
 * is also the most answers. At the 600 requests a minute of the plan Free the oldest is 2 h 45 min old, at 6,000 16 min.
 * Large ones go first.
 */
export const MAX_ANSWERS_KIB = 100_000;
/**
 * Largest answer that is kept, KiB: the database holds rows of 2 MB. Only an import can have a larger one, and it may be
 * repeated, since it finds the subscribers that it made.
 */
export const MAX_ANSWER_KIB = 1024;
/** An answer of more than this goes before smaller ones, KiB: of 180 rows of an import, or of a text in ten languages. */
export const LARGE_KIB = 16;
/** Bounds of one deletion of expired keys: 20,000 a minute, more than are made. The next minute takes the rest. */
const BOUNDS = { rows: 1000, statements: 20 };

const KIB = 1024;

export interface KeptAnswer {
  bodyHash: string;
  /** null while the first request is running. */
  answer: { status: number; body: string } | null;
}

/** Reserves `id` for this request of an account, or returns what an earlier request stored under it. */
export async function reserveKey(
  ctx: Ctx,
  accountId: number,
  id: string,
  bodyHash: string,
): Promise<"reserved" | KeptAnswer> {
  const now = ctx.now();
  const expired = and(
    eq(idempotencyKeys.id, id),
    lt(idempotencyKeys.createdAt, now - IDEMPOTENCY_MS),
  );
  const [, inserted, , rows] = await ctx.db.batch([
    ctx.db.delete(idempotencyKeys).where(expired),
    ctx.db
      .insert(idempotencyKeys)
      .values({ id, accountId, bodyHash, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: idempotencyKeys.id }),
    makeRoom(ctx, accountId, id),
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

/**
 * Stores the answer for `id`, a key of the account. One that is larger than MAX_ANSWER_KIB is not stored, and frees the
 * key.
 */
export async function completeKey(
  ctx: Ctx,
  accountId: number,
  id: string,
  { status, body }: { status: number; body: string },
): Promise<void> {
  if (new TextEncoder().encode(body).byteLength > MAX_ANSWER_KIB * KIB) return releaseKey(ctx, id);
  await ctx.db.batch([
    ctx.db
      .update(idempotencyKeys)
      .set({ status, response: body })
      .where(and(eq(idempotencyKeys.id, id), isNull(idempotencyKeys.status))),
    makeRoom(ctx, accountId, id),
  ]);
}

/**
 * The statement that deletes as many of the account's answers as exceed MAX_ANSWERS_KIB, but for that of `id`: large ones
 * first, of each kind the oldest. A thousand imports would else push out the answers to what must not happen twice.
 */
function makeRoom(ctx: Ctx, accountId: number, id: string) {
  const excess = sql`(SELECT coalesce(max(0, counts.answers - ${MAX_ANSWERS_KIB}), 0) FROM ${accountCounts} AS counts
    WHERE counts.account_id = ${accountId})`;
  const oldest = (
    index: SQL,
    which: SQL,
    rank: SQL,
    most: SQL,
  ) => sql`SELECT id, created_at, ${rank} AS rank,
      1 + coalesce(length(CAST(response AS BLOB)), 0) / CAST(${KIB} AS INTEGER) AS size
    FROM ${idempotencyKeys} INDEXED BY ${index}
    WHERE account_id = ${accountId} AND id <> ${id} AND ${which}
    ORDER BY created_at LIMIT coalesce(${most}, 0)`;
  // No more are read than can be needed: a large one frees over LARGE_KIB, any other one KiB at least.
  const large = oldest(
    sql`idempotency_keys_large`,
    sql`${LARGE_ANSWER}`,
    sql`0`,
    sql`CAST((${excess} + ${LARGE_KIB - 1}) / ${LARGE_KIB} AS INTEGER)`,
  );
  const small = oldest(
    sql`idempotency_keys_account`,
    sql`(response IS NULL OR NOT ${LARGE_ANSWER})`,
    sql`1`,
    sql`max(0, ${excess} - (SELECT coalesce(sum(size), 0) FROM large))`,
  );
  return ctx.db.delete(idempotencyKeys).where(
    sql`${idempotencyKeys.id} IN (WITH large AS MATERIALIZED (${large})
      SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY rank, created_at, id) - size AS before
        FROM (SELECT * FROM large UNION ALL SELECT * FROM (${small})))
      WHERE before < ${excess})`,
  );
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
