// One step of an import, for its object: a chunk is counted, or written. A chunk's rows and how far the import is are
// written in one transaction, so that a step that ends in the middle is repeated whole, and one that is repeated changes
// nothing twice.
import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { imports, subscribers } from "../../db/schema/index.ts";
import { RefusalError } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { changeKnown } from "../subscribers/change-known.ts";
import { upsertSubscribers } from "../subscribers/upsert.ts";
import { readChunk, type CheckedChunk } from "./check-chunk.ts";
import { keepErrors } from "./errors-file.ts";
import type { Import } from "./find-import.ts";
import { deleteImportFiles, deleteRowsFile, FILES_KEPT_MS } from "./import-files.ts";

/** Does the next step of the import. Returns whether there is another. */
export async function stepImport(ctx: Ctx, importId: number): Promise<boolean> {
  const found = await importBy(ctx, importId);
  if (found?.state !== "counting" && found?.state !== "running") return false;
  if (found.cursor >= found.chunks.length) return endPhase(ctx, found);
  const chunk = await readChunk(ctx, found);
  if (chunk === null) return failImport(ctx, found, "file_lost");
  await keepErrors(ctx, found, chunk);
  try {
    await (found.state === "counting"
      ? countChunk(ctx, found, chunk)
      : writeChunk(ctx, found, chunk));
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    // The app has no room for more, or is being deleted, and the import with it.
    if (error.refusal.code !== "not_found") return failImport(ctx, found, "no_room");
    await deleteLateList(ctx, found, chunk);
    return false;
  }
  if (await deleteLateList(ctx, found, chunk)) return false;
  if (found.cursor + 1 < found.chunks.length) return true;
  return endPhase(ctx, { ...found, cursor: found.cursor + 1 });
}

/**
 * Deletes the list of the chunk's refused rows where the import was deleted, with the files that it had, before this one was
 * there. Returns whether it was.
 */
async function deleteLateList(ctx: Ctx, of: Import, { invalid }: CheckedChunk): Promise<boolean> {
  if (invalid.length === 0 || (await importBy(ctx, of.id))) return false;
  await deleteImportFiles(ctx, of);
  return true;
}

async function importBy(ctx: Ctx, importId: number): Promise<Import | undefined> {
  const [found] = await ctx.db.select().from(imports).where(eq(imports.id, importId));
  return found;
}

/** Ends an import that can't go on: what it did stays. Returns false. */
async function failImport(
  ctx: Ctx,
  of: Import,
  failure: NonNullable<Import["failure"]>,
): Promise<false> {
  await end(ctx, of, { state: "failed", failure });
  return false;
}

/** After the last chunk. Returns false: the object has nothing to do until somebody begins the import. */
async function endPhase(ctx: Ctx, of: Import): Promise<false> {
  if (of.state === "running") {
    await end(ctx, of, { state: "done" });
    return false;
  }
  await ctx.db
    .update(imports)
    .set({ state: "ready", updatedAt: ctx.now() })
    .where(
      and(eq(imports.id, of.id), eq(imports.state, "counting"), eq(imports.cursor, of.cursor)),
    );
  return false;
}

async function end(
  ctx: Ctx,
  of: Import,
  ended: Pick<Import, "state"> & { failure?: Import["failure"] },
): Promise<void> {
  const now = ctx.now();
  await ctx.db
    .update(imports)
    .set({ ...ended, preview: [], endedAt: now, updatedAt: now, filesUntil: now + FILES_KEPT_MS })
    .where(and(eq(imports.id, of.id), eq(imports.state, of.state)));
  await deleteRowsFile(ctx, of);
}

/** Notes what a chunk would do. */
async function countChunk(
  ctx: Ctx,
  of: Import,
  { news, known, invalid }: CheckedChunk,
): Promise<void> {
  await goneOn(ctx, of, ["counting"], {
    newRows: sql`${imports.newRows} + ${news}`,
    knownRows: sql`${imports.knownRows} + ${known}`,
    invalidRows: sql`${imports.invalidRows} + ${invalid.length}`,
  });
}

/** Writes a chunk. One that was cancelled meanwhile, or ended with its account's suspension, says what this chunk did. */
async function writeChunk(ctx: Ctx, of: Import, chunk: CheckedChunk): Promise<void> {
  const { registrations, changes, invalid } = chunk;
  const app = { id: of.appId, accountId: of.accountId };
  const noted = (minted: readonly string[]): [BatchItem<"sqlite">, ...BatchItem<"sqlite">[]] => {
    const made = sql`(SELECT count(*) FROM ${subscribers} AS made
      WHERE made.uuid IN (SELECT value FROM json_each(${JSON.stringify(minted)})))`;
    return [
      // An id that several rows name is changed by each, in their order.
      ...rounds(changes).map((round) => changeKnown(ctx, app, round)),
      goneOn(ctx, of, ["running", "cancelled", "failed"], {
        created: sql`${imports.created} + ${made}`,
        changed: sql`${imports.changed} + ${chunk.news + chunk.known} - ${made}`,
        refused: sql`${imports.refused} + ${invalid.length}`,
      }),
    ] as unknown as [BatchItem<"sqlite">];
  };
  if (registrations.length === 0) await ctx.db.batch(noted([]));
  else await upsertSubscribers(ctx, app, registrations, "list", noted);
}

/** The statement that notes that the chunk at the cursor is done, once. */
function goneOn(
  ctx: Ctx,
  of: Import,
  states: readonly Import["state"][],
  counts: Record<string, SQL>,
) {
  return ctx.db
    .update(imports)
    .set({ ...counts, cursor: of.cursor + 1, updatedAt: ctx.now() })
    .where(
      and(
        eq(imports.id, of.id),
        inArray(imports.state, [...states]),
        eq(imports.cursor, of.cursor),
      ),
    );
}

/** Divides changes so that none of the parts has two of the same subscriber. */
function rounds<Change extends { id: string }>(changes: readonly Change[]): Change[][] {
  const parts: Map<string, Change>[] = [];
  for (const change of changes) {
    const free = parts.find((part) => !part.has(change.id));
    if (free) free.set(change.id, change);
    else parts.push(new Map([[change.id, change]]));
  }
  return parts.map((part) => [...part.values()]);
}
