// Imports, found by their UUIDs among those of an app of the account.
import { and, desc, eq } from "drizzle-orm";
import { imports } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";

export type Import = typeof imports.$inferSelect;

/** The states of an import that is not over. */
export const OPEN = ["counting", "ready", "running"] as const;

export const isOpen = ({ state }: Pick<Import, "state">): boolean =>
  (OPEN as readonly string[]).includes(state);

/** The condition on `imports` that holds for this one. */
export function itself(ctx: AccountCtx, app: App, uuid: string) {
  return and(
    eq(imports.uuid, uuid),
    eq(imports.appId, app.id),
    eq(imports.accountId, ctx.principal.accountId),
  );
}

/** Returns the import. Refuses `not_found`. */
export async function findImport(ctx: AccountCtx, app: App, uuid: string): Promise<Import> {
  const [found] = await ctx.db
    .select()
    .from(imports)
    .where(itself(ctx, app, uuid));
  return found ?? refuse({ code: "not_found", what: "import" });
}

/** Returns the app's imports of the last 30 days, the newest first. There are never many (create-import.ts). */
export async function listImports(ctx: AccountCtx, app: App): Promise<Import[]> {
  return ctx.db
    .select()
    .from(imports)
    .where(and(eq(imports.appId, app.id), eq(imports.accountId, ctx.principal.accountId)))
    .orderBy(desc(imports.id));
}

/** How many rows the chunks before this one have. */
export function rowsBefore({ chunks, cursor }: Pick<Import, "chunks" | "cursor">): number {
  return chunks.slice(0, cursor).reduce((sum, [, , rows]) => sum + rows, 0);
}
