// An IndexedDB of one site, as far as the SDK uses it, and as strict: values are cloned, writing transactions take turns, a
// finished transaction takes nothing, and a database that is closed opens none.

interface Request<Value> {
  result: Value;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

type Stores = Map<string, Map<unknown, unknown>>;

export class FakeStorage {
  readonly databases = new Map<string, Stores>();
  /** Whether the browser refuses to keep anything. */
  isBroken = false;
  #turn: Promise<unknown> = Promise.resolve();

  /** What `indexedDB` is in a page or a worker. */
  readonly indexedDB = {
    open: (name: string, version: number) => {
      if (version !== 1) throw new Error(`unexpected version ${version}`);
      const request = {
        onupgradeneeded: null,
        onsuccess: null,
        onerror: null,
      } as unknown as Request<ReturnType<FakeStorage["connect"]>> & {
        onupgradeneeded: (() => void) | null;
      };
      setImmediate(() => {
        if (this.isBroken) return request.onerror?.();
        const known = this.databases.get(name);
        const stores: Stores = known ?? new Map();
        this.databases.set(name, stores);
        request.result = this.connect(stores, known === undefined);
        if (known === undefined) request.onupgradeneeded?.();
        request.result.isUpgrading = false;
        request.onsuccess?.();
      });
      return request;
    },
  };

  connect(stores: Stores, isUpgrading: boolean) {
    const connection = {
      isUpgrading,
      isClosed: false,
      close: () => {
        connection.isClosed = true;
      },
      createObjectStore: (name: string) => {
        if (!connection.isUpgrading) throw new Error("InvalidStateError");
        stores.set(name, new Map());
      },
      transaction: (name: string, mode: string) => {
        if (connection.isClosed) throw new Error("InvalidStateError: closed");
        if (mode !== "readwrite") throw new Error(`unexpected mode ${mode}`);
        const store = stores.get(name);
        if (!store) throw new Error("NotFoundError");
        return this.#transaction(store);
      },
    };
    return connection;
  }

  #transaction(store: Map<unknown, unknown>) {
    const waiting: (() => void)[] = [];
    let isOver = false;
    const transaction = {
      oncomplete: null as (() => void) | null,
      onabort: null as (() => void) | null,
      objectStore: () => ({
        get: (key: unknown) => ask(() => structuredClone(store.get(key))),
        put: (value: unknown, key: unknown) => {
          const copy = structuredClone(value);
          return ask(() => void store.set(key, copy));
        },
      }),
    };
    function ask<Value>(work: () => Value): Request<Value> {
      if (isOver) throw new Error("TransactionInactiveError");
      const request = { onsuccess: null } as unknown as Request<Value>;
      waiting.push(() => {
        request.result = work();
        request.onsuccess?.();
      });
      return request;
    }
    const before = this.#turn;
    this.#turn = (async () => {
      await before;
      await new Promise((resolve) => setImmediate(resolve));
      for (let next = waiting.shift(); next; next = waiting.shift()) next();
      isOver = true;
      transaction.oncomplete?.();
    })();
    return transaction;
  }

  /** What is kept under `key` of the store of the database. */
  kept(): any {
    return this.databases.get("slipway")?.get("state")?.get(1);
  }
}
