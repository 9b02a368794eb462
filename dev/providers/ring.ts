// A list of limited size, since a stand-in may run for days. The oldest item is dropped.

/** The last `limit` items, in the order they came. */
export class Ring<T> {
  readonly limit: number;
  #items: T[] = [];
  /** Where the next item goes once the ring is full; the oldest one is there. */
  #next = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  push(item: T): void {
    if (this.#items.length < this.limit) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.limit;
  }

  /** Oldest first. */
  *[Symbol.iterator](): Generator<T> {
    yield* this.#items.slice(this.#next);
    yield* this.#items.slice(0, this.#next);
  }

  clear(): void {
    this.#items = [];
    this.#next = 0;
  }
}
