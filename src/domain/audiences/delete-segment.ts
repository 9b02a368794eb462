// Deletes saved segments: one that no notification waits with, or all of an app that is deleted.
import { and, eq, notExists, sql } from "drizzle-orm";
import { segments, segmentUses as uses } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { findSegment, namedInLog, segmentOfApp } from "./find-segment.ts";
import { segmentUses } from "./segment-uses.ts";

/** Deletes the app's segment with this id. Refuses `not_found`, and `segment_in_use` while a notification waits with it. */
export async function deleteSegment(ctx: AccountCtx, app: App, id: string): Promise<void> {
  const segment = await findSegment(ctx, app, id);
  const inUse = ctx.db
    .select({ one: sql`1` })
    .from(uses)
    .where(eq(uses.segmentId, segments.id));
  const remove = ctx.db
    .delete(segments)
    .where(and(segmentOfApp(ctx, app, id), notExists(inUse)))
    .returning({ id: segments.id });
  const entry = { did: "segment.delete", ...namedInLog(app, segment) } as const;
  const [gone] = await audited(ctx, remove, entry);
  if (gone) return;
  await findSegment(ctx, app, id);
  const { waiting, total } = await segmentUses(ctx, app, segment);
  refuse({ code: "segment_in_use", notifications: waiting, total });
}

/** Deletes the segments of an app whose notifications are deleted. */
export async function deleteSegments(ctx: Ctx, appId: number): Promise<void> {
  await ctx.db.delete(segments).where(eq(segments.appId, appId));
}
