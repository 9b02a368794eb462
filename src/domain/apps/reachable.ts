// Which apps a principal can reach by the push API's ids. Another account's look missing; one of its own
// account that the key is not meant for is forbidden, not missing.
import { and, eq } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx, Principal } from "../context.ts";
import type { App } from "./find-app.ts";

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
