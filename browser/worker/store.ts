// What the worker keeps, in the IndexedDB database `slipway`: it may be ended after any event.
import type { PushClick } from "../api.ts";
import type { Site } from "../shared/port.ts";

/** What is kept of an app that this browser is, or was, registered with. */
export interface Kept extends Site {
  /** Where the worker is registered that serves it. */
  scope: string;
  /** Whether the user subscribed, and has not unsubscribed since. */
  wanted?: boolean;
  /** The address that the API has of this browser; "" if it is to have none. */
  endpoint?: string;
  /** The subscriber, and the token that proves to be it. */
  id?: string;
  token?: string | undefined;
  /** As they were last set from here. */
  tags?: string[] | undefined;
}

interface State {
  apps: Record<string, Kept>;
  /** Addresses to report to, the oldest first. */
  receipts: string[];
  /** Those that no page has heard of yet; `at` is ms. */
  clicks: { app: string; at: number; value: PushClick }[];
}

const STORE = "state";

/**
 * Has `work` change what is kept, in one transaction, and returns what it returns.
 * @throws where the browser keeps nothing
 */
export function update<Value>(work: (state: State) => Value): Promise<Value> {
  return new Promise((resolve, reject) => {
    // Opened for each, since an open connection would keep a site from deleting its databases.
    const opening = indexedDB.open("slipway", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    const fail = () => reject(new Error("no storage"));
    opening.onerror = fail;
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, "readwrite");
      const store = transaction.objectStore(STORE);
      const reading = store.get(1) as IDBRequest<State | undefined>;
      let value: Value;
      reading.onsuccess = () => {
        const state = reading.result ?? { apps: {}, receipts: [], clicks: [] };
        value = work(state);
        store.put(state, 1);
      };
      transaction.oncomplete = () => resolve(value);
      transaction.onabort = fail;
      // Once the transaction has ended.
      database.close();
    };
  });
}
