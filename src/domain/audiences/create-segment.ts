// Saves a targeting of an app under a name.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { apps, segments } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { namedInLog, SEGMENT_COLUMNS, segmentOf, type Segment } from "./find-segment.ts";
import { CreateSegment, nameKeyOf, orSameName } from "./segment-input.ts";
import { conditionsIn } from "./targeting.ts";

/** Most segments of an app: people choose from a list of them. */
export const MAX_SEGMENTS_AN_APP = 100;

/** Makes a segment of the app and returns it. Refuses `invalid`. */
export async function createSegment(ctx: AccountCtx, app: App, input: unknown): Promise<Segment> {
  const { name, targeting } = parse(CreateSegment, input);
  const uuid = crypto.randomUUID();
  const now = ctx.now();
  const { accountId } = ctx.principal;
  const insert = insertFrom(
    ctx.db,
    segments,
    {
      uuid,
      accountId,
      appId: app.id,
      name,
      nameKey: nameKeyOf(name),
      targeting,
      conditions: conditionsIn(targeting),
      createdAt: now,
      updatedAt: now,
    },
    sql`FROM ${apps} AS own WHERE own.id = ${app.id} AND own.account_id = ${accountId}
      AND (SELECT count(*) FROM ${segments} AS kept WHERE kept.app_id = own.id) < ${MAX_SEGMENTS_AN_APP}`,
  ).returning(SEGMENT_COLUMNS);
  const entry = { did: "segment.create", ...namedInLog(app, { id: uuid, name }) } as const;
  const [row] = await orSameName(audited(ctx, insert, entry));
  if (!row) {
    return refuse(
      invalidField(["segments"], `must not be more than ${MAX_SEGMENTS_AN_APP} an app`),
    );
  }
  return segmentOf(row);
}
