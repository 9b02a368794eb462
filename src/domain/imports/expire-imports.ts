// What the cron does with imports: wakes those whose alarm was lost, ends those that nobody went on with, and deletes files
// and rows whose time is over.
import { and, eq, isNotNull, lt, lte, sql } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { imports } from "../../db/schema/index.ts";
import { DAY_MS, MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { isOpen, type Import } from "./find-import.ts";
import { deleteImportFiles } from "./import-files.ts";

/** An import that has not gone on for so long has lost its alarm, ms: a step takes about a second. */
const SUSPECT_AFTER_MS = MINUTE_MS;
/** Most imports of one run, for each thing that is done with them. */
const AT_ONCE = 50;
/** How long the row of an import is kept, ms. */
const KEPT_MS = 30 * DAY_MS;
/** Bounds of the deletion of rows. */
const BOUNDS = { rows: 1000, statements: 5 };

/** Wakes imports that stand still. */
export async function recoverImports(ctx: Ctx): Promise<void> {
  // Written as in the index `imports_moving`.
  const lost = await ctx.db
    .select({ id: imports.id })
    .from(imports)
    .where(
      and(
        sql`state IN ('counting', 'running')`,
        lt(imports.updatedAt, ctx.now() - SUSPECT_AFTER_MS),
      ),
    )
    .limit(AT_ONCE);
  for (const { id } of lost) {
    try {
      await ctx.importJob(id).wake(id);
    } catch (error) {
      ctx.log.error("import_not_recovered", error, { import: id });
    }
  }
}

/**
 * Ends imports that are open for too long, and deletes files whose time is over. One that somebody has begun since it was
 * found goes on, with its files.
 */
export async function expireImports(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const over = await ctx.db
    .select()
    .from(imports)
    .where(and(isNotNull(imports.filesUntil), lte(imports.filesUntil, now)))
    .limit(AT_ONCE);
  for (const each of over) {
    if (isOpen(each) && !(await isEnded(ctx, each))) continue;
    await deleteImportFiles(ctx, each);
    // One that has just ended has no rows to show either.
    await ctx.db
      .update(imports)
      .set({ filesUntil: null })
      .where(and(eq(imports.id, each.id), lte(imports.filesUntil, now)));
  }
  const old = lt(imports.createdAt, now - KEPT_MS);
  const where = and(old, sql`files_until IS NULL`);
  await deleteInParts(ctx.db, imports, { key: imports.id, where }, BOUNDS);
}

/** Ends an import that is as it was found, and says whether it did. Its files stay due. */
async function isEnded(ctx: Ctx, { id, state, filesUntil }: Import): Promise<boolean> {
  const now = ctx.now();
  const how =
    state === "ready"
      ? ({ state: "cancelled" } as const)
      : ({ state: "failed", failure: "timed_out" } as const);
  const ended = await ctx.db
    .update(imports)
    .set({ ...how, preview: [], endedAt: now, updatedAt: now })
    .where(
      and(
        eq(imports.id, id),
        eq(imports.state, state),
        sql`${imports.filesUntil} IS ${filesUntil}`,
      ),
    )
    .returning({ id: imports.id });
  return ended.length > 0;
}
