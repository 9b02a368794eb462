// The table `pages`: which recipients each batch was cut with. Reads and writes, no decisions.
import type { Carrier } from "../../kit/push/credentials.ts";

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

  /** Yields all batches from number `first` on. One page of them is in memory at a time. */
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
    const [row] = this.#storage.sql
      .exec<{ first: number; providers: string }>(
        `SELECT first_batch AS first, providers FROM pages WHERE first_batch <= ?
          ORDER BY first_batch DESC LIMIT 1`,
        batch,
      )
      .toArray();
    return row ? ((JSON.parse(row.providers) as Carrier[][])[batch - row.first] ?? []) : [];
  }

  /** Returns when a batch's message expires, ms. */
  expiresAt(batch: number): number {
    const [row] = this.#storage.sql
      .exec<{ at: number }>(
        `SELECT expires_at AS at FROM pages WHERE first_batch <= ?
          ORDER BY first_batch DESC LIMIT 1`,
        batch,
      )
      .toArray();
    return row?.at ?? 0;
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

  /** Returns the page that contains this batch; null when it was not cut. */
  #pageOf(batch: number): Pick<CutPage, "firstBatch" | "batches"> | null {
    const [row] = this.#storage.sql
      .exec<{ first: number; batches: string }>(
        `SELECT first_batch AS first, batches FROM pages WHERE first_batch <= ?
          ORDER BY first_batch DESC LIMIT 1`,
        batch,
      )
      .toArray();
    if (!row) return null;
    const batches = JSON.parse(row.batches) as number[][];
    return batch < row.first + batches.length ? { firstBatch: row.first, batches } : null;
  }
}
