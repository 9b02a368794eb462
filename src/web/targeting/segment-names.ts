// The saved segments that conditions can name.
import type { App } from "../../domain/apps/find-app.ts";
import { MAX_SEGMENTS_AN_APP } from "../../domain/audiences/create-segment.ts";
import { listSegments } from "../../domain/audiences/find-segment.ts";
import type { AccountCtx } from "../../domain/context.ts";
import type { SegmentName } from "./values.ts";

/** Returns the names of all of the app's segments. */
export async function segmentNames(ctx: AccountCtx, app: App): Promise<SegmentName[]> {
  const { rows } = await listSegments(ctx, app, { limit: String(MAX_SEGMENTS_AN_APP) });
  return rows.map(({ id, name }) => ({ id, name }));
}
