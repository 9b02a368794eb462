// Begins an import whose rows were counted, or cancels one.
import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { imports } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { findImport, itself, OPEN, type Import } from "./find-import.ts";
import { cancelledAt, deleteImportFiles, deleteRowsFile, FILES_KEPT_MS } from "./import-files.ts";

const StartImport = z.strictObject({
  /** That the columns are left out that mean nothing here. */
  leave_out: z.boolean(),
});

/**
 * Begins the import. May be repeated. Refuses `invalid` while it is not said that unknown columns are left out, and
 * `changed_meanwhile` when it is not ready, or not any more.
 */
export async function startImport(
  ctx: AccountCtx,
  app: App,
  uuid: string,
  input: unknown,
): Promise<Import> {
  const found = await findImport(ctx, app, uuid);
  const wanted = parse(StartImport, input);
  if (!wanted.leave_out && found.columns.some(({ field }) => field === null)) {
    refuse(invalidField(["leave_out"], "must be ticked: these columns can't be imported"));
  }
  if (isBegun(found)) return found;
  const now = ctx.now();
  const begun = await audited(
    ctx,
    ctx.db
      .update(imports)
      .set({ state: "running", cursor: 0, updatedAt: now, filesUntil: now + FILES_KEPT_MS })
      .where(and(itself(ctx, app, uuid), eq(imports.state, "ready")))
      .returning(),
    {
      did: "subscriber.import",
      id: uuid,
      name: app.name,
      facts: { app: app.id, rows: found.rows },
    },
  );
  const [row] = begun;
  if (!row) {
    const present = await findImport(ctx, app, uuid);
    return isBegun(present) ? present : refuse({ code: "changed_meanwhile" });
  }
  await ctx.importJob(row.id).wake(row.id);
  return row;
}

const isBegun = ({ state }: Import) => state === "running" || state === "done";

/**
 * Cancels the import: what it did stays. The chunk that is being written ends. Refuses `changed_meanwhile` when it is
 * over.
 */
export async function cancelImport(ctx: AccountCtx, app: App, uuid: string): Promise<Import> {
  const before = await findImport(ctx, app, uuid);
  const [row] = await ctx.db
    .update(imports)
    .set(cancelledAt(ctx.now()))
    .where(and(itself(ctx, app, uuid), inArray(imports.state, [...OPEN])))
    .returning();
  if (!row) return before.state === "cancelled" ? before : refuse({ code: "changed_meanwhile" });
  // One that had not begun leaves nothing to look at.
  ctx.defer(isBegun(before) ? deleteRowsFile(ctx, row) : deleteImportFiles(ctx, row));
  return row;
}
