// Drafts of the composer, which belong to an app: found by their ids, with who saved them last, and listed.
import { and, count, desc, eq, sql } from "drizzle-orm";
import { drafts, notifications, users } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { Notification } from "../notifications/find-notification.ts";
import { DraftFields } from "./draft-fields.ts";

/** A draft, as those who write it know it. */
export interface Draft {
  /** A UUID. */
  id: string;
  rowId: number;
  fields: DraftFields;
  version: number;
  /** The notification that it is to change; null for one that is to be made. */
  notification: Notification | null;
  copiedFrom: string | null;
  /** Who saved it last: their id, and their name; null for somebody who is gone. */
  savedBy: string;
  updatedBy: string | null;
  /** ms */
  updatedAt: number;
}

/** A draft in a list. */
export interface ListedDraft {
  /** A UUID. */
  id: string;
  title: string;
  /** The id, a UUID, of the notification that it is to change; null for one that is to be made. */
  notification: string | null;
  /** The name of who saved it last; null for somebody who is gone. */
  updatedBy: string | null;
  /** ms */
  updatedAt: number;
}

type OfApp = Pick<App, "id">;

/** The condition on `drafts` that holds for those of the app. */
export function ofApp({ principal }: AccountCtx, app: OfApp) {
  return and(eq(drafts.accountId, principal.accountId), eq(drafts.appId, app.id));
}

/** Returns the app's draft with this id. Refuses `not_found`. */
export async function findDraft(ctx: AccountCtx, app: OfApp, id: string): Promise<Draft> {
  return (await draftIfThere(ctx, app, id)) ?? refuse({ code: "not_found", what: "draft" });
}

/** Returns the app's draft with this id; null for none. */
export async function draftIfThere(ctx: AccountCtx, app: OfApp, id: string): Promise<Draft | null> {
  return findBy(ctx, app, eq(drafts.uuid, id));
}

/** Returns the draft in which the notification is being changed; null for none. */
export async function draftOf(
  ctx: AccountCtx,
  { id, appId }: Pick<Notification, "id" | "appId">,
): Promise<Draft | null> {
  return findBy(ctx, { id: appId }, eq(drafts.notificationId, id));
}

async function findBy(ctx: AccountCtx, app: OfApp, which: ReturnType<typeof eq>) {
  const [found] = await ctx.db
    .select({ draft: drafts, notification: notifications, updatedBy: users.name })
    .from(drafts)
    .leftJoin(notifications, eq(notifications.id, drafts.notificationId))
    .leftJoin(users, eq(users.id, drafts.updatedBy))
    .where(and(which, ofApp(ctx, app)));
  if (!found) return null;
  const { uuid, id, fields, version, copiedFrom, updatedAt } = found.draft;
  const { notification, updatedBy } = found;
  const typed = DraftFields.parse(fields);
  const draft = { id: uuid, rowId: id, fields: typed, version, copiedFrom, updatedAt };
  const savedBy = found.draft.updatedBy;
  return { ...draft, notification, savedBy, updatedBy } satisfies Draft;
}

/** Returns a page of the app's drafts, the one first that was saved last. Refuses `invalid`. */
export async function listDrafts(
  ctx: AccountCtx,
  app: OfApp,
  query: unknown,
): Promise<Page<ListedDraft>> {
  const page = parse(PageQuery, query);
  const { limit, offset } = slice(page);
  const [rows, totals] = await ctx.db.batch([
    ctx.db
      .select({
        // By names of their own: a batch tells columns by their names.
        id: sql<string>`${drafts.uuid}`.as("draft_uuid"),
        title: sql<string>`${drafts.fields} ->> '$.title'`,
        notification: sql<string | null>`${notifications.uuid}`.as("notification_uuid"),
        updatedBy: users.name,
        updatedAt: drafts.updatedAt,
      })
      .from(drafts)
      .leftJoin(notifications, eq(notifications.id, drafts.notificationId))
      .leftJoin(users, eq(users.id, drafts.updatedBy))
      .where(ofApp(ctx, app))
      .orderBy(desc(drafts.updatedAt), desc(drafts.id))
      .limit(limit)
      .offset(offset),
    ctx.db.select({ total: count() }).from(drafts).where(ofApp(ctx, app)),
  ]);
  return { rows, page: page.page, total: totals[0]?.total ?? 0 };
}
