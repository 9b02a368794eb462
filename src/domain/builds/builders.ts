// Builder hosts and their tokens.
import { desc, eq } from "drizzle-orm";
import { z } from "zod";
import { builders } from "../../db/schema/index.ts";
import { label } from "../../kit/fields.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { hashSecret, mintSecret, SECRET_PREFIX_SHOWN } from "../../kit/secret.ts";
import type { Ctx } from "../context.ts";
import type { BuilderState } from "../ports/builds.ts";

export interface Builder {
  id: number;
  name: string;
}

export interface BuilderView extends Builder {
  tokenPrefix: string;
  createdAt: number;
  /** What the pool knows of the builder; null when it has never asked for work. */
  live: BuilderState | null;
}

export const CreateBuilder = z.strictObject({
  name: label(100).meta({ description: "The host's name.", example: "builder-1" }),
});

/** Returns the builder whose token has this SHA-256, or null. */
export async function authenticateBuilder(ctx: Ctx, tokenHash: string): Promise<Builder | null> {
  const [row] = await ctx.db
    .select({ id: builders.id, name: builders.name })
    .from(builders)
    .where(eq(builders.tokenHash, tokenHash));
  return row ?? null;
}

/** Registers a builder host; its token is shown this once. Refuses `invalid`. */
export async function createBuilder(ctx: Ctx, input: unknown) {
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
  return { token, builder: { ...row, live: null } };
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
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    tokenPrefix: row.tokenPrefix,
    createdAt: row.createdAt,
    live: states.find((state) => state.builderId === row.id) ?? null,
  }));
}

/** Most hosts in the operators' list: far above the size of any fleet. */
const MAX_BUILDERS_LISTED = 1000;
