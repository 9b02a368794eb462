// Takes a file in: reads it, keeps its rows, and has them counted. Nothing of the app's subscribers changes until somebody
// says that the import may begin (start-import.ts).
import { and, count, eq, inArray, sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { imports, type ImportColumn, type PreviewRow } from "../../db/schema/index.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { nameOf } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { findImport, listImports, OPEN, isOpen, type Import } from "./find-import.ts";
import { deleteImportFiles, deleteRowsFile, FILES_KEPT_MS, rowsKey } from "./import-files.ts";
import { readCsv, type ReadRow } from "./parse-csv.ts";
import { tagsIn, understand } from "./row.ts";

/** Most imports of an account that are not over, so that one account's files keep no other's waiting. */
export const MAX_OPEN_OF_ACCOUNT = 3;
/** Most imports of an app; of those that are over, the oldest make room. */
export const MAX_IMPORTS = 50;
/** Rows that are shown before the import begins, and characters of each cell. */
const PREVIEW_ROWS = 5;
const PREVIEW_CELL = 40;
/** Longest name of a file that is kept, characters. */
const MAX_FILE_NAME = 200;
/** What can't be seen in a name, or turns what follows around. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}]/gu;

/**
 * Takes the file in and returns its import. Refuses `invalid` for a file that can't be read, and while another import of
 * the app is open.
 */
export async function createImport(
  ctx: AccountCtx,
  app: App,
  { name, bytes }: { name: string; bytes: Uint8Array },
): Promise<Import> {
  await refuseSecond(ctx, app);
  const read = readCsv(bytes, PREVIEW_ROWS);
  const uuid = crypto.randomUUID();
  const now = ctx.now();
  const made = await insertFrom(
    ctx.db,
    imports,
    {
      uuid,
      accountId: app.accountId,
      appId: app.id,
      state: "counting",
      fileName: [...name.replaceAll(UNSEEN, " ")].slice(0, MAX_FILE_NAME).join(""),
      encoding: read.encoding,
      delimiter: read.delimiter,
      columns: read.columns,
      preview: read.first.map((row) => previewOf(ctx, read.columns, row)),
      rows: read.rows,
      chunks: read.chunks,
      byName: nameOf(ctx.principal.by),
      createdAt: now,
      updatedAt: now,
      filesUntil: now + FILES_KEPT_MS,
    },
    sql`WHERE NOT EXISTS (SELECT 1 FROM ${imports} AS other WHERE other.app_id = ${app.id}
        AND other.state IN ('counting', 'ready', 'running'))
      AND (SELECT count(*) FROM ${imports} AS other WHERE other.account_id = ${app.accountId}
        AND other.state IN ('counting', 'ready', 'running')) < ${MAX_OPEN_OF_ACCOUNT}`,
  ).returning({ id: imports.id });
  const [row] = made;
  if (!row) return refuse(invalidField(["file"], "must wait until the import before it is over"));
  // After the row, which the cron finds where this request ends too early: no file is without one.
  await ctx.files.put(rowsKey({ appId: app.id, uuid }), read.file);
  const kept = await findImport(ctx, app, uuid).catch(async (error: unknown) => {
    // The app was deleted with its files, perhaps before this one was there.
    if (error instanceof RefusalError) await deleteRowsFile(ctx, { appId: app.id, uuid });
    throw error;
  });
  await ctx.importJob(row.id).wake(row.id);
  ctx.defer(makeRoom(ctx, app));
  return kept;
}

/** Refuses the file before it is read, if it would have to wait. */
async function refuseSecond(ctx: AccountCtx, app: App): Promise<void> {
  const isOpenRow = inArray(imports.state, [...OPEN]);
  const open = await ctx.db
    .select({ ofApp: count(sql`iif(${imports.appId} = ${app.id}, 1, NULL)`), all: count() })
    .from(imports)
    .where(and(eq(imports.accountId, ctx.principal.accountId), isOpenRow));
  const [{ ofApp, all } = { ofApp: 0, all: 0 }] = open;
  if (ofApp > 0) refuse(invalidField(["file"], "must wait until the app's other import is over"));
  if (all >= MAX_OPEN_OF_ACCOUNT) {
    const message = `must wait: the account has ${MAX_OPEN_OF_ACCOUNT} imports that are not over`;
    refuse(invalidField(["file"], message));
  }
}

/** Deletes the oldest imports of an app that has more than it may. */
async function makeRoom(ctx: AccountCtx, app: App): Promise<void> {
  const all = await listImports(ctx, app);
  for (const old of all.slice(MAX_IMPORTS).filter((each) => !isOpen(each))) {
    await deleteImportFiles(ctx, old);
    await ctx.db.delete(imports).where(eq(imports.id, old.id));
  }
}

/** A row as it is shown before the import begins. */
function previewOf(ctx: AccountCtx, columns: readonly ImportColumn[], row: ReadRow): PreviewRow {
  const understood = understand(ctx, columns, row);
  const problem =
    understood.kind === "invalid"
      ? understood.problems.map(({ field, says }) => (field ? `${field} ${says}` : says)).join("; ")
      : null;
  return { row: row.row, problem, cells: shownOf(columns, row) };
}

function shownOf(columns: readonly ImportColumn[], { cells }: ReadRow): string[] {
  return columns.flatMap(({ field }, at) => {
    if (field === null) return [];
    const cell = (cells[at] ?? "").trim();
    const text = field === "tags" ? tagsIn(cell).join(", ") : cell;
    const letters = Array.from(text.slice(0, PREVIEW_CELL * 2));
    return [letters.length > PREVIEW_CELL ? `${letters.slice(0, PREVIEW_CELL).join("")}…` : text];
  });
}
