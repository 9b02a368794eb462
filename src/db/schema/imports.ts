// Imports: files of subscribers that somebody uploaded, and how far each is (domain/imports).
import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { accounts } from "./accounts.ts";
import { apps } from "./apps.ts";

/** An import. Its rows, read and in a form of their own, are one file; `chunks` says where in it each part is. */
export const imports = sqliteTable(
  "imports",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    uuid: text("uuid").notNull().unique(),
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    appId: integer("app_id")
      .notNull()
      .references(() => apps.id),
    /**
     * `counting`: the rows are checked, nothing is changed. `ready`: somebody has to say that it may begin. The last three
     * are ends.
     */
    state: text("state", {
      enum: ["counting", "ready", "running", "done", "cancelled", "failed"],
    }).notNull(),
    /** What the file was called, shortened. */
    fileName: text("file_name").notNull(),
    /** How the file was written: `utf-8`, `utf-16le`, `utf-16be` or `windows-1252`. */
    encoding: text("encoding").notNull(),
    /** What is between the cells of a row. */
    delimiter: text("delimiter").notNull(),
    /** The columns of the file, in its order. */
    columns: text("columns", { mode: "json" }).$type<readonly ImportColumn[]>().notNull(),
    /** The first rows as they were understood; empty once the import has ended, since it is about people. */
    preview: text("preview", { mode: "json" }).$type<readonly PreviewRow[]>().notNull(),
    /** How many rows the file has, without the headers and empty ones. */
    rows: integer("rows").notNull(),
    chunks: text("chunks", { mode: "json" }).$type<readonly Chunk[]>().notNull(),
    /** The chunk that comes next, of counting or running. */
    cursor: integer("cursor").notNull().default(0),
    /** What counting found: rows that would make a subscriber, that would change one, and that are refused. */
    newRows: integer("new_rows").notNull().default(0),
    knownRows: integer("known_rows").notNull().default(0),
    invalidRows: integer("invalid_rows").notNull().default(0),
    /** What was done: subscribers made, rows that changed one, and rows that were refused. */
    created: integer("created").notNull().default(0),
    changed: integer("changed").notNull().default(0),
    refused: integer("refused").notNull().default(0),
    /** Why it failed; null unless it did. */
    failure: text("failure", { enum: ["no_room", "file_lost", "timed_out", "suspended"] }),
    /** Who uploaded it, as they were called then. */
    byName: text("by_name").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    endedAt: integer("ended_at"),
    /** When its files are deleted, ms; null once they are. */
    filesUntil: integer("files_until"),
  },
  (table) => [
    index("imports_app").on(table.appId, table.id),
    index("imports_open")
      .on(table.accountId)
      .where(sql`state IN ('counting', 'ready', 'running')`),
    index("imports_moving")
      .on(table.updatedAt)
      .where(sql`state IN ('counting', 'running')`),
    index("imports_files")
      .on(table.filesUntil)
      .where(sql`files_until IS NOT NULL`),
    index("imports_created").on(table.createdAt),
  ],
);

export interface ImportColumn {
  /** What the file calls it. */
  header: string;
  /** What it means (domain/imports/columns.ts); null for a column that is left out. */
  field: string | null;
}

export interface PreviewRow {
  /** Its number, as a spreadsheet counts: the headers are row 1. */
  row: number;
  /** What is shown of the known columns, in their order. */
  cells: readonly string[];
  /** What is wrong with it; null for nothing. */
  problem: string | null;
}

/** A part of the file of rows: where it begins and how long it is, bytes; and how many rows it has. */
export type Chunk = readonly [offset: number, bytes: number, rows: number];
