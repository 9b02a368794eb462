// The counting Worker: the product's own, src/index.ts, with everything around it that the platform bills counted as the
// platform bills it. Benchmarks run it on the local stack (counting-stack.ts); it is never deployed.
//
// What is counted is kept by who caused it, so that a benchmark can leave out the builder that asks for work and the cron.
import { AsyncLocalStorage } from "node:async_hooks";
import * as product from "../../src/index.ts";
import type { Env } from "../../src/runtime.ts";
import { operationsOf, watchBindings } from "./bindings.ts";
import { count, COUNTS_PATH, CRON_PATH, takeCounts } from "./counts.ts";
import { counting } from "./classes.ts";

export const BuildLock = counting(product.BuildLock, "BuildLock");
export const BuilderPool = counting(product.BuilderPool, "BuilderPool");
export const EstimateGate = counting(product.EstimateGate, "EstimateGate");
export const ImportJob = counting(product.ImportJob, "ImportJob");
export const NotificationRun = counting(product.NotificationRun, "NotificationRun");
export const PasswordHasher = counting(product.PasswordHasher, "PasswordHasher");
export const ProviderToken = counting(product.ProviderToken, "ProviderToken");
export const RateLimiter = counting(product.RateLimiter, "RateLimiter");
export const SendingShare = counting(product.SendingShare, "SendingShare");
export const WebhookLane = counting(product.WebhookLane, "WebhookLane");

const { fetch: handleRequest, queue: handleMessages, scheduled: handleCron } = product.default;

/** Who is at work, where that is no object: the platform's own functions do not tell it. */
const atWork = new AsyncLocalStorage<string>();
const who = () => atWork.getStore() ?? "object";

const realFetch = globalThis.fetch;
globalThis.fetch = async (...given) => {
  count("outside fetches", who(), "");
  return realFetch(...given);
};
for (const level of ["log", "info", "warn", "error"] as const) {
  const write = console[level];
  console[level] = (...given) => {
    count("log lines", who(), level);
    write(...given);
  };
}

async function runCron(cron: string, env: Env, execution: ExecutionContext): Promise<void> {
  const by = "cron";
  count("Worker requests", by, cron);
  const event = { cron, scheduledTime: Date.now(), noRetry: () => undefined };
  await atWork.run(by, async () => handleCron(event, watchBindings(env, by), execution));
}

export default {
  fetch: async (request, env, execution) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === COUNTS_PATH) return Response.json(takeCounts());
    if (pathname === CRON_PATH) {
      await runCron(searchParams.get("cron") ?? "", env, execution);
      return new Response();
    }
    const by = pathname.startsWith("/builder/") ? "builder" : "request";
    count("Worker requests", by, request.method);
    return atWork.run(by, async () => handleRequest(request, watchBindings(env, by), execution));
  },
  queue: async (batch, env, execution) => {
    const by = "queue";
    count("Worker requests", by, batch.queue);
    const left = new Set(batch.messages);
    for (const message of batch.messages) {
      count("queue operations", by, `${batch.queue} read`, operationsOf(message.body));
      const retry = message.retry.bind(message);
      message.retry = (options) => {
        left.delete(message);
        retry(options);
      };
    }
    await atWork.run(by, async () => handleMessages(batch, watchBindings(env, by), execution));
    for (const { body } of left)
      count("queue operations", by, `${batch.queue} delete`, operationsOf(body));
  },
  scheduled: async ({ cron }, env, execution) => runCron(cron, env, execution),
} satisfies ExportedHandler<Env, Parameters<typeof handleMessages>[0]["messages"][number]["body"]>;
