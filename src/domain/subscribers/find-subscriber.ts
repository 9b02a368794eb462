// Subscribers, found by the push API's ids among those of the account's apps.
import { and, eq } from "drizzle-orm";
import { apps, subscribers } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import { ownApp, requireAppAccess, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";

export type Subscriber = typeof subscribers.$inferSelect;

/**
 * Returns the subscriber with the UUID `uuid` of the app with the UUID `appUuid`. Refuses `not_found`, `forbidden`.
 */
export async function findSubscriber(
  ctx: AccountCtx,
  appUuid: string,
  uuid: string,
): Promise<Subscriber> {
  const [row] = await ctx.db
    .select({ appId: apps.id, subscriber: subscribers })
    .from(apps)
    .leftJoin(subscribers, and(eq(subscribers.appId, apps.id), eq(subscribers.uuid, uuid)))
    .where(ownApp(ctx.principal, appUuid));
  if (!row) return refuse({ code: "not_found", what: "app" });
  requireAppAccess(ctx.principal, row.appId);
  return row.subscriber ?? refuse({ code: "not_found", what: "subscriber" });
}

/** Returns the subscriber with the UUID `uuid` of an app that the principal can see. Refuses `not_found`. */
export async function subscriberOf(
  ctx: AccountCtx,
  { id, accountId }: Pick<App, "id" | "accountId">,
  uuid: string,
): Promise<Subscriber> {
  const [row] = await ctx.db
    .select()
    .from(subscribers)
    .where(
      and(
        eq(subscribers.uuid, uuid),
        eq(subscribers.appId, id),
        eq(subscribers.accountId, accountId),
      ),
    );
  return row ?? refuse({ code: "not_found", what: "subscriber" });
}
