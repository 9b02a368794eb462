// What the pages and the worker of a site keep together, in one IndexedDB database: under a key, a value that structured
// clones can hold.
import type { Kept } from "./kept.ts";

/** A tap that no page has heard of yet. */
export interface KeptClick {
  app: string;
  /** When it was, ms. */
  at: number;
  value: { url?: string; action: string; tag?: string; data?: unknown };
}

/** What is kept, by its key. */
interface Values {
  /** By the app's id. */
  apps: Record<string, Kept>;
  /** Addresses to be reported to, the oldest first. */
  receipts: string[];
  clicks: KeptClick[];
}

const DATABASE = "slipway";
const STORE = "kept";

/**
 * Puts what `make` returns in place of the value under `key`, in one transaction, so that tabs and the worker lose
 * nothing of each other's. Returns it. A value that is returned as it was is not written.
 * @throws where the browser keeps nothing
 */
export function change<Key extends keyof Values>(
  key: Key,
  make: (old: Values[Key] | undefined) => Values[Key] | undefined,
): Promise<Values[Key] | undefined> {
  return new Promise((resolve, reject) => {
    // Opened for each, since an open connection would keep a site from deleting its databases.
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error as DOMException);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, "readwrite");
      const store = transaction.objectStore(STORE);
      const reading = store.get(key) as IDBRequest<Values[Key] | undefined>;
      let made: Values[Key] | undefined;
      reading.onsuccess = () => {
        made = make(reading.result);
        if (made !== reading.result) store.put(made, key);
      };
      transaction.oncomplete = () => {
        database.close();
        resolve(made);
      };
      transaction.onabort = () => {
        database.close();
        reject(transaction.error as DOMException);
      };
    };
  });
}

/** Returns the value under `key`. */
export function read<Key extends keyof Values>(key: Key): Promise<Values[Key] | undefined> {
  return change(key, (old) => old);
}

/**
 * Does `work` while no other tab and no worker of the site does any. Browsers that have push without Web Locks do it at
 * once; then two tabs may register twice, of which the server keeps one.
 */
export async function alone<Value>(work: () => Promise<Value>): Promise<Value> {
  return navigator.locks ? navigator.locks.request(DATABASE, work) : work();
}
