// A page of the principal's apps, newest first, in one round trip.
import { count, desc } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import type { AccountCtx } from "../context.ts";
import { visibleApps, type App } from "./find-app.ts";

/** Returns a page of the apps that the principal can see. Refuses `invalid`. */
export async function listApps(ctx: AccountCtx, query: unknown): Promise<Page<App>> {
  const page = parse(PageQuery, query);
  const visible = visibleApps(ctx.principal);
  const { limit, offset } = slice(page);
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ total: count() }).from(apps).where(visible),
    ctx.db.select().from(apps).where(visible).orderBy(desc(apps.id)).limit(limit).offset(offset),
  ]);
  return { rows, page: page.page, total: totals[0]?.total ?? 0 };
}
