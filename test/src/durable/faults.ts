// Breaks or holds up what an object reaches (D1, R2, the pool, a lock), once.
import { runInDurableObject } from "cloudflare:test";
import type { Env } from "../../../src/runtime.ts";

/**
 * Fails before or after the call did its work (an answer that got lost), or holds up its beginning or its
 * answer.
 */
type When = "before" | "after" | { begin: Promise<unknown> } | { answer: Promise<unknown> };
type Broken =
  | "DB.batch"
  | "DB.prepare"
  | "FILES.put"
  | "FILES.delete"
  | `POOL.${string}`
  | `LOCK.${string}`;

/**
 * The object's next call of `what` goes wrong; answers what tells whether it was made. The object must not be evicted
 * before that.
 */
export async function breakOnce(
  stub: DurableObjectStub,
  what: Broken,
  when: When,
): Promise<() => boolean> {
  let isBroken = true;
  const [binding, method] = what.split(".") as [string, string];
  const fail = async (call: () => unknown) => {
    isBroken = false;
    if (typeof when === "object") {
      if ("begin" in when) await when.begin;
      const answer = await call();
      if ("answer" in when) await when.answer;
      return answer;
    }
    if (when === "after") await call();
    throw new Error(`${what} fails, as the test wishes`);
  };
  const faulty = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const value = Reflect.get(object, name) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          // an RPC method's own `apply` would be a call to the other side
          const call = () => Reflect.apply(value, object, args) as unknown;
          if (name !== method || !isBroken) return call();
          if (name !== "prepare") return fail(call);
          isBroken = false;
          throw new Error(`${what} fails, as the test wishes`);
        };
      },
    });
  await runInDurableObject(stub, (instance) => {
    const object = instance as unknown as { env: Env };
    const { DB, FILES, BUILDER_POOL, BUILD_LOCK } = object.env;
    const namespace = (real: Env["BUILDER_POOL"] | Env["BUILD_LOCK"]) => ({
      idFromName: (name: string) => real.idFromName(name),
      get: (id: DurableObjectId) => faulty(real.get(id)),
    });
    const env = {
      ...object.env,
      ...(binding === "DB"
        ? { DB: { withSession: (at: string) => faulty(DB.withSession(at)) } }
        : {}),
      ...(binding === "FILES" ? { FILES: faulty(FILES) } : {}),
      ...(binding === "POOL" ? { BUILDER_POOL: namespace(BUILDER_POOL) } : {}),
      ...(binding === "LOCK" ? { BUILD_LOCK: namespace(BUILD_LOCK) } : {}),
    };
    Object.defineProperty(instance, "env", { value: env, configurable: true });
  });
  return () => !isBroken;
}
