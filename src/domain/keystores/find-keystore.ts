// Finds an account's own keystores.
import { and, count, desc, eq } from "drizzle-orm";
import { keystores } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx, Principal } from "../context.ts";

export type Keystore = typeof keystores.$inferSelect;

/** The condition that holds for the principal's own keystores; debug keys stay inside. */
export function visibleKeystores(principal: Principal) {
  return and(eq(keystores.accountId, principal.accountId), eq(keystores.kind, "own"));
}

/** The keystore with this id, or null. */
export async function keystoreById(ctx: AccountCtx, id: number): Promise<Keystore | null> {
  const [row] = await ctx.db
    .select()
    .from(keystores)
    .where(and(eq(keystores.id, id), visibleKeystores(ctx.principal)));
  return row ?? null;
}

/** A page of keystores, newest first, in one round trip. */
export async function listKeystores(ctx: AccountCtx, query: unknown): Promise<Page<Keystore>> {
  const page = parse(PageQuery, query);
  const own = visibleKeystores(ctx.principal);
  const { limit, offset } = slice(page);
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ total: count() }).from(keystores).where(own),
    ctx.db
      .select()
      .from(keystores)
      .where(own)
      .orderBy(desc(keystores.id))
      .limit(limit)
      .offset(offset),
  ]);
  return { rows, page: page.page, total: totals[0]?.total ?? 0 };
}
