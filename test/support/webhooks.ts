// A webhook whose deliveries a test makes and attempts itself, with a clock that it sets: what would go into the queue or
// wake a lane is noted.
import { beforeEach } from "vitest";
import type { Ctx } from "../../src/domain/context.ts";
import { deliverFromLane, deliverWebhook } from "../../src/domain/webhooks/attempt-delivery.ts";
import { testContext } from "./context.ts";
import { emit } from "./emit.ts";
import { newAccount, newApp } from "./scenario.ts";
import { api, rows, type Reply } from "./worker.ts";

export interface HookWorld {
  ctx: Ctx;
  now: number;
  /** What was put into the queue, with its delay in seconds. */
  enqueued: [id: number, delaySeconds: number][];
  /** The accounts whose lanes were woken, and for when. */
  woken: [account: number, at: number][];
  account: number;
  key: string;
  app: { id: number; uuid: string };
  /** The path of the webhook in the push API. */
  path: string;
  /** Calls the push API below the webhook. */
  call: (method: string, path: string, json?: unknown) => Promise<Reply>;
  /** The webhook as the push API shows it. */
  shown: () => Promise<any>;
  /** Emits an event; the id of its delivery, which is not attempted yet. */
  begun: () => Promise<number>;
  /** The row of a delivery. */
  delivery: (id: number) => Promise<any>;
  /** Moves the clock to when the delivery is due, and attempts it by the way that it takes. */
  attempt: (id: number) => Promise<void>;
  /** Attempts what is due in the account's lane until nothing is. */
  runLane: () => Promise<void>;
}

/** Gives every test of a file a webhook of its own, for `build.failed`. */
export function useHook(): HookWorld {
  const world = { begun, delivery, attempt, runLane, call, shown } as HookWorld;
  beforeEach(async () => {
    world.now = Date.now();
    world.enqueued = [];
    world.woken = [];
    const made = testContext(() => world.now).ctx;
    world.ctx = {
      ...made,
      enqueueWebhooks: async (ids, delay) => {
        for (const id of ids) world.enqueued.push([id, delay]);
      },
      webhookLane: (id) => ({ wake: async (_, at) => void world.woken.push([id, at]) }),
    };
    await rows("DELETE FROM webhook_deliveries");
    await rows("UPDATE webhooks SET holds = 0");
    ({ id: world.account, key: world.key } = await newAccount());
    world.app = await newApp(world.key);
    world.path = await newHook(world, "https://hooks.example.com/");
  });

  async function begun(): Promise<number> {
    await emit(world.ctx, world.app.id, "build.failed", {});
    world.enqueued = [];
    const [{ id }] = await rows("SELECT max(id) AS id FROM webhook_deliveries");
    return id;
  }
  async function delivery(id: number): Promise<any> {
    return (await rows("SELECT * FROM webhook_deliveries WHERE id = ?", id))[0];
  }
  async function attempt(id: number): Promise<void> {
    const { next_attempt_at: due, lane } = await delivery(id);
    world.now = Math.max(world.now, due);
    await (lane === null ? deliverWebhook(world.ctx, id) : deliverFromLane(world.ctx, lane));
  }
  async function runLane(): Promise<void> {
    let next: number | null = world.now;
    while (next !== null && next <= world.now) {
      next = await deliverFromLane(world.ctx, world.account);
    }
  }
  async function call(method: string, path: string, json?: unknown): Promise<Reply> {
    const given = json === undefined ? {} : { json };
    return api(method, world.path + path, { token: world.key, ...given });
  }
  async function shown(): Promise<any> {
    return (await call("GET", "")).body.data;
  }
  return world;
}

/** Makes a webhook of the app for builds that fail; its path in the push API. */
export async function newHook(
  { key, app }: Pick<HookWorld, "key" | "app">,
  url: string,
): Promise<string> {
  const path = `/api/v1/push/apps/${app.uuid}/webhooks`;
  const made = await api("POST", path, { token: key, json: { url, events: ["build.failed"] } });
  return `${path}/${made.body.data.id}`;
}
