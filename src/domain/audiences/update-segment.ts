// Changes a saved segment. Notifications that wait and name it are sent by what it is when they begin.
import { and, gte, notExists, or, sql } from "drizzle-orm";
import { segments, segmentUses } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import {
  findSegment,
  namedInLog,
  SEGMENT_COLUMNS,
  segmentOf,
  segmentOfApp,
  type Segment,
} from "./find-segment.ts";
import { nameKeyOf, orSameName, UpdateSegment } from "./segment-input.ts";
import { conditionsIn, MAX_CONDITIONS } from "./targeting.ts";

/**
 * Changes the given fields of the app's segment with this id and returns it. Refuses `not_found`; `invalid`, also where a
 * notification that waits would have more conditions than can be sent by.
 */
export async function updateSegment(
  ctx: AccountCtx,
  app: App,
  id: string,
  input: unknown,
): Promise<Segment> {
  const segment = await findSegment(ctx, app, id);
  const wanted = parse(UpdateSegment, input);
  const { name, targeting } = wanted;
  const conditions = targeting && conditionsIn(targeting);
  const update = ctx.db
    .update(segments)
    .set({
      name,
      nameKey: name === undefined ? undefined : nameKeyOf(name),
      targeting,
      conditions,
      updatedAt: ctx.now(),
    })
    .where(
      and(
        segmentOfApp(ctx, app, id),
        conditions === undefined
          ? undefined
          : or(gte(segments.conditions, conditions), notExists(tooLarge(ctx, conditions))),
      ),
    )
    .returning(SEGMENT_COLUMNS);
  const named = namedInLog(app, segment);
  const [row] = await orSameName(
    audited(ctx, update, {
      did: "segment.update",
      ...named,
      facts: { ...named.facts, fields: Object.keys(wanted) },
    }),
  );
  if (row) return segmentOf(row);
  await findSegment(ctx, app, id);
  const message = `must not give a notification that waits more than ${MAX_CONDITIONS} conditions`;
  return refuse(invalidField(["targeting"], message));
}

/** The query for notifications that wait and would have too many conditions, if the segment had `conditions`. */
function tooLarge(ctx: AccountCtx, conditions: number) {
  const ofSegments = sql`SELECT sum(named.times * iif(named.segment_id = ${segmentUses.segmentId}, ${conditions}, other.conditions))
    FROM ${segmentUses} AS named JOIN ${segments} AS other ON other.id = named.segment_id
    WHERE named.notification_id = ${segmentUses.notificationId}`;
  return ctx.db
    .select({ one: sql`1` })
    .from(segmentUses)
    .where(
      sql`${segmentUses.segmentId} = ${segments.id} AND ${segmentUses.besides} + (${ofSegments}) > ${MAX_CONDITIONS}`,
    );
}
