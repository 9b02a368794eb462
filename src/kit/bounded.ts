// A cache of limited size for data that an isolate keeps between requests. When it is full, it drops the entry that was
// added first. Values must not be promises that depend on a request: those of a request that was cut off never settle.
export class Bounded<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #limit: number;

  /** A cache of at most `limit` entries. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns the value of `key`, or undefined if there is none. Reading does not make an entry younger. */
  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  /** Stores `value` under `key` as the youngest entry, and returns it. */
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
