// Deletes drafts: one by hand, those of an app that goes, and those that nobody has touched for long.
import { and, eq, lt } from "drizzle-orm";
import { deleteInParts, UNTIL_NOTHING_IS_LEFT } from "../../db/delete-in-parts.ts";
import { drafts } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { ofApp } from "./find-draft.ts";

/** How long a draft is kept that nobody saves, ms: as long as the API's drafts. */
const KEPT_MS = 90 * DAY_MS;
/** Drafts that one statement deletes: each can be 240 KB long. */
const ROWS = 100;
/** Statements of one night: 100,000 drafts, and the next night takes the rest. */
const STATEMENTS = 1000;

/** Deletes a draft; a notification that it was to change stays as it is. Refuses `not_found`. */
export async function deleteDraft(
  ctx: AccountCtx,
  app: Pick<App, "id">,
  id: string,
): Promise<void> {
  const gone = await ctx.db
    .delete(drafts)
    .where(and(eq(drafts.uuid, id), ofApp(ctx, app)))
    .returning({ id: drafts.id });
  if (gone.length === 0) refuse({ code: "not_found", what: "draft" });
}

/** Deletes the drafts of an app, so that the app's own row can be deleted. */
export async function deleteDrafts(ctx: Ctx, appId: number): Promise<void> {
  const where = eq(drafts.appId, appId);
  await deleteInParts(
    ctx.db,
    drafts,
    { key: drafts.id, where },
    { rows: ROWS, statements: UNTIL_NOTHING_IS_LEFT },
  );
}

/** Deletes what nobody has saved for 90 days. */
export async function expireDrafts(ctx: Ctx): Promise<void> {
  const where = lt(drafts.updatedAt, ctx.now() - KEPT_MS);
  await deleteInParts(
    ctx.db,
    drafts,
    { key: drafts.id, where },
    { rows: ROWS, statements: STATEMENTS },
  );
}
