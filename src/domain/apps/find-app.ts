// An app, and how it is found: by API v1's id among those a principal can see, where the others look missing; by the
// push API's UUID among its account's, where those that the key is not meant for are forbidden instead. Every statement
// about an app carries one of these conditions.
import { and, eq, inArray } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx, Principal } from "../context.ts";

export type App = typeof apps.$inferSelect;

/** The condition on `apps` that holds for the principal's apps. */
export function visibleApps(principal: Principal) {
  return and(
    eq(apps.accountId, principal.accountId),
    principal.appIds ? inArray(apps.id, [...principal.appIds]) : undefined,
  );
}

/** The condition that holds for one of the principal's apps. */
export function visibleApp(principal: Principal, appId: number) {
  return and(eq(apps.id, appId), visibleApps(principal));
}

/** The app with this id. Refuses `not_found`. */
export async function findApp(ctx: AccountCtx, appId: number): Promise<App> {
  const [app] = await ctx.db.select().from(apps).where(visibleApp(ctx.principal, appId));
  return app ?? refuse({ code: "not_found", what: "app" });
}

/** The condition on `apps` that holds for the account's app with this UUID. */
export function ownApp(principal: Principal, uuid: string) {
  return and(eq(apps.uuid, uuid), eq(apps.accountId, principal.accountId));
}

/** The app with this UUID. Refuses `not_found`, `forbidden`. */
export async function findPushApp(ctx: AccountCtx, uuid: string): Promise<App> {
  const [app] = await ctx.db.select().from(apps).where(ownApp(ctx.principal, uuid));
  if (!app) return refuse({ code: "not_found", what: "app" });
  requireAppAccess(ctx.principal, app.id);
  return app;
}

/** Refuses `forbidden` to a key limited to other apps. */
export function requireAppAccess({ appIds }: Principal, appId: number): void {
  if (appIds && !appIds.includes(appId)) {
    refuse({ code: "forbidden", message: "This API key is limited to other apps." });
  }
}
