// Builder hosts and their tokens.
import { and, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { builders } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { hashSecret, mintSecret, SECRET_PREFIX_SHOWN } from "../../kit/secret.ts";
import type { Ctx } from "../context.ts";
import { HEARD_MS, type BuilderState, type Drain } from "../ports/builds.ts";

export interface Builder {
  id: number;
  name: string;
  drain: Drain;
}

/**
 * idle: it has no jobs; busy: it has some; draining: it has some, or may still get one, and then no more; drained: it has
 * none and gets none; offline: nothing was heard of it for HEARD_MS.
 */
export const BUILDER_STATES = ["idle", "busy", "draining", "drained", "offline"] as const;

export interface BuilderView {
  id: number;
  name: string;
  tokenPrefix: string;
  createdAt: number;
  /** Since when it gets no new jobs, ms; null while it does. */
  drainingSince: number | null;
  /** What the pool knows of the builder; null when it has never asked for work. */
  live: BuilderState | null;
}

export const CreateBuilder = z.strictObject({
  name: label(100).meta({ description: "The host's name.", example: "builder-1" }),
});

/** Returns the builder whose token has this SHA-256, or null. */
export async function authenticateBuilder(ctx: Ctx, tokenHash: string): Promise<Builder | null> {
  const [row] = await ctx.db.select().from(builders).where(eq(builders.tokenHash, tokenHash));
  return row ? { id: row.id, name: row.name, drain: drainOf(row) } : null;
}

type Row = typeof builders.$inferSelect;

const drainOf = ({ drainingSince, drainChanges }: Row): Drain => ({
  isDraining: drainingSince !== null,
  changes: drainChanges,
});

/** Registers a builder host; its token is shown this once. Refuses `invalid`. */
export async function createBuilder(
  ctx: Ctx,
  input: unknown,
): Promise<{ token: string; builder: BuilderView }> {
  const { name } = parse(CreateBuilder, input);
  const token = mintSecret("sw_bld_");
  const [row] = await ctx.db
    .insert(builders)
    .values({
      name,
      tokenHash: await hashSecret(token),
      tokenPrefix: token.slice(0, SECRET_PREFIX_SHOWN),
      createdAt: ctx.now(),
    })
    .returning();
  if (!row) throw new Error("an inserted builder returned no row");
  return { token, builder: viewOf(row, []) };
}

/**
 * Drains a builder host: it gets no new jobs, and finishes those that it has. This is kept until it is resumed. Does nothing
 * to one that drains already. Returns the host. Refuses `not_found`.
 */
export async function drainBuilder(ctx: Ctx, id: number): Promise<BuilderView> {
  return changeDrain(ctx, id, ctx.now());
}

/** Lets a builder host have jobs again. Does nothing to one that does not drain. Returns the host. Refuses `not_found`. */
export async function resumeBuilder(ctx: Ctx, id: number): Promise<BuilderView> {
  return changeDrain(ctx, id, null);
}

async function changeDrain(ctx: Ctx, id: number, since: number | null): Promise<BuilderView> {
  const isOther =
    since === null ? isNotNull(builders.drainingSince) : isNull(builders.drainingSince);
  const [changed, [row]] = await ctx.db.batch([
    ctx.db
      .update(builders)
      .set({ drainingSince: since, drainChanges: sql`${builders.drainChanges} + 1` })
      .where(and(eq(builders.id, id), isOther))
      .returning({ id: builders.id }),
    ctx.db.select().from(builders).where(eq(builders.id, id)),
  ]);
  if (!row) return refuse({ code: "not_found", what: "builder" });
  // Builders are of no account, whose audit log could tell of it.
  if (changed.length > 0)
    ctx.log.info(since === null ? "builder_resumed" : "builder_drained", { builder: id });
  // Done even if the row said so before, since the pool may not have been reached then.
  const pool = ctx.builderPool();
  await pool.drain(id, drainOf(row));
  return viewOf(row, await pool.states());
}

/**
 * Deletes a builder host. Its token is refused from then on, and the builds that it works on go to others once its
 * leases have ended. Refuses `not_found`.
 */
export async function deleteBuilder(ctx: Ctx, id: number): Promise<void> {
  const gone = await ctx.db
    .delete(builders)
    .where(eq(builders.id, id))
    .returning({ id: builders.id });
  // Done even if the row was deleted before, since the pool may not have been reached then.
  await ctx.builderPool().remove(id);
  if (gone.length === 0) refuse({ code: "not_found", what: "builder" });
}

/** Returns all builder hosts, newest first, with what each of them is doing. */
export async function listBuilders(ctx: Ctx): Promise<BuilderView[]> {
  const [rows, states] = await Promise.all([
    ctx.db.select().from(builders).orderBy(desc(builders.id)).limit(MAX_BUILDERS_LISTED),
    ctx.builderPool().states(),
  ]);
  return rows.map((row) => viewOf(row, states));
}

function viewOf(row: Row, states: readonly BuilderState[]): BuilderView {
  const { id, name, tokenPrefix, createdAt, drainingSince } = row;
  const live = states.find((state) => state.builderId === id) ?? null;
  return { id, name, tokenPrefix, createdAt, drainingSince, live };
}

/** Returns what a host is doing at `now`, ms: its state, and the ids of the builds that it has. */
export function activityOf({ live, drainingSince }: BuilderView, now: number) {
  if (live === null || live.lastSeenAt < now - HEARD_MS) {
    return { state: "offline", jobs: [] } as const;
  }
  const isBusy = live.currentJobs.length > 0;
  if (drainingSince === null) {
    return { state: isBusy ? "busy" : "idle", jobs: live.currentJobs } as const;
  }
  // Until the pool knows that it drains, it may be given a job.
  const state = isBusy || !live.isDraining ? "draining" : "drained";
  return { state, jobs: live.currentJobs } as const;
}

/** Most hosts in the operators' list: far above the size of any fleet. */
const MAX_BUILDERS_LISTED = 1000;
