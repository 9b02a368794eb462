// Saves what was typed into a draft. Whoever saves says which version they have seen, so that nobody saves over what another
// has written since.
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { drafts } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse, type RefusalOf } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { DraftFields } from "./draft-fields.ts";
import { heardOf, whoWrites } from "./editors.ts";
import { findDraft, ofApp, type Draft } from "./find-draft.ts";

const Saved = z.strictObject({ version: z.int().positive(), fields: DraftFields });

/**
 * Saves the fields of a draft whose version is still the one given, and returns it. Refuses `not_found`, `invalid`, and
 * `draft_changed` where somebody saved since: to save all the same one gives their version.
 */
export async function saveDraft(
  ctx: AccountCtx,
  app: Pick<App, "id">,
  id: string,
  input: unknown,
): Promise<Draft> {
  const draft = await findDraft(ctx, app, id);
  const { version, fields } = parse(Saved, input);
  const isHis = and(eq(drafts.uuid, id), ofApp(ctx, app));
  const updatedAt = ctx.now();
  const update = ctx.db
    .update(drafts)
    .set({ fields, version: version + 1, updatedBy: whoWrites(ctx), updatedAt })
    .where(and(isHis, eq(drafts.version, version)))
    .returning({ id: drafts.id });
  const [saved] = await ctx.db.batch([update, heardOf(ctx, isHis)]);
  if (saved.length === 0) return refuse(changedBy(await findDraft(ctx, app, id)));
  const { by } = ctx.principal;
  const updatedBy = by.kind === "person" ? by.person.name : null;
  const savedBy = whoWrites(ctx);
  return { ...draft, fields, version: version + 1, updatedAt, savedBy, updatedBy };
}

/** The refusal of who has not seen this version. */
export function changedBy(draft: Draft): RefusalOf<"draft_changed"> {
  const { id, version, updatedBy, updatedAt } = draft;
  return { code: "draft_changed", draft: id, version, by: updatedBy, at: updatedAt };
}
