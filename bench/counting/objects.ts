// Counts the requests to Durable Objects, where they are called, and for how long the objects are active.
import { RpcStub } from "cloudflare:workers";
import { count } from "./counts.ts";

interface Active {
  /** Requests under way. */
  open: number;
  /** Up to when its time was counted, ms. */
  since: number;
}

/** The objects that are active, by id. */
const objects = new Map<string, Active>();

/**
 * Notes that an object of the class `name` is at work, and returns what notes its end. Requests at once count as one time, as
 * the platform bills it; an object that only waits for the next request counts as asleep.
 */
export function beginWork(name: string, id: string): () => void {
  const active = objects.get(id) ?? { open: 0, since: Date.now() };
  objects.set(id, active);
  const countTime = (): void => {
    const now = Date.now();
    if (active.open > 0) count("object milliseconds", name, "", now - active.since);
    active.since = now;
  };
  countTime();
  active.open += 1;
  return () => {
    countTime();
    active.open -= 1;
    if (active.open === 0) objects.delete(id);
  };
}

/** Returns the objects of a class, and counts the requests to them for `by`. */
export function watchObjects<Objects extends DurableObjectNamespace>(
  namespace: Objects,
  by: string,
  name: string,
): Objects {
  return new Proxy(namespace, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        const got: unknown = Reflect.apply(value, target, given);
        return key === "get" || key === "getByName" ? watchStub(got as Stub, by, name) : got;
      };
    },
  });
}

type Stub = DurableObjectStub & Record<string, unknown>;

/**
 * A call is a session and so a request (Durable Objects' pricing, note 1). Calls on what it returns belong to the same
 * session: they are not seen here, and not billed. But until the caller disposes of that, the object can't sleep.
 */
function watchStub(stub: Stub, by: string, name: string): Stub {
  const id = stub.id.toString();
  return new Proxy(stub, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function" || typeof key !== "string") return value;
      return (...given: unknown[]): unknown => {
        count("object requests", by, `${name}.${key}`);
        const end = beginWork(name, id);
        const called = Reflect.apply(value, target, given) as Promise<unknown>;
        void called.then((answer) => atEndOf(answer, end), end);
        return called;
      };
    },
  });
}

/** Calls `end` once the caller has disposed of what the answer holds of the object, or at once if that is nothing. */
function atEndOf(answer: unknown, end: () => void): void {
  const held = Object.values(answer ?? {}).some((value) => value instanceof RpcStub);
  if (!held) return end();
  const session = answer as Disposable;
  const dispose = session[Symbol.dispose].bind(session);
  session[Symbol.dispose] = () => {
    dispose();
    end();
  };
}
