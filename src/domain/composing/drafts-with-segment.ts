// Which drafts of the composer name a saved segment: told before it is changed or deleted. They don't keep it from going, since
// nothing waits to be sent by a draft: whoever publishes one without its segment is told.
import { and, desc, sql } from "drizzle-orm";
import { drafts } from "../../db/schema/index.ts";
import type { App } from "../apps/find-app.ts";
import type { Segment } from "../audiences/find-segment.ts";
import type { AccountCtx } from "../context.ts";
import { MAX_DRAFTS } from "./create-draft.ts";
import { ofApp } from "./find-draft.ts";

/** Most of a title that is told, characters. */
const MAX_TITLE = 100;

/** A draft that names a segment. */
export interface NamingDraft {
  /** A UUID. */
  id: string;
  /** "" while nobody gave it one. */
  title: string;
}

/** Returns the app's drafts that name the segment, the one first that was saved last. There are never many (create-draft.ts). */
export async function draftsWithSegment(
  ctx: AccountCtx,
  app: Pick<App, "id">,
  { id }: Pick<Segment, "id">,
): Promise<NamingDraft[]> {
  return ctx.db
    .select({
      id: drafts.uuid,
      title: sql<string>`substr(${drafts.fields} ->> '$.title', 1, ${MAX_TITLE})`,
    })
    .from(drafts)
    .where(
      and(
        ofApp(ctx, app),
        // Most are left out by their text, without reading their JSON.
        sql`instr(${drafts.fields}, ${id}) > 0`,
        sql`EXISTS (SELECT 1 FROM json_tree(${drafts.fields}, '$.targeting') AS part
          WHERE part.key = 'id' AND part.atom = ${id})`,
      ),
    )
    .orderBy(desc(drafts.updatedAt), desc(drafts.id))
    .limit(MAX_DRAFTS);
}
