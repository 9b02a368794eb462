// Reads a chunk of an import, and finds out what each of its rows would do: make a subscriber, change one, or nothing, since
// it is not right.
import type { Ctx } from "../context.ts";
import {
  knownAddresses,
  namedSubscribers,
  type KnownChange,
  type Named,
} from "../subscribers/change-known.ts";
import { distinctOf } from "../subscribers/import-subscribers.ts";
import { addressText } from "../subscribers/subscriber-input.ts";
import type { Registration } from "../subscribers/upsert.ts";
import type { Import } from "./find-import.ts";
import { rowsKey } from "./import-files.ts";
import { rowsOf, type ReadRow } from "./parse-csv.ts";
import { understand, type NamedChange, type Problem, type Understood } from "./row.ts";

export interface InvalidRow {
  row: ReadRow;
  problems: readonly Problem[];
}

export interface CheckedChunk {
  registrations: Registration[];
  changes: KnownChange[];
  /** Rows that would make a subscriber, and rows that would change one. */
  news: number;
  known: number;
  invalid: InvalidRow[];
}

/** Reads and checks the chunk at the cursor; null if its file is gone. */
export async function readChunk(ctx: Ctx, of: Import): Promise<CheckedChunk | null> {
  const [offset, length] = of.chunks[of.cursor] ?? [0, 0];
  const file = await ctx.files.get(rowsKey(of), { range: { offset, length } });
  if (!file) return null;
  const rows = rowsOf(await file.text());
  return checkRows(
    ctx,
    of,
    rows.map((row) => ({ row, ...understand(ctx, of.columns, row) })),
  );
}

type Row = Understood & { row: ReadRow };

async function checkRows(ctx: Ctx, of: Import, rows: readonly Row[]): Promise<CheckedChunk> {
  const byAddress = rows.filter((row) => row.kind === "address");
  const byId = rows.filter((row) => row.kind === "id");
  const tokens = [...new Set(byAddress.map(({ registration }) => registration.address.token))];
  const app = { id: of.appId, accountId: of.accountId };
  const ids = [...new Set(byId.map(({ change }) => change.id))];
  const [found, named] = await ctx.db.batch([
    knownAddresses(ctx, of.appId, tokens),
    namedSubscribers(ctx, app, ids),
  ]);
  const known = new Set(found.map(({ token }) => token));
  const subscribers = new Map(named.map((each) => [each.uuid, each]));
  const made: CheckedChunk = { registrations: [], changes: [], news: 0, known: 0, invalid: [] };
  for (const row of rows) {
    if (row.kind === "invalid") made.invalid.push({ row: row.row, problems: row.problems });
    else if (row.kind === "address") {
      const { token } = row.registration.address;
      if (known.has(token) || row.row.isRepeat) made.known += 1;
      else made.news += 1;
      // What the first of several rows makes, the next ones change.
      known.add(token);
    } else {
      const problem = problemWith(row.change, subscribers.get(row.change.id));
      if (problem) made.invalid.push({ row: row.row, problems: [problem] });
      else {
        made.changes.push({ id: row.change.id, facts: row.change.facts });
        made.known += 1;
      }
    }
  }
  made.registrations = [...distinctOf(byAddress.map(({ registration }) => registration)).values()];
  return made;
}

/** What is wrong with a row that names a subscriber by its id. It changes what is known, and no address. */
function problemWith(
  { platform, provider, address }: NamedChange,
  known: Named | undefined,
): Problem | null {
  if (!known) return { field: "id", says: "must be that of a subscriber of this app" };
  for (const [field, given] of Object.entries({ platform, provider })) {
    const is = known[field as "platform" | "provider"];
    if (given !== undefined && given !== is) {
      return {
        field: field as "platform" | "provider",
        says: `must be ${is}: an import does not change it`,
      };
    }
  }
  if (address === undefined || known.provider === "inbox") return null;
  const text = addressText(known.provider, address, true);
  if (text !== null && (text === known.token || text === known.lostToken)) return null;
  const field = known.provider === "webpush" ? "endpoint" : "token";
  return {
    field,
    says: "must be the one that the subscriber has, or empty: an import does not change it",
  };
}
