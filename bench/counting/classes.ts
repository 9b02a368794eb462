// The classes of Durable Objects, which count their alarms and the rows of their storage.
import type { DurableObject } from "cloudflare:workers";
import { watchBindings } from "./bindings.ts";
import { count } from "./counts.ts";
import { beginWork } from "./objects.ts";

/** A class whose objects count their alarms and storage, and whose bindings count. */
export function counting<
  // oxlint-disable-next-line typescript/no-explicit-any -- So TypeScript wants the constructor of a class that is mixed in.
  Base extends new (...given: any[]) => DurableObject,
>(base: Base, name: string): Base {
  return class extends base {
    // oxlint-disable-next-line typescript/no-explicit-any -- As above.
    constructor(...given: any[]) {
      const [state, env] = given as [DurableObjectState, Record<string, unknown>];
      watchStorage(state.storage, name);
      super(state, watchBindings(env, name));
    }

    /** Without `info`, the object's own code calls it, which is no request. */
    override async alarm(info?: AlarmInvocationInfo): Promise<void> {
      if (info === undefined) return super.alarm?.();
      count("object requests", "alarm", `${name}.alarm`);
      const end = beginWork(name, this.ctx.id.toString());
      try {
        await super.alarm?.(info);
      } finally {
        end();
      }
    }
  };
}

/** Has the storage of an object of `name` count the rows that it reads and writes. */
export function watchStorage(storage: DurableObjectStorage, name: string): void {
  const wrote = (of: string, rows = 1) => count("object rows written", name, of, rows);
  const read = (of: string, rows = 1) => count("object rows read", name, of, rows);
  const { sql, kv } = storage;
  const exec = sql.exec.bind(sql);
  sql.exec = ((query: string, ...values: SqlStorageValue[]) => {
    const cursor = exec(query, ...values);
    // Rows are read as they are asked for, which all code here does at once.
    queueMicrotask(() => {
      const [verb = ""] = query.trim().split(/\s/);
      read(verb, cursor.rowsRead);
      wrote(verb, cursor.rowsWritten);
    });
    return cursor;
  }) as SqlStorage["exec"];
  // An entry of the key-value store is a row, and so is an alarm that is set (pricing, notes 2 and 3).
  before(kv, "get", () => read("kv.get"));
  before(kv, "put", () => wrote("kv.put"));
  before(kv, "delete", () => wrote("kv.delete"));
  before(storage, "get", () => read("get"));
  before(storage, "put", () => wrote("put"));
  before(storage, "delete", () => wrote("delete"));
  before(storage, "deleteAll", () => wrote("deleteAll"));
  before(storage, "setAlarm", () => wrote("setAlarm"));
}

/** Has `note` called before each call of a method. */
function before<Key extends string>(
  of: Record<Key, (...given: never[]) => unknown>,
  key: Key,
  note: () => void,
): void {
  const real = of[key];
  Reflect.set(of, key, (...given: never[]) => {
    note();
    return Reflect.apply(real, of, given);
  });
}
