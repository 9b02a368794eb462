// Makes a notification of a draft, or changes the one that it is for. The draft goes in the same transaction in which the
// notification is made, so that it is sent once, however often and by however many this is asked for.
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { refusedWith } from "../../db/refused-with.ts";
import { draftEditors, drafts } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import { resolve } from "../audiences/resolve.ts";
import { Targeting, type Resolved } from "../audiences/targeting.ts";
import type { AccountCtx } from "../context.ts";
import { createNotification } from "../notifications/create-notification.ts";
import type { Notification } from "../notifications/find-notification.ts";
import { sendNotification } from "../notifications/send-notification.ts";
import { updateNotification } from "../notifications/update-notification.ts";
import type { DraftFields } from "./draft-fields.ts";
import { whoWrites } from "./editors.ts";
import { findDraft, ofApp, type Draft } from "./find-draft.ts";
import { contentInputOf, inputOf, scheduleInputOf } from "./input-of.ts";
import { changedBy } from "./save-draft.ts";

const Publish = z.strictObject({
  /** The version that was seen and confirmed. */
  version: z.int().positive(),
  /** How many people the page said that "everyone" is; needed where it goes to everyone. */
  everyone: z.int().nonnegative().optional(),
});

/** What SQLite says where the draft is not there that a claim is for. */
const NO_DRAFT = "NOT NULL constraint failed: draft_editors.draft_id";

/** Whether a draft goes to everyone, by whatever conditions and segments it says so. */
export async function isForEverybody(
  ctx: AccountCtx,
  app: App,
  { targeting }: Pick<DraftFields, "targeting">,
): Promise<boolean> {
  const parsed = Targeting.safeParse(targeting);
  if (!parsed.success) return false;
  return hasEverybody(await resolve(ctx, app.id, parsed.data));
}

function hasEverybody(audience: Resolved): boolean {
  switch (audience.type) {
    case "all":
      return true;
    case "all_of":
      return audience.of.every(hasEverybody);
    case "any_of":
      return audience.of.some(hasEverybody);
    default:
      return false;
  }
}

/**
 * Sends or schedules what a draft says, and returns the notification; the draft is gone. Refuses `not_found`,
 * `draft_changed`, `invalid` also where it goes to everyone and nobody confirmed that, and what `createNotification` or
 * `updateNotification` refuse. A refused draft stays.
 */
export async function publishDraft(
  ctx: AccountCtx,
  app: App,
  id: string,
  input: unknown,
): Promise<Notification> {
  const draft = await findDraft(ctx, app, id);
  const { version, everyone } = parse(Publish, input);
  if (draft.version !== version) return refuse(changedBy(draft));
  if (everyone === undefined && (await isForEverybody(ctx, app, draft.fields))) {
    return refuse(invalidField(["everyone"], "must be confirmed"));
  }
  return draft.notification === null
    ? make(ctx, app, draft)
    : change(ctx, app, draft, draft.notification);
}

async function make(ctx: AccountCtx, app: App, draft: Draft): Promise<Notification> {
  try {
    return await createNotification(ctx, app, inputOf(draft.fields), [
      claim(ctx, app, draft),
      remove(ctx, app, draft),
    ]);
  } catch (error) {
    if (!refusedWith(error, NO_DRAFT)) throw error;
    return refuse(changedBy(await findDraft(ctx, app, draft.id)));
  }
}

async function change(
  ctx: AccountCtx,
  app: App,
  draft: Draft,
  notification: Notification,
): Promise<Notification> {
  const { fields } = draft;
  const found = { app, notification };
  const content = contentInputOf(fields);
  const isNow = fields.when === "now";
  // What goes out now keeps its time until then, so that it is not lost if it can't be sent.
  const input = isNow ? content : { ...content, ...scheduleInputOf(fields) };
  const updated = await updateNotification(ctx, found, input);
  const done = isNow ? await sendNotification(ctx, { app, notification: updated }) : updated;
  await remove(ctx, app, draft).run();
  return done;
}

const thisVersion = (ctx: AccountCtx, app: App, { id, version }: Draft) =>
  and(eq(drafts.uuid, id), eq(drafts.version, version), ofApp(ctx, app));

/** The statement that fails, and its transaction with it, unless the draft is there in this version. */
function claim(ctx: AccountCtx, app: App, draft: Draft) {
  const there = sql`(SELECT ${drafts.id} FROM ${drafts} WHERE ${thisVersion(ctx, app, draft)})`;
  return insertFrom(
    ctx.db,
    draftEditors,
    { draftId: there, userId: whoWrites(ctx), seenAt: ctx.now() },
    sql`WHERE true`,
  ).onConflictDoUpdate({
    target: [draftEditors.draftId, draftEditors.userId],
    set: { seenAt: ctx.now() },
  });
}

function remove(ctx: AccountCtx, app: App, draft: Draft) {
  return ctx.db.delete(drafts).where(thisVersion(ctx, app, draft));
}
