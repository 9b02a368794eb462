// The files of an import: its rows, and for each chunk the rows that are refused. They are below the app's, with which they
// go at the latest.
import type { Import } from "./find-import.ts";
import type { Ctx } from "../context.ts";
import { DAY_MS } from "../../kit/time.ts";

/** How long the list of refused rows can be had after the end, ms; how long an import waits to be begun, and takes. */
export const FILES_KEPT_MS = DAY_MS;
/** Objects listed, and deleted, by one call: more than an import can have. */
const LIST_AT_ONCE = 1000;
/** Digits of a chunk's number, so that its files sort as the chunks do. */
const DIGITS = 6;

/** What an import has once it is cancelled at `now`. */
export const cancelledAt = (now: number) =>
  ({
    state: "cancelled",
    preview: [],
    endedAt: now,
    updatedAt: now,
    filesUntil: now + FILES_KEPT_MS,
  }) as const satisfies Partial<Import>;

type Of = Pick<Import, "appId" | "uuid">;

const folderOf = ({ appId, uuid }: Of) => `apps/${appId}/imports/${uuid}/`;

export const rowsKey = (of: Of) => `${folderOf(of)}rows.jsonl`;

export const errorsKey = (of: Of, chunk: number) =>
  `${folderOf(of)}errors/${String(chunk).padStart(DIGITS, "0")}.csv`;

/**
 * The keys of the lists of refused rows, in the order of the rows: before the import begins of all of them, then of those
 * that it came to.
 */
export async function errorsKeys(ctx: Ctx, of: Import): Promise<string[]> {
  const isBegun = of.state !== "counting" && of.state !== "ready";
  const end = isBegun ? errorsKey(of, of.cursor) : null;
  const prefix = `${folderOf(of)}errors/`;
  const { objects } = await ctx.files.list({ prefix, limit: LIST_AT_ONCE });
  return objects.map(({ key }) => key).filter((key) => end === null || key < end);
}

/** Deletes the rows of an import that has ended. */
export async function deleteRowsFile(ctx: Ctx, of: Of): Promise<void> {
  await ctx.files.delete(rowsKey(of));
}

/** Deletes all files of an import. */
export async function deleteImportFiles(ctx: Ctx, of: Of): Promise<void> {
  const { objects } = await ctx.files.list({ prefix: folderOf(of), limit: LIST_AT_ONCE });
  if (objects.length > 0) await ctx.files.delete(objects.map(({ key }) => key));
}
