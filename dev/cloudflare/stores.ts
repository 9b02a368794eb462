// The stand-in's D1, R2 and Queues: databases that run SQL, and buckets and queues that are only names. Codes and words of
// refusals are the real API's.
import { randomUUID } from "node:crypto";
import type { Context, Hono } from "hono";
import { z } from "zod";
import { type Account, type Database, makeDatabase, type Queue } from "./account.ts";
import { Refused, succeed, succeedWithList } from "./answers.ts";
import { runSql } from "./sql.ts";

export type Ask = (c: Context) => Account;

const DatabaseInput = z.strictObject({ name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });
const QueryInput = z.strictObject({ sql: z.string(), params: z.array(z.unknown()).optional() });
const BucketInput = z.strictObject({ name: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/) });
const QueueInput = z.strictObject({ queue_name: z.string().regex(/^[a-z0-9-]{1,63}$/) });
const ConsumerInput = z.strictObject({
  type: z.literal("worker"),
  script_name: z.string(),
  dead_letter_queue: z.string().optional(),
  settings: z.strictObject({
    batch_size: z.int().max(100).optional(),
    max_retries: z.int().max(100).optional(),
    max_wait_time_ms: z.int().max(60_000).optional(),
    max_concurrency: z.int().max(250).optional(),
    retry_delay: z.int().optional(),
  }),
});

/** Takes a body exactly, as the API does: what it does not know is refused. */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await c.req.json().catch(() => null));
  if (parsed.success) return parsed.data;
  throw new Refused(400, 10_001, `Unable to parse the body: ${z.prettifyError(parsed.error)}`);
}

function databaseOf(account: Account, idOrName: string): Database {
  const found = [...account.databases.values()].find(
    ({ uuid, name }) => uuid === idOrName || name === idOrName,
  );
  if (!found) throw new Refused(404, 7404, `The database ${idOrName} could not be found`);
  return found;
}

const shown = ({ uuid, name }: Database) => ({ uuid, name, version: "production" });

function addDatabases(app: Hono, accountOf: Ask): void {
  const root = "/accounts/:account/d1/database";
  app.get(root, (c) => succeedWithList(c, [...accountOf(c).databases.values()].map(shown)));
  app.post(root, async (c) => {
    const account = accountOf(c);
    const { name } = await bodyOf(c, DatabaseInput);
    if (account.databases.has(name)) {
      throw new Refused(400, 7502, `A database with the name '${name}' already exists`);
    }
    const made = makeDatabase(name, randomUUID());
    account.databases.set(name, made);
    return succeed(c, shown(made));
  });
  app.get(`${root}/:id`, (c) => succeed(c, shown(databaseOf(accountOf(c), c.req.param("id")))));
  app.post(`${root}/:id/query`, async (c) => {
    const { sql } = databaseOf(accountOf(c), c.req.param("id"));
    const input = await bodyOf(c, QueryInput);
    return succeed(c, runSql(sql, input.sql, input.params ?? []));
  });
}

function addBuckets(app: Hono, accountOf: Ask): void {
  const root = "/accounts/:account/r2/buckets";
  const enabled = (c: Context): Account => {
    const account = accountOf(c);
    if (account.hasR2) return account;
    throw new Refused(403, 10_042, "Please enable R2 through the Cloudflare Dashboard.");
  };
  app.get(root, (c) => succeed(c, { buckets: [...enabled(c).buckets].map((name) => ({ name })) }));
  app.post(root, async (c) => {
    const account = enabled(c);
    const { name } = await bodyOf(c, BucketInput);
    if (account.buckets.has(name)) {
      throw new Refused(
        409,
        10_004,
        "The bucket you tried to create already exists, and you own it.",
      );
    }
    account.buckets.add(name);
    return succeed(c, { name });
  });
  app.get(`${root}/:name`, (c) => {
    const name = c.req.param("name");
    if (enabled(c).buckets.has(name)) return succeed(c, { name });
    throw new Refused(404, 10_006, "The specified bucket does not exist.");
  });
}

export function makeQueue(account: Account, name: string): Queue {
  const queue = { queue_id: randomUUID().replaceAll("-", ""), queue_name: name, consumers: [] };
  account.queues.set(name, queue);
  return queue;
}

const QUEUES = "/accounts/:account/queues";

function addQueues(app: Hono, accountOf: Ask): void {
  const shownQueue = (queue: Queue, account: Account) => {
    const producers = [...account.scripts.values()].filter(({ deployed }) =>
      deployed?.bindings.some((each) => each["queue_name"] === queue.queue_name),
    );
    return {
      ...queue,
      created_on: "2026-11-01T00:00:00Z",
      modified_on: "2026-11-01T00:00:00Z",
      producers: producers.map(({ name }) => ({ type: "worker", script: name })),
      producers_total_count: producers.length,
      consumers_total_count: queue.consumers.length,
    };
  };
  app.get(QUEUES, (c) => {
    const account = accountOf(c);
    const names = c.req.queries("name");
    const found = [...account.queues.values()].filter(
      ({ queue_name: name }) => names === undefined || names.includes(name),
    );
    return succeedWithList(
      c,
      found.map((queue) => shownQueue(queue, account)),
    );
  });
  app.post(QUEUES, async (c) => {
    const account = accountOf(c);
    const { queue_name: name } = await bodyOf(c, QueueInput);
    if (account.queues.has(name)) {
      throw new Refused(
        409,
        11_009,
        `Queue name '${name}' is already taken. Please use a different name and try again.`,
      );
    }
    return succeed(c, shownQueue(makeQueue(account, name), account));
  });
}

function addConsumers(app: Hono, accountOf: Ask): void {
  const consume = async (c: Context, id: string, consumerId: string | null) => {
    const account = accountOf(c);
    const queue = [...account.queues.values()].find((each) => each.queue_id === id);
    if (!queue) throw new Refused(404, 11_000, "Queue not found");
    const input = await bodyOf(c, ConsumerInput);
    if (!account.scripts.get(input.script_name)?.deployed) {
      throw new Refused(404, 10_007, "This Worker does not exist on your account.");
    }
    const isKnown = queue.consumers.some((each) => each.consumer_id === consumerId);
    // A queue has one consumer.
    if (consumerId === null ? queue.consumers.length > 0 : !isKnown) {
      throw new Refused(400, 11_004, "workers.api.error.consumer_exists");
    }
    const { script_name: script, type, dead_letter_queue: dead, settings } = input;
    const made = {
      consumer_id: consumerId ?? randomUUID(),
      type,
      script,
      dead_letter_queue: dead,
      settings,
    };
    queue.consumers = [made];
    // The dead letters' queue is made where it is missing, as Cloudflare documents it.
    if (dead !== undefined && !account.queues.has(dead)) makeQueue(account, dead);
    return succeed(c, made);
  };
  app.post(`${QUEUES}/:id/consumers`, (c) => consume(c, c.req.param("id"), null));
  app.put(`${QUEUES}/:id/consumers/:consumer`, (c) =>
    consume(c, c.req.param("id"), c.req.param("consumer")),
  );
}

/** Adds the routes of D1, R2 and Queues. */
export function addStores(app: Hono, accountOf: Ask): void {
  addDatabases(app, accountOf);
  addBuckets(app, accountOf);
  addQueues(app, accountOf);
  addConsumers(app, accountOf);
}
