// The table `pages`: which recipients each batch was cut with. Reads and writes, no decisions. A page never changes, so those
// that were read lately are kept in memory too.
import type { Carrier } from "../../kit/push/credentials.ts";

/** Most pages in memory, of a thousand recipients each: reports come from all batches that are out, which are about five. */
const MAX_KNOWN = 6;

/** One page of batches, as it was cut. */
export interface CutPage {
  firstBatch: number;
  /** When the message expires, ms. */
  expiresAt: number;
  /** The ids of each batch's recipients, in rising order. */
  batches: number[][];
  /** The providers of the same recipients, as they were then. */
  providers: Carrier[][];
}

export interface CutBatch {
  batch: number;
  ids: number[];
}

export class PageTable {
  readonly #storage: DurableObjectStorage;
  #known: CutPage[] = [];

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  create(): void {
    this.#storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS pages (
         first_batch INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
         expires_at INTEGER NOT NULL, batches TEXT NOT NULL, providers TEXT NOT NULL)`,
    );
  }

  insert({ firstBatch, expiresAt, batches, providers }: CutPage): void {
    this.#storage.sql.exec(
      `INSERT INTO pages (first_batch, first_id, last_id, expires_at, batches, providers)
        VALUES (?, ?, ?, ?, ?, ?)`,
      firstBatch,
      batches[0]?.[0] ?? 0,
      batches.at(-1)?.at(-1) ?? 0,
      expiresAt,
      JSON.stringify(batches),
      JSON.stringify(providers),
    );
  }

  /** Yields all batches from number `first` on. Few pages of them are in memory at a time. */
  *from(first: number): Generator<CutBatch> {
    let batch = first;
    for (let page = this.#pageOf(batch); page; page = this.#pageOf(batch)) {
      for (const ids of page.batches.slice(batch - page.firstBatch)) {
        yield { batch, ids };
        batch += 1;
      }
    }
  }

  /** Returns the recipients of a batch as it was cut; none when it was not cut. */
  recipients(batch: number): number[] {
    const page = this.#pageOf(batch);
    return page?.batches[batch - page.firstBatch] ?? [];
  }

  /** Returns the providers of a batch's recipients, in the same order. */
  providers(batch: number): Carrier[] {
    const page = this.#pageOf(batch);
    return page?.providers[batch - page.firstBatch] ?? [];
  }

  /** Returns when a batch's message expires, ms; 0 when it was not cut. */
  expiresAt(batch: number): number {
    return this.#pageOf(batch)?.expiresAt ?? 0;
  }

  /**
   * Returns the recipients of all pages that have ids in this range: all in a batch whose ids are in it, and others.
   */
  recipientsAround(firstId: number, lastId: number): Set<number> {
    const pages = this.#storage.sql.exec<{ batches: string }>(
      "SELECT batches FROM pages WHERE last_id >= ? AND first_id <= ?",
      firstId,
      lastId,
    );
    const ids = new Set<number>();
    for (const { batches } of pages) {
      for (const id of (JSON.parse(batches) as number[][]).flat()) ids.add(id);
    }
    return ids;
  }

  /** Returns the batches that have any of these recipients. */
  withAny(recipients: ReadonlySet<number>): CutBatch[] {
    const pages = this.#storage.sql.exec<{ first: number; batches: string }>(
      `SELECT first_batch AS first, batches FROM pages
        WHERE EXISTS (SELECT 1 FROM json_each(?) WHERE value BETWEEN first_id AND last_id)`,
      JSON.stringify([...recipients]),
    );
    return [...pages]
      .flatMap(({ first, batches }) =>
        (JSON.parse(batches) as number[][]).map((ids, at) => ({ batch: first + at, ids })),
      )
      .filter(({ ids }) => ids.some((id) => recipients.has(id)));
  }

  /** Called when the run's storage is being cleared, since memory holds its content. */
  clearMemory(): void {
    this.#known = [];
  }

  /** Returns the page that contains this batch; null when it was not cut. */
  #pageOf(batch: number): CutPage | null {
    const known = this.#known.find((page) => contains(page, batch));
    if (known) return known;
    const [row] = this.#storage.sql
      .exec<{ first: number; expires_at: number; batches: string; providers: string }>(
        `SELECT first_batch AS first, expires_at, batches, providers FROM pages WHERE first_batch <= ?
          ORDER BY first_batch DESC LIMIT 1`,
        batch,
      )
      .toArray();
    if (!row) return null;
    const page: CutPage = {
      firstBatch: row.first,
      expiresAt: row.expires_at,
      batches: JSON.parse(row.batches) as number[][],
      providers: JSON.parse(row.providers) as Carrier[][],
    };
    if (!contains(page, batch)) return null;
    this.#known = [...this.#known, page].slice(-MAX_KNOWN);
    return page;
  }
}

function contains({ firstBatch, batches }: CutPage, batch: number): boolean {
  return batch >= firstBatch && batch < firstBatch + batches.length;
}
