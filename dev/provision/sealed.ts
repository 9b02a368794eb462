// Asks a Worker what its sealing keys seal, by the operation that seals values again: it moves to the newest key what an older
// one sealed, which does no harm at any time, and tells what it found.
import { z } from "zod";
import type { Api } from "../api.ts";

const PATH = "/api/v1/admin/sealing-keys/reseal";

const Part = z.object({
  data: z.object({
    key_ids: z.array(z.string()),
    resealed: z.int(),
    changed_meanwhile: z.int(),
    sealed_by: z.array(z.object({ table: z.string(), key_id: z.string(), values: z.int() })),
    unreadable: z.array(
      z.object({
        table: z.string(),
        column: z.string(),
        row: z.string(),
        key_id: z.string().nullable(),
      }),
    ),
    next_cursor: z.string().nullable(),
  }),
});

/** What a walk over all tables found and did. */
export interface Walk {
  /** The ids of the Worker's keys, the newest first. */
  keyIds: string[];
  resealed: number;
  changedMeanwhile: number;
  /** How many values each key seals now, by table, and by key. */
  tables: Map<string, number>;
  keys: Map<string, number>;
  unreadable: z.infer<typeof Part>["data"]["unreadable"];
}

function add(to: Map<string, number>, name: string, values: number): void {
  to.set(name, (to.get(name) ?? 0) + values);
}

/** Walks over all tables, part by part. */
export async function walk(api: Api): Promise<Walk> {
  const found: Walk = {
    keyIds: [],
    resealed: 0,
    changedMeanwhile: 0,
    tables: new Map(),
    keys: new Map(),
    unreadable: [],
  };
  for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null;) {
    const { data }: z.infer<typeof Part> = await api.post(PATH, { cursor }, Part);
    found.keyIds = data.key_ids;
    found.resealed += data.resealed;
    found.changedMeanwhile += data.changed_meanwhile;
    found.unreadable.push(...data.unreadable);
    for (const { table, key_id: key, values } of data.sealed_by) {
      add(found.tables, table, values);
      add(found.keys, key, values);
    }
    cursor = data.next_cursor;
    isFirst = false;
  }
  return found;
}

/** The ids of the Worker's keys, the newest first, as its first part tells them. */
export async function keyIdsOf(api: Api): Promise<string[]> {
  return (await api.post(PATH, { cursor: null }, Part)).data.key_ids;
}

/**
 * How many values a key may still seal. What the walk has just moved to the newest key counts too, since a value may have been
 * put behind it meanwhile: only a walk that finds nothing to do says that the key is unused.
 */
export async function sealedBy(api: Api, id: string): Promise<number> {
  const { keys, resealed, changedMeanwhile } = await walk(api);
  return (keys.get(id) ?? 0) + resealed + changedMeanwhile;
}
