// Finds an account's keystores, and the apps that they are for.
import { and, count, desc, eq, sql, type SQL } from "drizzle-orm";
import { apps, keystoreApps, keystores } from "../../db/schema/index.ts";
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
  /** Whether it is, or before their deletion was, also for apps that the principal can't see. */
  hasOtherApps: boolean;
}

/** The query for keystores with all their apps and those of them that still exist, without its condition. */
export function selectKeystores(ctx: AccountCtx) {
  // Column names are written in full, since drizzle leaves out the tables' names here.
  const given = sql`${keystoreApps} AS given WHERE given.keystore_id = keystores.id`;
  const idsOf = (from: SQL) =>
    sql<number[]>`(SELECT json_group_array(given.app_id) FROM ${from})`.mapWith(
      (text: string): number[] => JSON.parse(text),
    );
  const existing = sql`${given} AND given.app_id IN (SELECT ${apps.id} FROM ${apps})`;
  return ctx.db
    .select({
      keystore: keystores,
      allAppIds: idsOf(given).as("all_app_ids"),
      existingAppIds: idsOf(existing).as("existing_app_ids"),
    })
    .from(keystores);
}

/** Makes the view of a row that `selectKeystores` found. */
export function viewOf(
  { appIds }: Principal,
  { keystore, allAppIds, existingAppIds }: Awaited<ReturnType<typeof selectKeystores>>[number],
): KeystoreView {
  const isVisible = (id: number) => appIds?.includes(id) ?? true;
  return {
    keystore,
    appIds: existingAppIds.filter(isVisible).toSorted((a, b) => a - b),
    hasOtherApps: !allAppIds.every(isVisible),
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
