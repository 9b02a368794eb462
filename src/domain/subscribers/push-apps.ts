// Apps as the push API shows them: the same rows as API v1's, with their Web Push key and number of subscribers.
import { and, count, desc, eq, sql } from "drizzle-orm";
import { appCounts, apps, pushCredentials } from "../../db/schema/index.ts";
import { exactly, OffsetQuery, type Listed } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { visibleApp, visibleApps, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { subscribersCounted } from "./counts.ts";
import { settingsOf, type PushSettings } from "./push-settings.ts";

export interface PushApp {
  app: App;
  publicKey: string;
  /** base64url; null where Web Push is not configured. */
  vapidPublicKey: string | null;
  /** Number of active subscribers. */
  subscriberCount: number;
  settings: PushSettings;
}

/** Returns a page of the apps that the key may touch, newest first. Refuses `invalid`. */
export async function listPushApps(ctx: AccountCtx, query: unknown): Promise<Listed<PushApp>> {
  const { limit, offset } = parse(OffsetQuery, query);
  const visible = visibleApps(ctx.principal);
  const [totals, rows] = await ctx.db.batch([
    // An account has few apps (MAX_APPS).
    ctx.db.select({ total: count() }).from(apps).where(visible),
    selectPushApps(ctx).where(visible).orderBy(desc(apps.id)).limit(limit).offset(offset),
  ]);
  return { rows: rows.map(view), total: exactly(totals[0]?.total ?? 0) };
}

/** Returns the app as the push API shows it. */
export async function pushAppOf(ctx: AccountCtx, app: App): Promise<PushApp> {
  const [row] = await selectPushApps(ctx).where(visibleApp(ctx.principal, app.id));
  return row ? view(row) : refuse({ code: "not_found", what: "app" });
}

function selectPushApps(ctx: AccountCtx) {
  const active = ctx.db
    .select({ count: subscribersCounted(["active"]) })
    .from(appCounts)
    .where(eq(appCounts.appId, apps.id));
  return ctx.db
    .select({ app: apps, webPush: pushCredentials.shown, active: sql<number>`(${active})` })
    .from(apps)
    .leftJoin(
      pushCredentials,
      and(eq(pushCredentials.appId, apps.id), eq(pushCredentials.provider, "webpush")),
    );
}

type Row = Awaited<ReturnType<typeof selectPushApps>>[number];

function view({ app, webPush, active }: Row): PushApp {
  const vapidPublicKey = webPush?.["public_key"];
  return {
    app,
    publicKey: app.publicKey ?? "",
    vapidPublicKey: typeof vapidPublicKey === "string" ? vapidPublicKey : null,
    subscriberCount: active,
    settings: settingsOf(app),
  };
}
