// The Worker: fetch, scheduled and the Durable Objects. Wiring only.
import { createApp } from "./api/app.ts";
import { everyMinute } from "./cron/every-minute.ts";
import { BuilderPoolObject } from "./durable/builder-pool.ts";
import { BuildLockObject } from "./durable/build-lock.ts";
import { connect, createContext, type Env } from "./runtime.ts";

export { RateLimiter } from "./durable/rate-limiter.ts";

export class BuildLock extends BuildLockObject<Env> {
  protected override context() {
    return createContext(this.env, "primary", (work) => this.ctx.waitUntil(work));
  }
}

export class BuilderPool extends BuilderPoolObject<Env> {
  protected override context() {
    return createContext(this.env, "primary", (work) => this.ctx.waitUntil(work)).ctx;
  }
}

const app = createApp();

export default {
  fetch: async (request, env, execution) => app(request, connect(env, execution)),
  scheduled: async (_event, env, execution) => {
    await everyMinute(createContext(env, "primary", (work) => execution.waitUntil(work)).ctx);
  },
} satisfies ExportedHandler<Env>;
