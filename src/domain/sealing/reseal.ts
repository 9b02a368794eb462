// Seals values again that an older key sealed, so that this key can be taken out of SEALING_KEYS. Operators call it part by
// part: all tables are walked by a unique column, and each answer says where the next part begins. It may be called at any
// time and as often as one likes: what is sealed by the newest key already is only counted, and a value that was changed
// meanwhile stays as it was changed.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { open, seal, sealedBy, SealError } from "../../kit/seal.ts";
import type { Ctx } from "../context.ts";
import { SEALED_TABLES, type SealedRow, type SealedTable } from "./sealed-tables.ts";

/**
 * Most pages of one call. It ends with the first in which something was sealed again, so a call makes at most 30 queries:
 * a free plan allows 50.
 */
const PAGES = 10;
/** Most characters of what one statement writes: D1 takes 2 MB in a parameter. Half a megabyte fits beside any one value. */
const STATEMENT_CHARACTERS = 500_000;
/** Longest cursor, characters: a table's name and a hash in hex. */
const MAX_CURSOR = 200;

export const Reseal = z.strictObject({
  cursor: z.string().min(1).max(MAX_CURSOR).nullish().meta({
    description: "The `next_cursor` of the answer before. Left out or null: from the beginning.",
    example: "webhooks:120",
  }),
});

/** How many values of a table a key seals. */
export interface Sealing {
  table: string;
  keyId: string;
  values: number;
}

/** A value that could not be opened, and is left as it is; `keyId` is null for a text that is no sealed value at all. */
export interface Unreadable {
  table: string;
  column: string;
  /** The row's value in the column by which its table is walked. */
  row: string;
  keyId: string | null;
}

export interface Resealed {
  /** The ids of the keys in SEALING_KEYS, the newest first. */
  keyIds: string[];
  /** By which keys the values of this part are sealed now. */
  sealings: Sealing[];
  /** How many were sealed again, and how many were not, since somebody changed them meanwhile. */
  resealed: number;
  changedMeanwhile: number;
  unreadable: Unreadable[];
  /** Where the next part begins; null after the last one. */
  next: string | null;
}

interface Place {
  /** The index of the table in SEALED_TABLES. */
  at: number;
  after: string | number | null;
}

/** Another text for a value. */
interface Change {
  key: string | number;
  from: string;
  to: string;
}

/** Seals what older keys sealed in the next part of the tables with the newest one. Refuses `invalid`. */
export async function reseal(ctx: Ctx, input: unknown): Promise<Resealed> {
  const { cursor } = parse(Reseal, input);
  let place: Place | null = placeOf(cursor ?? null);
  const part = new Part([...ctx.sealingKeys.keys.keys()]);
  for (let pages = 0; place !== null && pages < PAGES && part.resealed === 0; pages += 1) {
    place = await resealPage(ctx, place, part);
  }
  return { ...part.told, next: place && cursorOf(place) };
}

/** Seals one page, and returns the place behind it. */
async function resealPage(ctx: Ctx, { at, after }: Place, part: Part): Promise<Place | null> {
  const table = SEALED_TABLES[at];
  if (!table) return null;
  const rows = await table.page(ctx, after);
  for (const { name } of table.sealed) {
    const changes = await changesOf(ctx, table, name, rows, part);
    for (const some of inStatements(changes)) {
      const done = await replace(ctx, table, name, some);
      part.count(table, ctx.sealingKeys.current, done);
      part.resealed += done;
      part.changedMeanwhile += some.length - done;
    }
  }
  const last = rows.at(-1);
  if (last && rows.length === table.rows) return { at, after: last.key };
  return at + 1 < SEALED_TABLES.length ? { at: at + 1, after: null } : null;
}

/** Returns what is to be written into a column, and counts what stays as it is. */
async function changesOf(
  ctx: Ctx,
  table: SealedTable,
  column: string,
  rows: readonly SealedRow[],
  part: Part,
): Promise<Change[]> {
  const { sealingKeys } = ctx;
  const changes: Change[] = [];
  for (const { key, values, boundTo } of rows) {
    const from = values[column] ?? null;
    if (from === null) continue;
    const keyId = sealedBy(from);
    if (keyId === sealingKeys.current) {
      part.count(table, keyId, 1);
      continue;
    }
    try {
      const to = await seal(sealingKeys, await open(sealingKeys, from, boundTo), boundTo);
      changes.push({ key, from, to });
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      if (keyId !== null) part.count(table, keyId, 1);
      part.unreadable.push({ table: table.name, column, row: String(key), keyId });
    }
  }
  return changes;
}

/** Writes the changes of those values that are still the same; returns how many were. */
async function replace(
  ctx: Ctx,
  { name, key }: SealedTable,
  column: string,
  changes: readonly Change[],
): Promise<number> {
  const [table, by, sealed] = [name, key.name, column].map((each) => sql.identifier(each));
  const done = await ctx.db.all(sql`UPDATE ${table} SET ${sealed} = change.value ->> 'to'
    FROM json_each(${JSON.stringify(changes)}) AS change
    WHERE ${table}.${by} = change.value ->> 'key' AND ${table}.${sealed} = change.value ->> 'from'
    RETURNING 1`);
  return done.length;
}

function* inStatements(changes: readonly Change[]): Generator<Change[]> {
  let some: Change[] = [];
  let characters = 0;
  for (const change of changes) {
    const more = change.from.length + change.to.length;
    if (some.length > 0 && characters + more > STATEMENT_CHARACTERS) {
      yield some;
      some = [];
      characters = 0;
    }
    some.push(change);
    characters += more;
  }
  if (some.length > 0) yield some;
}

/** What a call has done so far. */
class Part {
  readonly #keyIds: string[];
  readonly #sealings = new Map<string, Sealing>();
  readonly unreadable: Unreadable[] = [];
  resealed = 0;
  changedMeanwhile = 0;

  constructor(keyIds: string[]) {
    this.#keyIds = keyIds;
  }

  /** Counts values of a table that a key seals now. */
  count({ name: table }: SealedTable, keyId: string, values: number): void {
    const key = `${table} ${keyId}`;
    const before = this.#sealings.get(key)?.values ?? 0;
    if (before + values > 0) this.#sealings.set(key, { table, keyId, values: before + values });
  }

  get told(): Omit<Resealed, "next"> {
    const { resealed, changedMeanwhile, unreadable } = this;
    const sealings = [...this.#sealings.values()];
    return { keyIds: this.#keyIds, sealings, resealed, changedMeanwhile, unreadable };
  }
}

function cursorOf({ at, after }: Place): string {
  return `${SEALED_TABLES[at]?.name}:${after ?? ""}`;
}

function placeOf(cursor: string | null): Place {
  if (cursor === null) return { at: 0, after: null };
  const [name, after = "", ...rest] = cursor.split(":");
  const at = SEALED_TABLES.findIndex((table) => table.name === name);
  const table = SEALED_TABLES[at];
  const isNumber = table?.key.dataType === "number";
  const isKey = after === "" || (isNumber ? /^\d{1,15}$/ : /^[0-9a-f]{64}$/).test(after);
  if (!table || rest.length > 0 || !cursor.includes(":") || !isKey) {
    return refuse(invalidField(["cursor"], "must be one that an answer gave"));
  }
  if (after === "") return { at, after: null };
  return { at, after: isNumber ? Number(after) : after };
}
