// How far an app has come from a web address to a message on a phone, in one round trip.
import { and, count, desc, eq, sql } from "drizzle-orm";
import { apiKeys, appCounts, builds, channels } from "../../db/schema/index.ts";
import { buildsOf, IS_COMPLETED, type Build } from "../builds/find-build.ts";
import { visibleChannels } from "../channels/find-channel.ts";
import type { AccountCtx } from "../context.ts";
import { subscribersCounted } from "../subscribers/counts.ts";
import type { App } from "../apps/find-app.ts";

export interface LaunchSteps {
  hasIcon: boolean;
  newestBuild: Build | null;
  /** The newest build that was completed; null for none. */
  completed: Build | null;
  /** The newest APK that was completed, which a phone can install; null for none. */
  installable: Build | null;
  /** Whether a device has registered: as a subscriber, in whatever status, or as an installation. */
  isInstalled: boolean;
  channels: number;
  /** Notifications that were sent to it, those of channels included. */
  sent: number;
  /** API keys of the account. */
  keys: number;
}

/** Returns which steps the app has behind it. */
export async function launchSteps(ctx: AccountCtx, app: App): Promise<LaunchSteps> {
  const ofApp = buildsOf(ctx.principal, app.id);
  const completed = and(ofApp, IS_COMPLETED);
  const newestOf = (condition: typeof ofApp) =>
    ctx.db.select().from(builds).where(condition).orderBy(desc(builds.id)).limit(1);
  const [newest, done, apks, counts, ofChannels, ofKeys] = await ctx.db.batch([
    newestOf(ofApp),
    newestOf(completed),
    newestOf(and(completed, eq(builds.buildFormat, "apk"))),
    ctx.db
      .select({
        subscribers: subscribersCounted(),
        installations: appCounts.unreachable,
        begun: sql<number>`${appCounts.notifications} - ${appCounts.unsent}`,
      })
      .from(appCounts)
      .where(eq(appCounts.appId, app.id)),
    ctx.db
      .select({ total: count() })
      .from(channels)
      .where(and(eq(channels.appId, app.id), visibleChannels(ctx.principal))),
    ctx.db
      .select({ total: count() })
      .from(apiKeys)
      .where(eq(apiKeys.accountId, ctx.principal.accountId)),
  ]);
  const [counted] = counts;
  return {
    hasIcon: app.iconKey !== null,
    newestBuild: newest[0] ?? null,
    completed: done[0] ?? null,
    installable: apks[0] ?? null,
    isInstalled: (counted?.subscribers ?? 0) + (counted?.installations ?? 0) > 0,
    channels: ofChannels[0]?.total ?? 0,
    sent: counted?.begun ?? 0,
    keys: ofKeys[0]?.total ?? 0,
  };
}
