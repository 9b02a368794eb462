// Lists an app's notifications, newest first, each list in one round trip; and counts an audience.
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { countedUpToMost } from "../../db/count.ts";
import { appCounts, apps, notifications } from "../../db/schema/index.ts";
import {
  exactly,
  OffsetQuery,
  PageQuery,
  slice,
  upToMost,
  type Listed,
  type Page,
} from "../../kit/pagination.ts";
import { parse, parseAhead } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { findApp, visibleApp, type App, requireAppAccess } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { AudienceSize } from "../audiences/audience.ts";
import { estimateInTurn } from "../audiences/estimate-in-turn.ts";
import { Targeting } from "../audiences/targeting.ts";
import {
  IS_SHOWN,
  NEWEST_FIRST,
  visibleNotifications,
  type Notification,
} from "./find-notification.ts";
import { pageOfStatus, ofStatus } from "./of-status.ts";

export const NotificationStatus = z.enum(notifications.status.enumValues);

const ListQuery = OffsetQuery.extend({ status: NotificationStatus.optional() });

/** What API v1's list shows of a notification: the rest, which can be long, is not read. */
export type ListedNotification = Pick<Notification, "id" | "status" | "sentAt"> & {
  title: string;
  body: string;
};

/** Returns a page of the notifications of the app with this id of API v1. Refuses `not_found` before `invalid`. */
export async function listNotifications(
  ctx: AccountCtx,
  appId: number,
  query: unknown,
): Promise<Page<ListedNotification>> {
  const wanted = parseAhead(PageQuery, query);
  if (wanted.value === undefined) await findApp(ctx, appId);
  const page = wanted.orRefuse();
  const ofApp = and(eq(notifications.appId, appId), visibleNotifications(ctx.principal));
  const { limit, offset } = slice(page);
  const [found, totals, rows] = await ctx.db.batch([
    ctx.db.select({ id: apps.id }).from(apps).where(visibleApp(ctx.principal, appId)),
    ctx.db
      .select({ total: appCounts.notifications })
      .from(appCounts)
      .where(eq(appCounts.appId, appId)),
    ctx.db
      .select({
        id: notifications.id,
        status: notifications.status,
        sentAt: notifications.sentAt,
        title: sql<string>`${notifications.content} ->> '$.title'`,
        body: sql<string>`${notifications.content} ->> '$.body'`,
      })
      .from(notifications)
      .where(ofApp)
      .orderBy(...NEWEST_FIRST)
      .limit(limit)
      .offset(offset),
  ]);
  if (found.length === 0) refuse({ code: "not_found", what: "app" });
  return { rows, page: page.page, total: totals[0]?.total ?? 0 };
}

/** Returns the app with this UUID and a page of its notifications. Refuses `not_found`, `forbidden` before `invalid`. */
export async function listByUuid(
  ctx: AccountCtx,
  appUuid: string,
  query: unknown,
): Promise<Listed<Notification> & { app: App }> {
  const wanted = parseAhead(ListQuery, query);
  const { status, limit, offset } = wanted.value ?? { limit: 0, offset: 0 };
  const ofAccount = and(eq(apps.uuid, appUuid), eq(apps.accountId, ctx.principal.accountId));
  const appId = sql`(SELECT ${apps.id} FROM ${apps} WHERE ${ofAccount})`;
  const listed = status
    ? sql`${notifications.id} IN (${pageOfStatus(ctx, appId, status, { limit, offset })})`
    : and(IS_SHOWN, eq(notifications.appId, appId));
  const total = status ? countedUpToMost(ofStatus(ctx, appId, status)) : appCounts.notifications;
  const [found, rows] = await ctx.db.batch([
    ctx.db
      .select({ app: apps, total: sql<number>`${total}` })
      .from(apps)
      .innerJoin(appCounts, eq(appCounts.appId, apps.id))
      .where(ofAccount),
    ctx.db
      .select()
      .from(notifications)
      .where(listed)
      .orderBy(...(status ? [desc(notifications.id)] : NEWEST_FIRST))
      .limit(limit)
      // Its ids are those of the page.
      .offset(status ? 0 : offset),
  ]);
  const [first] = found;
  if (!first) return refuse({ code: "not_found", what: "app" });
  requireAppAccess(ctx.principal, first.app.id);
  wanted.orRefuse();
  return {
    app: first.app,
    rows,
    total: status ? upToMost(first.total) : exactly(first.total),
  };
}

export const EstimateAudience = z.strictObject({ targeting: Targeting });

/** Counts the subscribers that a notification with this `targeting` would be sent to. Refuses `invalid`, `rate_limited`. */
export async function estimateAudience(
  ctx: AccountCtx,
  app: App,
  input: unknown,
): Promise<AudienceSize> {
  return estimateInTurn(ctx, app, parse(EstimateAudience, input).targeting);
}
