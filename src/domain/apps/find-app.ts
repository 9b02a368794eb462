// Which apps a principal can see: its account's, and of those the ones its key is limited to. Every
// statement about an app carries this condition; what it leaves out looks missing.
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
