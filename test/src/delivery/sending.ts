// A send as tests drive it, step by step: accounts, apps, subscribers and notifications are made through the
// public door, the run is the real object; the queue is in the test's hand, so that messages can be lost,
// doubled and reordered, and the providers answer as the test says. The clock is ahead of the machine's: no
// alarm rings but by `look`.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, onTestFinished, vi } from "vitest";
import { consumeBatch } from "../../../src/delivery/consume-batch.ts";
import { createDeliveryContext, type DeliveryContext } from "../../../src/delivery/context.ts";
import {
  createVapidSigner,
  fetchTransport,
  type ProviderDeps,
} from "../../../src/delivery/providers/index.ts";
import type { Ctx } from "../../../src/domain/context.ts";
import type { BatchMessage, Outcome } from "../../../src/domain/ports/notifications.ts";
import { unpackResults, type RecipientResult } from "../../../src/domain/notifications/results.ts";
import { startRuns } from "../../../src/domain/notifications/start-runs.ts";
import { NotificationRun } from "../../../src/index.ts";
import { createContext } from "../../../src/runtime.ts";
import { PUSH } from "../../support/push.ts";
import { api, bindings, rows } from "../../support/worker.ts";
import { type PushOwner } from "../../support/scenario.ts";

/** How far the clock is ahead at first, ms. */
const AHEAD_MS = 3_600_000;
/** Looks and deliveries after which a send that has not ended is one that never will. */
const MAX_ROUNDS = 400;

/** Why sessions with an object broke. */
const MOVED = "the object was moved, as the test wishes";

/** Where webhooks of these tests deliver to: no provider, whatever is delivered while a test runs that made none. */
const RECEIVER = "hooks.example.com";

/** What a resolver answers: every host is somewhere public. */
const PUBLIC_ADDRESS = { Answer: [{ type: 1, data: "93.184.215.14" }] };

export interface Queued {
  message: BatchMessage;
  /** ms. */
  dueAt: number;
}

export interface World {
  /** What waits in the queue. */
  queue: Queued[];
  /** How providers answer; may throw, as a connection that breaks does. */
  answer: (url: string, init: RequestInit) => Response | Promise<Response>;
  /** Requests providers got, by url. */
  asked: Map<string, number>;
  /** Called with each context the object makes: tests put faults into it. */
  context: (ctx: Ctx) => Ctx;
  pass: (ms: number) => void;
  ctx: () => Ctx;
}

/** Gives every test of a file a queue, providers and a clock of its own. */
export function useWorld(): World {
  const present = Date.now;
  let ahead = AHEAD_MS;
  const world: World = {
    queue: [],
    answer: () => new Response(null, { status: 201 }),
    asked: new Map(),
    context: (ctx) => ctx,
    pass: (ms) => void (ahead += ms),
    ctx: () => {
      const { ctx } = createContext(bindings, "primary", () => undefined);
      // The run queue delivers at once.
      ctx.enqueueRuns = async (messages) => {
        for (const { notificationIds } of messages) await startRuns(ctx, notificationIds);
      };
      return ctx;
    },
  };
  beforeEach(() => {
    ahead = AHEAD_MS;
    world.queue = [];
    world.asked = new Map();
    world.answer = () => new Response(null, { status: 201 });
    world.context = (ctx) => ctx;
    vi.spyOn(Date, "now").mockImplementation(() => present() + ahead);
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const { url } = new Request(input);
      // the look-up of an endpoint's host
      const { hostname, pathname } = new URL(url);
      if (pathname === "/dns-query") return Response.json(PUBLIC_ADDRESS);
      if (hostname === RECEIVER) return new Response(null, { status: 204 });
      world.asked.set(url, (world.asked.get(url) ?? 0) + 1);
      return world.answer(url, init ?? {});
    });
    const object = NotificationRun.prototype as unknown as { context: () => Ctx };
    vi.spyOn(object, "context").mockImplementation(() => {
      const enqueueBatches = async (messages: BatchMessage[], delaySeconds: number) => {
        const dueAt = Date.now() + delaySeconds * 1000;
        // as the queue does: what is taken out is a copy
        for (const message of structuredClone(messages)) world.queue.push({ message, dueAt });
      };
      return world.context({ ...world.ctx(), enqueueBatches });
    });
  });
  afterEach(() => void vi.restoreAllMocks());
  return world;
}

