// Webhooks of an app, found within the account.
import { and, asc, eq } from "drizzle-orm";
import { apps, webhooks } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { ownApp, requireAppAccess, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";

export type Webhook = typeof webhooks.$inferSelect;

/** Returns the app's webhook with this UUID. Refuses `not_found`, `forbidden`. */
export async function findWebhook(
  ctx: AccountCtx,
  appUuid: string,
  uuid: string,
): Promise<Webhook> {
  const [row] = await ctx.db
    .select({ appId: apps.id, webhook: webhooks })
    .from(apps)
    .leftJoin(
      webhooks,
      and(eq(webhooks.appId, apps.id), eq(webhooks.uuid, uuid), eq(webhooks.kind, "webhook")),
    )
    .where(ownApp(ctx.principal, appUuid));
  if (!row) return refuse({ code: "not_found", what: "app" });
  requireAppAccess(ctx.principal, row.appId);
  return row.webhook ?? refuse({ code: "not_found", what: "webhook" });
}

/** Returns the app's webhooks, oldest first: there are at most MAX_WEBHOOKS. */
export async function listWebhooks(ctx: AccountCtx, app: App): Promise<Webhook[]> {
  return ctx.db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.appId, app.id), eq(webhooks.kind, "webhook")))
    .orderBy(asc(webhooks.id));
}
