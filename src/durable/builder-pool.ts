// BuilderPool: which builds wait, and which builders wait for them. One object for all. It matches the two
// and has the build's lock make the lease; the lock, not the pool, knows who holds what.
//
// What it stores may be lost without losing a build: each lock queues its build again when nobody took it
// for a while, and the first call on an empty object reads the waiting builds from D1.
import { DurableObject } from "cloudflare:workers";
import type { BuildFormat, Capabilities, AppPlatform } from "../protocol/builder.ts";
import type { BuilderPoolPort, BuilderState, QueuedBuild } from "../domain/ports/builds.ts";
import { waitingBuilds } from "../domain/builds/waiting-builds.ts";
import type { Ctx } from "../domain/context.ts";
import { MINUTE_MS, SECOND_MS } from "../kit/time.ts";

/** A builder counts as available this long after it was last heard of, ms. */
const BUILDER_SEEN_MS = MINUTE_MS;
/** Offers made in one go: builds that wait no more must not hold a request up for long. */
const MAX_OFFERS = 100;
/** A builder looks again after this when something waits that could not be offered, ms. */
const LOOK_AGAIN_MS = SECOND_MS;

type LeaseRequest = Parameters<BuilderPoolPort["lease"]>[0];
type Lease = { buildId: number; appId: number; fencingToken: string };

/** A builder's open request. */
interface Waiter {
  request: LeaseRequest;
  /** Its client hung up, or asked anew. */
  hasLeft: boolean;
  /** Has it look at the queue again; absent while it does. */
  wake?: () => void;
}

type QueueRow = {
  position: number;
  build_id: number;
  app_id: number;
  platform: AppPlatform;
  format: BuildFormat;
};

export abstract class BuilderPoolObject<Env> extends DurableObject<Env> implements BuilderPoolPort {
  /** In the order in which they came. */
  readonly #waiters = new Map<string, Waiter>();

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    void state.blockConcurrencyWhile(async () => this.#prepare());
  }

  /** The context of the object's own work. */
  protected abstract context(): Ctx;