/** What a Worker's isolate has between batches, with nothing in it. Links lead to `origin`; without, there are none. */
export function newIsolate(origin = ""): DeliveryContext {
  const send = async (url: string, init: RequestInit) => fetch(url, init);
  const deps: ProviderDeps = {
    fetch: send,
    now: () => Date.now(),
    fcmUrl: "https://fcm.googleapis.com",
    googleTokenUrl: "https://oauth2.googleapis.com/token",
    apnsUrl: null,
    apns: fetchTransport(send),
    vapid: createVapidSigner(),
    leadsTo: async () => "public",
  };
  return createDeliveryContext(deps, origin);
}

/** As many browsers put straight into the database, whose keys are none: for sends that ask no provider. */
export async function addBrowsers(owner: PushOwner, count: number): Promise<void> {
  await rows(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO subscribers (uuid, account_id, app_id, platform, provider, token, tags, status,
       token_since, last_active_at, created_at, updated_at)
     SELECT app.uuid || n, account_id, app.id, 'web', 'webpush', 'https://push.example.com/' || app.id || '/' || n,
       '[]', 'active', 1, 1, 1, 1 FROM numbers, apps AS app WHERE app.id = ?`,
    count,
    owner.app.v1_id,
  );
}

/** The number an endpoint of `newPushOwner` ends in. */
export function browserOf(url: string): number {
  return Number(url.split("/").at(-1));
}

function sumOf<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}

export class Send {
  readonly world: World;
  readonly owner: PushOwner;
  readonly uuid: string;
  readonly id: number;
  isolate = newIsolate();

  constructor(world: World, owner: PushOwner, uuid: string, id: number) {
    this.world = world;
    this.owner = owner;
    this.uuid = uuid;
    this.id = id;
  }

  /** Creates a notification, to be sent at once unless `wanted` says otherwise. */
  static async create(
    world: World,
    owner: PushOwner,
    wanted: object = { send: true },
  ): Promise<Send> {
    const made = await api("POST", `${PUSH}/apps/${owner.app.id}/notifications`, {
      token: owner.account.key,
      json: { title: "Hello", body: "World", ...wanted },
    });
    if (made.status !== 201) throw new Error(`create: ${JSON.stringify(made.body)}`);
    const uuid = made.body.data.id as string;
    const [row] = await rows("SELECT id FROM notifications WHERE uuid = ?", uuid);
    return new Send(world, owner, uuid, row.id);
  }

  get stub() {
    return bindings.NOTIFICATION_RUN.get(
      bindings.NOTIFICATION_RUN.idFromName(`notification:${this.id}`),
    );
  }

  /** This send's messages, out of the queue. */
  take(): Queued[] {
    const mine = this.world.queue.filter(({ message }) => message.notificationId === this.id);
    this.world.queue = this.world.queue.filter((queued) => !mine.includes(queued));
    return mine;
  }

  /** Rings the alarm as if its time had come; false when none is set. */
  async look(): Promise<boolean> {
    return runDurableObjectAlarm(this.stub);
  }

  /** A Worker gets the message. */
  async deliver(message: BatchMessage): Promise<void> {
    await consumeBatch(this.world.ctx(), this.isolate, structuredClone(message));
  }

  /** Claims an attempt, as `claim` of the run does. The session ends with the test: an object is not evicted before. */
  async claim(batch: number, attempt: number) {
    const claimed = await this.stub.claim(batch, attempt);
    onTestFinished(() => claimed?.[Symbol.dispose]?.());
    return claimed;
  }

  /** Claims and reports a batch without asking any provider. */
  async report(message: BatchMessage, status: "sent" | "failed" = "sent"): Promise<void> {
    const { batch, attempt, recipients } = message;
    using claimed = await this.stub.claim(batch, attempt);
    if (!claimed?.ticket) throw new Error(`no claim on batch ${batch}`);
    const outcomes = recipients.map(({ id }): Outcome => {
      return status === "sent" ? { id, status } : { id, status, error: "no", reason: "rejected" };
    });
    await claimed.ticket.complete(outcomes, [], []);
  }

  /** The object loses its memory, as one does that nobody needs at present. */
  async evict(): Promise<void> {
    await evictDurableObject(this.stub);
  }

  /** The object loses its memory while attempts are being made: the sessions of their claims break. */
  async move(): Promise<void> {
    const moved = runInDurableObject(this.stub, (_, state) => state.abort(MOVED));
    await expect(moved).rejects.toThrow(MOVED);
  }

  /** Goes on as the platform does, the clock jumping to what comes next, until the notification is over. */
  async finish(): Promise<any> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const mine = this.take();
      for (const { message, dueAt } of mine) {
        this.world.pass(Math.max(0, dueAt - Date.now()));
        await this.deliver(message);
      }
      const [{ status }] = await rows("SELECT status FROM notifications WHERE id = ?", this.id);
      const isRinging = await this.look();
      if (!isRinging && ["sent", "failed", "cancelled"].includes(status)) return this.get();
      const isIdle = !this.world.queue.some(({ message }) => message.notificationId === this.id);
      if (mine.length === 0 && isIdle) this.world.pass(21_000);
    }
    throw new Error("the send does not end");
  }

  async get(): Promise<any> {
    const path = `${PUSH}/apps/${this.owner.app.id}/notifications/${this.uuid}`;
    const { status, body } = await api("GET", path, { token: this.owner.account.key });
    expect(status).toBe(200);
    return body.data;
  }

  /** Its results by provider and reason, as the push API tells them. */
  async totals(): Promise<any> {
    const path = `${PUSH}/apps/${this.owner.app.id}/notifications/${this.uuid}/results`;
    const { status, body } = await api("GET", path, { token: this.owner.account.key });
    expect(status).toBe(200);
    return body.data;
  }

  async cancel(): Promise<number> {
    const path = `${PUSH}/apps/${this.owner.app.id}/notifications/${this.uuid}/cancel`;
    return (await api("POST", path, { token: this.owner.account.key })).status;
  }

  /** What became of each recipient, from the packed rows. */
  async results(): Promise<RecipientResult[]> {
    const packed = await rows(
      "SELECT results FROM batch_results WHERE id >= ? AND id < ? ORDER BY id",
      this.id * 1_000_000,
      (this.id + 1) * 1_000_000,
    );
    return packed.flatMap(({ results }) => unpackResults(results));
  }

  /**
   * Expects that everything adds up: each of `total` recipients has one final outcome, and the counters say the
   * same. Answers the notification.
   */
  async expectAccounted(total: number, batchSize = 50): Promise<any> {
    const notification = await this.get();
    const { stats } = notification;
    const results = await this.results();
    expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
    expect(results).toHaveLength(total);
    expect(results.filter(({ status }) => status === "pending")).toEqual([]);
    const sent = results.filter(({ status }) => status === "sent").length;
    expect(stats).toMatchObject({
      total_count: total,
      sent_count: sent,
      failed_count: total - sent,
    });
    const totals = await this.totals();
    const providers: any[] = totals.providers;
    expect(totals).toMatchObject({
      total_count: total,
      sent_count: sent,
      failed_count: total - sent,
      pending_count: 0,
    });
    // Each recipient counts once, under the reason that its result has.
    for (const [reason, count] of Object.entries<number>(totals.reasons)) {
      const ofReason = results.filter((result) => result.reason === reason);
      expect(ofReason, reason).toHaveLength(count);
      expect(
        sumOf(providers, ({ reasons }) => reasons[reason]),
        reason,
      ).toBe(count);
    }
    expect(sumOf(Object.values<number>(totals.reasons), (count) => count)).toBe(total - sent);
    expect(sumOf(providers, ({ sent_count }) => sent_count)).toBe(sent);
    expect(sumOf(providers, ({ failed_count }) => failed_count)).toBe(total - sent);
    expect(stats.completed_batches).toBe(stats.total_batches);
    expect(stats.total_batches).toBe(Math.ceil(total / batchSize));
    return notification;
  }

  /** How often providers said yes to browsers that they were asked about more than once. */
  repeats(): number {
    return [...this.world.asked.values()].reduce((sum, count) => sum + count - 1, 0);
  }
}

/** Sends to the app, and returns the send when it is over. */
export async function sentIn(world: World, owner: PushOwner, wanted: object = {}): Promise<Send> {
  const made = await Send.create(world, owner, { send: true, ...wanted });
  await made.finish();
  return made;
}
