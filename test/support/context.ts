// A context as the Worker makes it, with a clock that tests can set.
import { createContext } from "../../src/runtime.ts";
import type { Ctx } from "../../src/domain/context.ts";
import { bindings } from "./worker.ts";

/** The context, and `settled`, which waits for what it deferred. */
export function testContext(now: () => number = Date.now): {
  ctx: Ctx;
  settled: () => Promise<void>;
} {
  const deferred: Promise<unknown>[] = [];
  const { ctx } = createContext(bindings, "primary", (work) => void deferred.push(work));
  return {
    ctx: { ...ctx, now },
    settled: async () => {
      // What was deferred can defer more, as better-auth does with mails.
      for (let done = 0; done < deferred.length;) {
        done = deferred.length;
        await Promise.all(deferred);
      }
    },
  };
}
