// BuilderPool: which builds wait, and which builders wait for them, in one object for the whole service. It finds a
// build for a builder and makes the build's lock offer the lease; the lock, and not the pool, knows the holder. What
// the pool stores may be lost without losing a build: each lock queues its build again when no builder has taken it
// for a while, and the first call on an empty object reads the waiting builds from D1.
// Whose build is next is decided in pool-shares.ts.
import { DurableObject } from "cloudflare:workers";
import type { BuildFormat, Capabilities, AppPlatform } from "../protocol/builder.ts";
import type {
  Ability,
  BuilderPoolPort,
  BuilderState,
  Drain,
  QueuedBuild,
} from "../domain/ports/builds.ts";
import { waitingBuilds } from "../domain/builds/waiting-builds.ts";
import type { Ctx } from "../domain/context.ts";
import { SECOND_MS } from "../kit/time.ts";
import { PoolBuilders } from "./pool-builders.ts";
import { PoolShares, type QueueRow } from "./pool-shares.ts";

/** Most offers made for one request: builds that no longer wait must not delay it for long. */
const MAX_OFFERS = 100;
/** A waiting builder is served again after this when a waiting build could not be offered, ms. */
const RETRY_MS = SECOND_MS;

type LeaseRequest = Parameters<BuilderPoolPort["lease"]>[0];
type Lease = { buildId: number; appId: number; fencingToken: string };

/** The open request of a builder. */
interface Waiter {
  request: LeaseRequest;
  /** Its client has disconnected, or has sent another request. */
  hasLeft: boolean;
  /** Makes it check the queue again; absent while it does. */
  wake?: () => void;
}

export abstract class BuilderPoolObject<Env> extends DurableObject<Env> implements BuilderPoolPort {
  /** In the order of their arrival. */
  readonly #waiters = new Map<string, Waiter>();
  readonly #builders: PoolBuilders;
  readonly #shares: PoolShares;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#builders = new PoolBuilders(state.storage.sql);
    this.#shares = new PoolShares(state.storage.sql);
    void state.blockConcurrencyWhile(async () => this.#prepare());
  }

  /** Makes a context for the object's own work. */
  protected abstract context(): Ctx;

  async canBuild(platform: AppPlatform, format: BuildFormat): Promise<Ability> {
    const all = this.#builders.capabilities();
    if (all.length === 0) return "nobody";
    return all.some((each) => isAble(each, { platform, format })) ? "able" : "unable";
  }

  async enqueue(build: QueuedBuild, front: boolean): Promise<void> {
    const [waits] = this.#sql("SELECT 1 FROM queue WHERE build_id = ?", build.buildId);
    // Each minute, a lock shows a build that waits: its account was served meanwhile, or not, like others.
    if (front && !waits) this.#shares.takeBack(build.buildId, build.accountId);
    this.#insert(build, front);
    this.#wakeNext();
  }

  async dequeue(buildId: number): Promise<void> {
    this.#sql("DELETE FROM queue WHERE build_id = ?", buildId);
  }

  async lease(request: LeaseRequest): Promise<Lease | null> {
    const deadline = Date.now() + request.waitMs;
    const waiter: Waiter = { request, hasLeft: false };
    // A builder sends one request at a time. An earlier one comes from a process or connection that has ended, of
    // which the network need not have informed us.
    this.#dismissAll(request.builderId);
    this.#waiters.set(request.waiterId, waiter);
    // Recorded once, since what the builder works on changes while it waits.
    this.#builders.note(request);
    this.#shares.endOthers(request.builderId, request.currentJobs);
    try {
      for (;;) {
        const { lease, isAll } = await this.#take(request);
        if (lease && waiter.hasLeft) await this.#giveBack(request, lease);
        if (waiter.hasLeft) return null;
        const left = deadline - Date.now();
        if (lease || left <= 0) return lease;
        await sleep(waiter, isAll ? left : Math.min(left, RETRY_MS));
        if (waiter.hasLeft) return null;
      }
    } finally {
      this.#waiters.delete(request.waiterId);
      // It may have been woken for a build that it did not take.
      this.#wakeNext();
    }
  }

  async leave(waiterId: string): Promise<void> {
    const waiter = this.#waiters.get(waiterId);
    if (waiter) dismiss(waiter);
  }

  async seen(builderId: number, buildId: number): Promise<void> {
    this.#builders.seen(builderId, buildId);
  }

  async done(builderId: number, buildId: number): Promise<void> {
    this.#builders.done(builderId, buildId);
    // Its account may have another build made now.
    this.#shares.end(buildId, builderId);
    this.#wakeNext();
  }

