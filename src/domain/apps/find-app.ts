// Apps, and how they are found: by API v1's id among the apps that a principal can see, all others being `not_found`;
// by the push API's UUID among the apps of the account, of which those that the key may not touch are `forbidden`.
// Every statement about an app has one of these conditions.
import { and, eq, inArray } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx, Ctx, Principal } from "../context.ts";

export type App = typeof apps.$inferSelect;

/** The condition on `apps` that holds for all apps that the principal can see. */
export function visibleApps(principal: Principal) {
  return and(
    eq(apps.accountId, principal.accountId),
    principal.appIds ? inArray(apps.id, [...principal.appIds]) : undefined,
  );
}

/** The condition on `apps` that holds for the app with this id, if the principal can see it. */
export function visibleApp(principal: Principal, appId: number) {
  return and(eq(apps.id, appId), visibleApps(principal));
}

/** Returns the app with this id. Refuses `not_found`. */
export async function findApp(ctx: AccountCtx, appId: number): Promise<App> {
  const [app] = await ctx.db.select().from(apps).where(visibleApp(ctx.principal, appId));
  return app ?? refuse({ code: "not_found", what: "app" });
}

/** Returns the app with this id, of whichever account, for those who need no key. Refuses `not_found`. */
export async function appById(ctx: Ctx, appId: number): Promise<App> {
  const [app] = await ctx.db.select().from(apps).where(eq(apps.id, appId));
  return app ?? refuse({ code: "not_found", what: "app" });
}

/** The condition on `apps` that holds for the account's app with this UUID. */
export function ownApp(principal: Principal, uuid: string) {
  return and(eq(apps.uuid, uuid), eq(apps.accountId, principal.accountId));
}

/** Returns the app with this UUID. Refuses `not_found`, and `forbidden` to a key that is limited to other apps. */
export async function findPushApp(ctx: AccountCtx, uuid: string): Promise<App> {
  const [app] = await ctx.db.select().from(apps).where(ownApp(ctx.principal, uuid));
  if (!app) return refuse({ code: "not_found", what: "app" });
  requireAppAccess(ctx.principal, app.id);
  return app;
}

/** Refuses `forbidden` to a key that is limited to other apps. */
export function requireAppAccess({ appIds }: Principal, appId: number): void {
  if (appIds && !appIds.includes(appId)) {
    refuse({ code: "forbidden", message: "This API key is limited to other apps." });
  }
}
