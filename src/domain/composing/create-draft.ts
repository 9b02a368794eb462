// Makes a draft. Its id can come with it, so that a page that saves by itself makes one however often it asks.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { drafts, notifications } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { Notification } from "../notifications/find-notification.ts";
import { newDraftId } from "./draft-id.ts";
import { DraftFields } from "./draft-fields.ts";
import { heardOf, whoWrites } from "./editors.ts";
import { draftOf, findDraft, ofApp, type Draft } from "./find-draft.ts";
import { changedBy } from "./save-draft.ts";

/** Most drafts of an app: more than a team can look after. */
export const MAX_DRAFTS = 200;

const NewDraft = z.strictObject({
  id: z.uuid().optional(),
  fields: DraftFields,
  /** The id of the notification that it is to change. */
  notification: z.uuid().nullish(),
  copied_from: z.uuid().nullish(),
});

/**
 * Makes a draft of the app, and returns it. Refuses `invalid` where the app has as many as it can have, `not_found` for a
 * notification of another app, and `draft_changed` where the draft, or another one of the same notification, is there
 * already.
 */
export async function createDraft(ctx: AccountCtx, app: App, input: unknown): Promise<Draft> {
  const wanted = parse(NewDraft, input);
  const id = wanted.id ?? newDraftId(ctx, app);
  const ofIt = wanted.notification ? await notificationOf(ctx, app, wanted.notification) : null;
  const now = ctx.now();
  const who = whoWrites(ctx);
  const insert = insertFrom(
    ctx.db,
    drafts,
    {
      uuid: id,
      accountId: ctx.principal.accountId,
      appId: app.id,
      fields: wanted.fields,
      version: 1,
      notificationId: ofIt?.id ?? null,
      copiedFrom: wanted.copied_from ?? null,
      createdBy: who,
      updatedBy: who,
      createdAt: now,
      updatedAt: now,
    },
    sql`WHERE (SELECT count(*) FROM ${drafts} AS other WHERE other.app_id = ${app.id}) < ${MAX_DRAFTS}`,
  )
    .onConflictDoNothing()
    .returning({ id: drafts.id });
  const [made] = await ctx.db.batch([
    insert,
    heardOf(ctx, and(eq(drafts.uuid, id), ofApp(ctx, app))),
  ]);
  if (made.length > 0) return findDraft(ctx, app, id);
  const [there] = await ctx.db
    .select({ uuid: drafts.uuid })
    .from(drafts)
    .where(and(eq(drafts.uuid, id), ofApp(ctx, app)));
  const other = ofIt && (await draftOf(ctx, ofIt));
  if (there) return refuse(changedBy(await findDraft(ctx, app, id)));
  if (other) return refuse(changedBy(other));
  return refuse(invalidField(["drafts"], `must not be more than ${MAX_DRAFTS} an app`));
}

/**
 * Returns the app's notification with this id. Refuses `not_found`, also for a direct one, since what a channel sends to
 * somebody is between the two, and what others tried on themselves is theirs.
 */
export async function notificationOf(
  ctx: AccountCtx,
  app: Pick<App, "id">,
  uuid: string,
): Promise<Notification> {
  const [found] = await ctx.db
    .select()
    .from(notifications)
    .where(
      and(
        eq(notifications.uuid, uuid),
        eq(notifications.appId, app.id),
        eq(notifications.accountId, ctx.principal.accountId),
        sql`${notifications.targeting} ->> 'type' IS NOT 'subscribers'`,
      ),
    );
  return found ?? refuse({ code: "not_found", what: "notification" });
}