  async canBuild(platform: AppPlatform, format: BuildFormat): Promise<boolean> {
    const since = Date.now() - BUILDER_SEEN_MS;
    const rows = this.#sql<{ capabilities: string }>(
      "SELECT capabilities FROM builders WHERE last_seen_at > ?",
      since,
    );
    return rows.some((row) => isAble(JSON.parse(row.capabilities), { platform, format }));
  }

  async enqueue(build: QueuedBuild, front: boolean): Promise<void> {
    this.#insert(build, front);
    this.#rouse();
  }

  async dequeue(buildId: number): Promise<void> {
    this.#sql("DELETE FROM queue WHERE build_id = ?", buildId);
  }

  async lease(request: LeaseRequest): Promise<Lease | null> {
    const deadline = Date.now() + request.waitMs;
    const waiter: Waiter = { request, hasLeft: false };
    // a builder asks once at a time: its earlier request is of a process or connection that is gone, which
    // the network need not have told
    this.#dismissAll(request.builderId);
    this.#waiters.set(request.waiterId, waiter);
    // once, since what the builder works on changes while it waits
    this.#note(request);
    try {
      for (;;) {
        const { lease, isAll } = await this.#take(request);
        if (lease && waiter.hasLeft) await this.#giveBack(request, lease);
        if (waiter.hasLeft) return null;
        const left = deadline - Date.now();
        if (lease || left <= 0) return lease;
        await sleep(waiter, isAll ? left : Math.min(left, LOOK_AGAIN_MS));
        if (waiter.hasLeft) return null;
      }
    } finally {
      this.#waiters.delete(request.waiterId);
      // it may have been woken for a build it did not take
      this.#rouse();
    }
  }

  async leave(waiterId: string): Promise<void> {
    const waiter = this.#waiters.get(waiterId);
    if (waiter) dismiss(waiter);
  }

  async seen(builderId: number, buildId: number): Promise<void> {
    this.#sql(
      `UPDATE builders SET last_seen_at = ?1, current_jobs = CASE
         WHEN EXISTS (SELECT 1 FROM json_each(current_jobs) WHERE value = ?2) THEN current_jobs
         ELSE json_insert(current_jobs, '$[#]', ?2) END
       WHERE id = ?3`,
      Date.now(),
      buildId,
      builderId,
    );
  }

  async done(builderId: number, buildId: number): Promise<void> {
    this.#sql(
      `UPDATE builders SET last_seen_at = ?1, current_jobs = (
         SELECT json_group_array(value) FROM json_each(current_jobs) WHERE value <> ?2)
       WHERE id = ?3`,
      Date.now(),
      buildId,
      builderId,
    );
  }

  async remove(builderId: number): Promise<void> {
    this.#sql("DELETE FROM builders WHERE id = ?", builderId);
    this.#dismissAll(builderId);
  }

  async states(): Promise<BuilderState[]> {
    return this.#sql<{ id: number; last_seen_at: number; current_jobs: string }>(
      "SELECT id, last_seen_at, current_jobs FROM builders",
    ).map((row) => ({
      builderId: row.id,
      lastSeenAt: row.last_seen_at,
      currentJobs: JSON.parse(row.current_jobs) as number[],
    }));
  }

  /**
   * Leases the first waiting build this builder can make; drops those that no longer wait. `isAll` false:
   * others wait that could not be offered now.
   */
  async #take(request: LeaseRequest): Promise<{ lease: Lease | null; isAll: boolean }> {
    const { log, buildLock } = this.context();
    const unreachable: QueueRow[] = [];
    try {
      for (let offers = 0; offers < MAX_OFFERS; offers += 1) {
        const row = this.#first(request.capabilities);
        if (!row) return { lease: null, isAll: unreachable.length === 0 };
        // out of the queue before its lock is asked, so that no two builders ask for the same
        this.#sql("DELETE FROM queue WHERE build_id = ?", row.build_id);
        try {
          const lease = await buildLock(row.app_id).offer(row.build_id, request.builderId);
          if (!lease) continue;
          return { lease: { buildId: row.build_id, appId: row.app_id, ...lease }, isAll: true };
        } catch (error) {
          // one lock that fails must not hold up the builds behind it
          log.error("offer_failed", error, { build: row.build_id });
          unreachable.push(row);
        }
      }
      return { lease: null, isAll: false };
    } finally {
      // in front again, the last first, so that they keep their order
      for (const row of unreachable.toReversed()) {
        const { build_id: buildId, app_id: appId, platform, format } = row;
        this.#insert({ buildId, appId, platform, format }, true);
      }
    }
  }

  /** Hands back what was leased to a builder that had hung up; its lock finds out anyway, only later. */
  async #giveBack(
    { builderId }: LeaseRequest,
    { appId, buildId, fencingToken }: Lease,
  ): Promise<void> {
    await this.context()
      .buildLock(appId)
      .report({ buildId, builderId, fencingToken }, { kind: "release" });
  }

  /** Ends what a builder waits for. */
  #dismissAll(builderId: number): void {
    for (const waiter of this.#waiters.values()) {
      if (waiter.request.builderId === builderId) dismiss(waiter);
    }
  }

  /** Wakes the first builder that can make a waiting build. */
  #rouse(): void {
    for (const { request, wake } of this.#waiters.values()) {
      if (wake && this.#first(request.capabilities)) return wake();
    }
  }

  /** The first waiting build that a builder can make. */
  #first(can: Capabilities): QueueRow | undefined {
    const rows = this.ctx.storage.sql.exec<QueueRow>("SELECT * FROM queue ORDER BY position");
    for (const row of rows) if (isAble(can, row)) return row;
    return undefined;
  }

  /** Puts a build at one end of the queue unless it waits already. */
  #insert(build: QueuedBuild, front: boolean): void {
    const edge = front ? "coalesce(min(position), 0) - 1" : "coalesce(max(position), 0) + 1";
    this.#sql(
      `INSERT OR IGNORE INTO queue (position, build_id, app_id, platform, format)
       SELECT ${edge}, ?, ?, ?, ? FROM queue`,
      build.buildId,
      build.appId,
      build.platform,
      build.format,
    );
  }

  #note(request: LeaseRequest): void {
    this.#sql(
      `INSERT INTO builders (id, last_seen_at, capabilities, current_jobs) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET last_seen_at = excluded.last_seen_at,
         capabilities = excluded.capabilities, current_jobs = excluded.current_jobs`,
      request.builderId,
      Date.now(),
      JSON.stringify(request.capabilities),
      JSON.stringify(request.currentJobs),
    );
  }

  /** Makes the tables; a new object (or one whose storage was lost) learns from D1 what waits. */
  async #prepare(): Promise<void> {
    const known = this.#sql("SELECT 1 FROM sqlite_master WHERE name = 'queue'");
    if (known.length > 0) return;
    const waiting = await waitingBuilds(this.context());
    this.ctx.storage.transactionSync(() => {
      this.#sql(
        "CREATE TABLE queue (position INTEGER PRIMARY KEY, build_id INTEGER UNIQUE, app_id INTEGER, platform TEXT, format TEXT)",
      );
      this.#sql(
        "CREATE TABLE builders (id INTEGER PRIMARY KEY, last_seen_at INTEGER, capabilities TEXT, current_jobs TEXT)",
      );
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

/** Has a request end without a job; one that is being leased a job hands it back. */
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
