// A cache of limited size, for what an isolate keeps between requests: whatever is put into it last stays, and
// the oldest entry is forgotten when it is full. It keeps entries, not promises of them: a promise that belongs
// to a request which was cut off would never settle for the others.
export class Bounded<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #limit: number;

  /** A cache of at most `limit` entries. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value kept for `key`; undefined when there is none, or it was forgotten. Reading makes nothing younger. */
  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  /** Keeps `value` for `key` as the youngest entry, and returns it. */
  put(key: Key, value: Value): Value {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#limit && oldest !== undefined) this.#entries.delete(oldest);
    return value;
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }
}
