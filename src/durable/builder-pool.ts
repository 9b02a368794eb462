// BuilderPool: which builds wait, and which builders wait for them. One object for all. It matches the two
// and has the build's lock make the lease; the lock, not the pool, knows who holds what.
//
// What it stores may be lost without losing a build: each lock queues its build again when nobody took it
// for a while, and the first call on an empty object reads the waiting builds from D1.
import { DurableObject } from "cloudflare:workers";
import type { BuildFormat, Capabilities, Platform } from "../protocol/builder.ts";
import type { BuilderPoolPort, BuilderState, QueuedBuild } from "../domain/builds/ports.ts";
import { waitingBuilds } from "../domain/builds/waiting-builds.ts";
import type { Ctx } from "../domain/context.ts";
import { MINUTE_MS } from "../kit/time.ts";

/** A builder counts as available this long after it was last heard of, ms. */
export const BUILDER_SEEN_MS = MINUTE_MS;

type LeaseRequest = Parameters<BuilderPoolPort["lease"]>[0];
type Lease = { buildId: number; appId: number; fencingToken: string };

/** A builder's open request; `wake` has it look at the queue again, `leave` ends it. */
interface Waiter {
  request: LeaseRequest;
  wake: () => void;
  leave: () => void;
}

type QueueRow = { build_id: number; app_id: number; platform: Platform; format: BuildFormat };

export abstract class BuilderPoolObject<Env> extends DurableObject<Env> implements BuilderPoolPort {
  readonly #waiters = new Map<string, Waiter>();
  /** Builds being offered this instant, so that two builders don't ask for the same. */
  readonly #offering = new Set<number>();

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    void state.blockConcurrencyWhile(async () => this.#prepare());
  }

  /** The context of the object's own work. */
  protected abstract context(): Ctx;

  async canBuild(platform: Platform, format: BuildFormat): Promise<boolean> {
    const since = Date.now() - BUILDER_SEEN_MS;
    const rows = this.#sql<{ capabilities: string }>(
      "SELECT capabilities FROM builders WHERE last_seen_at > ?",
      since,
    );
    return rows.some((row) => isAble(JSON.parse(row.capabilities), { platform, format }));
  }

  async enqueue(build: QueuedBuild, front: boolean): Promise<void> {
    const edge = front ? "coalesce(min(position), 0) - 1" : "coalesce(max(position), 0) + 1";
    this.#sql(
      `INSERT OR IGNORE INTO queue (position, build_id, app_id, platform, format)
       SELECT ${edge}, ?, ?, ?, ? FROM queue`,
      build.buildId,
      build.appId,
      build.platform,
      build.format,
    );
    for (const { request, wake } of this.#waiters.values()) {
      if (!isAble(request.capabilities, build)) continue;
      wake();
      return;
    }
  }

  async lease(request: LeaseRequest): Promise<Lease | null> {
    const deadline = Date.now() + request.waitMs;
    this.#note(request);
    for (;;) {
      const lease = await this.#take(request);
      const left = deadline - Date.now();
      if (lease !== null || left <= 0) return lease;
      if ((await this.#wait(request, left)) === "left") return null;
      this.#note(request);
    }
  }

  async leave(waiterId: string): Promise<void> {
    this.#waiters.get(waiterId)?.leave();
  }

  async seen(builderId: number): Promise<void> {
    this.#sql("UPDATE builders SET last_seen_at = ? WHERE id = ?", Date.now(), builderId);
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

  /** Leases the first waiting build this builder can make; drops those that no longer wait. */
  async #take(request: LeaseRequest): Promise<Lease | null> {
    for (;;) {
      const row = this.#sql<QueueRow>(
        "SELECT build_id, app_id, platform, format FROM queue ORDER BY position",
      ).find((build) => isAble(request.capabilities, build) && !this.#offering.has(build.build_id));
      if (!row) return null;
      this.#offering.add(row.build_id);
      try {
        const lock = this.context().buildLock(row.app_id);
        const lease = await lock.offer(row.build_id, request.builderId);
        this.#sql("DELETE FROM queue WHERE build_id = ?", row.build_id);
        if (lease) return { buildId: row.build_id, appId: row.app_id, ...lease };
      } finally {
        this.#offering.delete(row.build_id);
      }
    }
  }

  async #wait(request: LeaseRequest, ms: number): Promise<"woken" | "left"> {
    return new Promise((resolve) => {
      const end = (how: "woken" | "left") => {
        clearTimeout(timer);
        this.#waiters.delete(request.waiterId);
        resolve(how);
      };
      const timer = setTimeout(() => end("woken"), ms);
      this.#waiters.set(request.waiterId, {
        request,
        wake: () => end("woken"),
        leave: () => end("left"),
      });
    });
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
    this.#sql(
      "CREATE TABLE queue (position INTEGER, build_id INTEGER PRIMARY KEY, app_id INTEGER, platform TEXT, format TEXT)",
    );
    this.#sql(
      "CREATE TABLE builders (id INTEGER PRIMARY KEY, last_seen_at INTEGER, capabilities TEXT, current_jobs TEXT)",
    );
    for (const build of waiting) await this.enqueue(build, false);
  }

  #sql<Row extends Record<string, SqlStorageValue>>(query: string, ...values: SqlStorageValue[]): Row[] {
    return this.ctx.storage.sql.exec<Row>(query, ...values).toArray();
  }
}

function isAble(can: Capabilities, build: { platform: Platform; format: BuildFormat }): boolean {
  return can.platforms.includes(build.platform) && can.formats.includes(build.format);
}
