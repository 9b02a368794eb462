// One notification as its report shows it, with what stands beside it: complaints about the credentials that it used, and
// what was sent to whom it did not reach. Two round trips at the same time.
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { apps, notifications, pushCredentials } from "../../db/schema/index.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import { refuse } from "../../kit/refusal.ts";
import { visibleApp } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { OfApp } from "../notifications/find-notification.ts";
import { selectAgain } from "./send-to-unreached.ts";

/** What a provider complains of. */
export interface Complaint {
  provider: Provider;
  flag: string;
  /** Whether it is only that nobody took a message. */
  isDoubt: boolean;
}

export interface Report extends OfApp {
  /** Complaints about the app's credentials of providers that the notification went through. */
  complaints: Complaint[];
  /** The UUID of the notification that was sent to whom this one did not reach; null for none. */
  again: string | null;
}

/**
 * Returns the app with this id of API v1 and its notification. Refuses `not_found`, also for a direct one: what a channel
 * sends to somebody is between the two.
 */
export async function findReport(ctx: AccountCtx, appId: number, uuid: string): Promise<Report> {
  const [ofApp, [complaints, sentAgain]] = await Promise.all([
    findReported(ctx, appId, uuid),
    ctx.db.batch([
      ctx.db
        .select({
          provider: pushCredentials.provider,
          flag: sql<string>`${pushCredentials.flag}`,
          isDoubt: pushCredentials.isFlagDoubt,
        })
        .from(pushCredentials)
        .where(
          and(
            eq(pushCredentials.appId, appId),
            eq(pushCredentials.accountId, ctx.principal.accountId),
            isNotNull(pushCredentials.flag),
          ),
        ),
      selectAgain(ctx, uuid),
    ]),
  ]);
  const used = (provider: Provider) => ofApp.notification.resultTotals[provider] !== undefined;
  return {
    ...ofApp,
    complaints: complaints.filter(({ provider }) => used(provider)),
    again: sentAgain[0]?.uuid ?? null,
  };
}

/** Returns the same without what stands beside it. Refuses `not_found` likewise. */
export async function findReported(ctx: AccountCtx, appId: number, uuid: string): Promise<OfApp> {
  const [row] = await ctx.db
    .select({ app: apps, notification: notifications })
    .from(apps)
    .innerJoin(
      notifications,
      and(
        eq(notifications.uuid, uuid),
        eq(notifications.appId, apps.id),
        sql`${notifications.targeting} ->> 'type' IS NOT 'subscribers'`,
      ),
    )
    .where(visibleApp(ctx.principal, appId));
  return row ?? refuse({ code: "not_found", what: "notification" });
}
