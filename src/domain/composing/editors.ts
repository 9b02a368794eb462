// Who has a draft open. A page that shows one is heard of every few seconds; who was not for half a minute has gone.
import { and, eq, lt, ne, sql, type SQL } from "drizzle-orm";
import { excluded, insertFrom } from "../../db/insert-from.ts";
import { draftEditors, drafts, users } from "../../db/schema/index.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { ofApp, type Draft } from "./find-draft.ts";

/** How long somebody counts who was not heard of, ms: three times as long as their page is silent. */
const HERE_MS = 30 * SECOND_MS;
/** Most others that are named. */
const MAX_NAMED = 5;

/** The id of who acts, as drafts have it. */
export function whoWrites({ principal: { by } }: AccountCtx): string {
  return by.kind === "person" ? by.person.id : `key:${by.keyId}`;
}

/** The statement that notes that who acts has the draft open, for the one draft for which `which` holds. */
export function heardOf(ctx: AccountCtx, which: SQL | undefined) {
  return insertFrom(
    ctx.db,
    draftEditors,
    { draftId: sql`${drafts.id}`, userId: whoWrites(ctx), seenAt: ctx.now() },
    sql`FROM ${drafts} WHERE ${which}`,
  ).onConflictDoUpdate({
    target: [draftEditors.draftId, draftEditors.userId],
    set: excluded(draftEditors, ["seenAt"]),
  });
}

/** Notes that who acts has the draft open. Returns the names of others who have. */
export async function seeDraft(
  ctx: AccountCtx,
  app: Pick<App, "id">,
  draft: Pick<Draft, "id" | "rowId">,
): Promise<string[]> {
  const since = ctx.now() - HERE_MS;
  const ofIt = eq(draftEditors.draftId, draft.rowId);
  const [, , others] = await ctx.db.batch([
    heardOf(ctx, and(eq(drafts.uuid, draft.id), ofApp(ctx, app))),
    ctx.db.delete(draftEditors).where(and(ofIt, lt(draftEditors.seenAt, since))),
    ctx.db
      .select({ name: users.name })
      .from(draftEditors)
      .innerJoin(users, eq(users.id, draftEditors.userId))
      .where(and(ofIt, ne(draftEditors.userId, whoWrites(ctx))))
      .orderBy(users.name)
      .limit(MAX_NAMED),
  ]);
  return others.map(({ name }) => name);
}