  async drain(builderId: number, drain: Drain): Promise<void> {
    // A pool that does not know the builder learns of it with the builder's next request.
    this.#builders.drain(builderId, drain);
    if (this.#builders.isDraining(builderId)) this.#dismissAll(builderId);
    this.#wakeNext();
  }

  async remove(builderId: number): Promise<void> {
    this.#builders.remove(builderId);
    this.#shares.endOthers(builderId, []);
    this.#dismissAll(builderId);
  }

  async states(): Promise<BuilderState[]> {
    return this.#builders.states();
  }

  /**
   * Leases the first waiting build that this builder can make, and drops builds that no longer wait. `isAll` is false
   * when other builds wait that could not be offered now.
   */
  async #take(request: LeaseRequest): Promise<{ lease: Lease | null; isAll: boolean }> {
    const { log, buildLock } = this.context();
    const unreachable: QueueRow[] = [];
    try {
      for (let offers = 0; offers < MAX_OFFERS; offers += 1) {
        const row = this.#nextFor(request);
        if (!row) return { lease: null, isAll: unreachable.length === 0 };
        // Taken out of the queue before its lock is called, so that no two builders call for the same build, and
        // counted, so that they don't take too many of one account.
        this.#sql("DELETE FROM queue WHERE build_id = ?", row.build_id);
        this.#shares.hold(row, request.builderId);
        try {
          const lease = await buildLock(row.app_id).offer(row.build_id, request.builderId);
          if (!lease) {
            this.#shares.end(row.build_id, request.builderId);
            continue;
          }
          return { lease: { buildId: row.build_id, appId: row.app_id, ...lease }, isAll: true };
        } catch (error) {
          // A failing lock must not delay the builds behind it.
          log.error("offer_failed", error, { build: row.build_id });
          this.#shares.takeBack(row.build_id, row.account_id);
          unreachable.push(row);
        }
      }
      return { lease: null, isAll: false };
    } finally {
      // Put back at the front, the last one first, so that they keep their order.
      for (const row of unreachable.toReversed()) {
        const { build_id: buildId, account_id: accountId, app_id: appId, platform, format } = row;
        this.#insert({ buildId, accountId, appId, platform, format }, true);
      }
    }
  }

  /** Releases the lease of a builder that had disconnected; otherwise its lock would find out only later. */
  async #giveBack(
    { builderId }: LeaseRequest,
    { appId, buildId, fencingToken }: Lease,
  ): Promise<void> {
    await this.context()
      .buildLock(appId)
      .report({ buildId, builderId, fencingToken }, { kind: "release" });
  }

  /** Ends all open requests of a builder. */
  #dismissAll(builderId: number): void {
    for (const waiter of this.#waiters.values()) {
      if (waiter.request.builderId === builderId) dismiss(waiter);
    }
  }

  /** Wakes the first builder that can make a waiting build. */
  #wakeNext(): void {
    for (const { request, wake } of this.#waiters.values()) {
      if (wake && this.#nextFor(request)) return wake();
    }
  }

  /** The build that this builder is to make next; none while it drains. */
  #nextFor({ builderId, capabilities }: LeaseRequest): QueueRow | undefined {
    return this.#builders.isDraining(builderId) ? undefined : this.#shares.next(capabilities);
  }

  /** Puts a build at one end of the queue unless it waits already. */
  #insert(build: QueuedBuild, front: boolean): void {
    const edge = front ? "coalesce(min(position), 0) - 1" : "coalesce(max(position), 0) + 1";
    this.#sql(
      `INSERT OR IGNORE INTO queue (position, build_id, account_id, app_id, platform, format)
       SELECT ${edge}, ?, ?, ?, ?, ? FROM queue`,
      build.buildId,
      build.accountId,
      build.appId,
      build.platform,
      build.format,
    );
  }

  /** Makes the tables. A new object, or one whose storage was lost, reads the waiting builds from D1. */
  async #prepare(): Promise<void> {
    const known = this.#sql("SELECT 1 FROM sqlite_master WHERE name = 'queue'");
    if (known.length > 0) return;
    const waiting = await waitingBuilds(this.context());
    this.ctx.storage.transactionSync(() => {
      this.#sql(
        "CREATE TABLE queue (position INTEGER PRIMARY KEY, build_id INTEGER UNIQUE, account_id INTEGER, app_id INTEGER, platform TEXT, format TEXT)",
      );
      this.#builders.prepare();
      this.#shares.prepare();
      for (const build of waiting) this.#insert(build, false);
    });
  }

  #sql<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...values: SqlStorageValue[]
  ): Row[] {
    return this.ctx.storage.sql.exec<Row>(query, ...values).toArray();
  }
}

/** Ends a request without a job; if a lease is being made for it, that lease is released. */
function dismiss(waiter: Waiter): void {
  waiter.hasLeft = true;
  waiter.wake?.();
}

/** Waits until `waiter` is woken, at most `ms`. */
async function sleep(waiter: Waiter, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      delete waiter.wake;
      resolve();
    };
    const timer = setTimeout(wake, ms);
    waiter.wake = wake;
  });
}

function isAble(can: Capabilities, build: { platform: AppPlatform; format: BuildFormat }): boolean {
  return can.platforms.includes(build.platform) && can.formats.includes(build.format);
}
