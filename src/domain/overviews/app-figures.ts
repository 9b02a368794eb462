// How many of each kind an app has: who it reaches, and what would go with it. One round trip.
import { and, count, eq } from "drizzle-orm";
import { appCounts, channels } from "../../db/schema/index.ts";
import type { SubscriberPlatform } from "../../kit/push/subscriber-platform.ts";
import { visibleChannels } from "../channels/find-channel.ts";
import type { AccountCtx } from "../context.ts";
import { subscribersCounted } from "../subscribers/counts.ts";
import type { App } from "../apps/find-app.ts";

export interface AppFigures {
  /** Active subscribers by platform. */
  active: Record<SubscriberPlatform, number>;
  /** Subscribers in whatever status. */
  subscribers: number;
  notifications: number;
  builds: number;
  channels: number;
}

/** Returns how many the app has; `app` is one that the principal can see. */
export async function appFigures(ctx: AccountCtx, app: App): Promise<AppFigures> {
  const [counts, ofChannels] = await ctx.db.batch([
    ctx.db
      .select({
        web: subscribersCounted(["active"], ["web"]),
        ios: subscribersCounted(["active"], ["ios"]),
        android: subscribersCounted(["active"], ["android"]),
        subscribers: subscribersCounted(),
        notifications: appCounts.notifications,
        builds: appCounts.builds,
      })
      .from(appCounts)
      .where(eq(appCounts.appId, app.id)),
    ctx.db
      .select({ total: count() })
      .from(channels)
      .where(and(eq(channels.appId, app.id), visibleChannels(ctx.principal))),
  ]);
  const [counted = NOTHING] = counts;
  const { web, ios, android, subscribers, notifications, builds } = counted;
  return {
    active: { web, ios, android },
    subscribers,
    notifications,
    builds,
    channels: ofChannels[0]?.total ?? 0,
  };
}

/** The counts of an app that has no row of them. */
const NOTHING = { web: 0, ios: 0, android: 0, subscribers: 0, notifications: 0, builds: 0 };
