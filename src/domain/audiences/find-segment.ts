// Saved segments of an app, found within the account.
import { and, asc, count, eq } from "drizzle-orm";
import { segments } from "../../db/schema/index.ts";
import { exactly, OffsetQuery, type Listed } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { Resolved } from "./targeting.ts";

/** A saved segment, as its app's owner sees it. */
export interface Segment {
  /** A UUID, by which targetings name it. */
  id: string;
  name: string;
  targeting: Resolved;
  /** How many notifications with it began to be sent, and when the last one did, ms. */
  used: number;
  lastUsedAt: number | null;
  /** ms. */
  createdAt: number;
  updatedAt: number;
}

/** The columns that `segmentOf` reads. */
export const SEGMENT_COLUMNS = {
  id: segments.uuid,
  name: segments.name,
  targeting: segments.targeting,
  used: segments.used,
  lastUsedAt: segments.lastUsedAt,
  createdAt: segments.createdAt,
  updatedAt: segments.updatedAt,
};

/** Returns the segment of a row. */
export function segmentOf(row: Omit<Segment, "targeting"> & { targeting: unknown }): Segment {
  return { ...row, targeting: row.targeting as Resolved };
}

/** The condition on `segments` that holds for the app's. */
export function segmentsOfApp({ principal }: AccountCtx, app: App) {
  return and(eq(segments.accountId, principal.accountId), eq(segments.appId, app.id));
}

/** The condition on `segments` that holds for the app's with this id. */
export function segmentOfApp(ctx: AccountCtx, app: App, id: string) {
  return and(segmentsOfApp(ctx, app), eq(segments.uuid, id));
}

/** What the audit log calls a segment. */
export function namedInLog(app: App, { id, name }: Pick<Segment, "id" | "name">) {
  return { id, name, facts: { app: app.id } };
}

/** Returns the app's segment with this id. Refuses `not_found`. */
export async function findSegment(ctx: AccountCtx, app: App, id: string): Promise<Segment> {
  const [row] = await ctx.db
    .select(SEGMENT_COLUMNS)
    .from(segments)
    .where(segmentOfApp(ctx, app, id));
  return row ? segmentOf(row) : refuse({ code: "not_found", what: "segment" });
}

/** Returns a page of the app's segments, in the order of their names. Refuses `invalid`. */
export async function listSegments(
  ctx: AccountCtx,
  app: App,
  query: unknown,
): Promise<Listed<Segment>> {
  const { limit, offset } = parse(OffsetQuery, query);
  const own = segmentsOfApp(ctx, app);
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ total: count() }).from(segments).where(own),
    ctx.db
      .select(SEGMENT_COLUMNS)
      .from(segments)
      .where(own)
      .orderBy(asc(segments.nameKey))
      .limit(limit)
      .offset(offset),
  ]);
  return { rows: rows.map(segmentOf), total: exactly(totals[0]?.total ?? 0) };
}
