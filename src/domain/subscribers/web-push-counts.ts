// How many active subscribers an app reaches by Web Push.
import { eq } from "drizzle-orm";
import { appCounts } from "../../db/schema/index.ts";
import type { App } from "../apps/find-app.ts";
import type { Ctx } from "../context.ts";

/** Active subscribers by Web Push: browsers, and installed apps. */
export interface WebPushSubscribers {
  browsers: number;
  apps: number;
}

/** Counts them: a kept count, so that this costs one row. */
export async function subscribedByWebPush(ctx: Ctx, app: App): Promise<WebPushSubscribers> {
  const [counted] = await ctx.db
    .select({ browsers: appCounts.webPushWeb, apps: appCounts.webPushAndroid })
    .from(appCounts)
    .where(eq(appCounts.appId, app.id));
  return counted ?? { browsers: 0, apps: 0 };
}
