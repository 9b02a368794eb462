// Finds an account's keystores, and the apps that they are for.
import { and, count, desc, eq, sql } from "drizzle-orm";
import { keystoreApps, keystores } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx, Principal } from "../context.ts";
import { visibleKeystores } from "./keystore-apps.ts";

/** A row of `keystores`. */
export type Keystore = typeof keystores.$inferSelect;

/** A keystore as a principal sees it. */
export interface KeystoreView {
  keystore: Keystore;
  /** The ids of those of its apps that the principal can see, in ascending order. */
  appIds: number[];
  /** Whether it is also for apps that the principal can't see. */
  hasOtherApps: boolean;
}

/** The query for keystores with all their apps, without its condition. */
export function selectKeystores(ctx: AccountCtx) {
  return ctx.db
    .select({
      keystore: keystores,
      // Column names are written in full, since drizzle leaves out the tables' names here.
      allAppIds: sql<number[]>`(SELECT json_group_array(given.app_id) FROM ${keystoreApps} AS given
        WHERE given.keystore_id = keystores.id)`
        .mapWith((text: string): number[] => JSON.parse(text))
        .as("all_app_ids"),
    })
    .from(keystores);
}

/** Makes the view of a row that `selectKeystores` found. */
export function viewOf(
  { appIds }: Principal,
  { keystore, allAppIds }: Awaited<ReturnType<typeof selectKeystores>>[number],
): KeystoreView {
  const shown = allAppIds.filter((id) => appIds?.includes(id) ?? true);
  return {
    keystore,
    appIds: shown.toSorted((a, b) => a - b),
    hasOtherApps: shown.length < allAppIds.length,
  };
}

/** Returns the keystore with this id, if the principal can see it; otherwise null. */
export async function keystoreById(ctx: AccountCtx, id: number): Promise<KeystoreView | null> {
  const [row] = await selectKeystores(ctx).where(
    and(eq(keystores.id, id), visibleKeystores(ctx.principal)),
  );
  return row ? viewOf(ctx.principal, row) : null;
}

/** Returns the keystore with this id. Refuses `not_found`. */
export async function findKeystore(ctx: AccountCtx, id: number): Promise<KeystoreView> {
  return (await keystoreById(ctx, id)) ?? refuse({ code: "not_found", what: "keystore" });
}

/**
 * Returns a page of the keystores that the principal can see, newest first, in one round trip. Refuses `invalid`.
 */
export async function listKeystores(ctx: AccountCtx, query: unknown): Promise<Page<KeystoreView>> {
  const page = parse(PageQuery, query);
  const own = visibleKeystores(ctx.principal);
  const { limit, offset } = slice(page);
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ total: count() }).from(keystores).where(own),
    selectKeystores(ctx).where(own).orderBy(desc(keystores.id)).limit(limit).offset(offset),
  ]);
  return {
    rows: rows.map((row) => viewOf(ctx.principal, row)),
    page: page.page,
    total: totals[0]?.total ?? 0,
  };
}
