// Finds an account's keystores.
import { and, count, desc, eq } from "drizzle-orm";
import { keystores } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx, Principal } from "../context.ts";

export type Keystore = typeof keystores.$inferSelect;

/** The condition on `keystores` that holds for those the owner made; debug keystores are not shown. */
export function visibleKeystores(principal: Principal) {
  return and(eq(keystores.accountId, principal.accountId), eq(keystores.kind, "own"));
}

/** Returns the keystore with this id, or null. */
export async function keystoreById(ctx: AccountCtx, id: number): Promise<Keystore | null> {
  const [row] = await ctx.db
    .select()
    .from(keystores)
    .where(and(eq(keystores.id, id), visibleKeystores(ctx.principal)));
  return row ?? null;
}

/** Returns a page of keystores, newest first, in one round trip. Refuses `invalid`. */
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
