// What the cron does with imports: wakes those whose alarm was lost, ends those that nobody went on with, and deletes files
// and rows whose time is over.
import { and, eq, inArray, isNotNull, lt, lte, sql } from "drizzle-orm";
import { deleteInParts } from "../../db/delete-in-parts.ts";
import { imports } from "../../db/schema/index.ts";
import { DAY_MS, MINUTE_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { OPEN } from "./find-import.ts";
import { cancelledAt, deleteImportFiles } from "./import-files.ts";
import { failImport } from "./step-import.ts";

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

/** Ends imports that are open for too long, and deletes files whose time is over. */
export async function expireImports(ctx: Ctx): Promise<void> {
  const now = ctx.now();
  const over = await ctx.db
    .select()
    .from(imports)
    .where(and(isNotNull(imports.filesUntil), lte(imports.filesUntil, now)))
    .limit(AT_ONCE);
  for (const each of over) {
    if (each.state === "ready") await cancelWaiting(ctx, each.id);
    else if ((OPEN as readonly string[]).includes(each.state))
      await failImport(ctx, each, "timed_out");
    await deleteImportFiles(ctx, each);
    // One that has just ended has no rows to show either.
    await ctx.db
      .update(imports)
      .set({ filesUntil: null })
      .where(and(eq(imports.id, each.id), sql`state NOT IN ('counting', 'ready', 'running')`));
  }
  const old = lt(imports.createdAt, now - KEPT_MS);
  const where = and(old, sql`files_until IS NULL`);
  await deleteInParts(ctx.db, imports, { key: imports.id, where }, BOUNDS);
}

async function cancelWaiting(ctx: Ctx, id: number): Promise<void> {
  await ctx.db
    .update(imports)
    .set(cancelledAt(ctx.now()))
    .where(and(eq(imports.id, id), inArray(imports.state, ["ready"])));
}
