// The apps that filters can name.
import { asc, eq, sql } from "drizzle-orm";
import { apps, pushCredentials } from "../../db/schema/index.ts";
import { visibleApps } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { Provider } from "../../kit/push/credentials.ts";

/** Most apps in the list, which has no pages. */
const MAX_LISTED = 10_000;

export interface CampaignApp {
  id: number;
  name: string;
  /** "" if it has none. */
  url: string;
  providers: Provider[];
}

/** The apps that the API key has access to, oldest first. */
export async function listCampaignApps(ctx: AccountCtx): Promise<CampaignApp[]> {
  return ctx.db
    .select({ id: apps.id, name: apps.name, url: apps.url, providers: providersOf(ctx) })
    .from(apps)
    .where(visibleApps(ctx.principal))
    .orderBy(asc(apps.id))
    .limit(MAX_LISTED);
}

/** The selected column with the providers that an app has push credentials for. */
export function providersOf(ctx: AccountCtx) {
  const providers = ctx.db
    .select({ all: sql`json_group_array(${pushCredentials.provider})` })
    .from(pushCredentials)
    .where(eq(pushCredentials.appId, apps.id));
  return sql<Provider[]>`(${providers})`.mapWith((text: string) => JSON.parse(text));
}
