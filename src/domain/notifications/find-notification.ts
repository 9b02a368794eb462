// Notifications, and which of them a principal can see: those of the apps that it can see.
import { and, desc, eq, inArray } from "drizzle-orm";
import { apps, notifications } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { type App, requireAppAccess } from "../apps/find-app.ts";
import type { AccountCtx, Ctx, Principal } from "../context.ts";

/** A row of `notifications`. */
export type Notification = typeof notifications.$inferSelect;

/** What of a principal says which notifications it can see. */
export type Seer = Pick<Principal, "accountId" | "appIds">;

/** What the audit log calls a notification. */
export function namedInLog({ id, content, appId }: Notification) {
  const { title } = content as { title: string };
  return { id, name: title, facts: { app: appId } };
}

/** The condition on `notifications` that holds for those that count and are shown: tests to oneself are in no list. */
export const IS_SHOWN = eq(notifications.isTest, false);

/** The order of lists: that in which the index `notifications_app` has them. */
export const NEWEST_FIRST = [desc(notifications.createdAt), desc(notifications.id)];

/** The condition on `notifications` that holds for all notifications that the principal can see. */
export function visibleNotifications(principal: Seer) {
  return and(
    IS_SHOWN,
    eq(notifications.accountId, principal.accountId),
    principal.appIds ? inArray(notifications.appId, [...principal.appIds]) : undefined,
  );
}

/** The condition on `notifications` that holds for the one with this id, if the principal can see it. */
export function visibleNotification(principal: Seer, id: number) {
  return and(eq(notifications.id, id), visibleNotifications(principal));
}

/** Returns the notification with this id of API v1. Refuses `not_found`. */
export async function findNotification(
  ctx: Ctx & { principal: Seer },
  id: number,
): Promise<Notification> {
  const [found] = await ctx.db
    .select()
    .from(notifications)
    .where(visibleNotification(ctx.principal, id));
  return found ?? refuse({ code: "not_found", what: "notification" });
}

/** A notification and its app. */
export interface OfApp {
  app: App;
  notification: Notification;
}

/**
 * Returns a notification and its app by their UUIDs. Refuses `not_found`, and `forbidden` to a key that is limited to
 * other apps.
 */
export async function findByUuid(ctx: AccountCtx, appUuid: string, uuid: string): Promise<OfApp> {
  const [row] = await ctx.db
    .select({ app: apps, notification: notifications })
    .from(apps)
    .leftJoin(
      notifications,
      and(eq(notifications.appId, apps.id), eq(notifications.uuid, uuid), IS_SHOWN),
    )
    .where(and(eq(apps.uuid, appUuid), eq(apps.accountId, ctx.principal.accountId)));
  if (!row) return refuse({ code: "not_found", what: "app" });
  requireAppAccess(ctx.principal, row.app.id);
  const { app, notification } = row;
  return notification ? { app, notification } : refuse({ code: "not_found", what: "notification" });
}
