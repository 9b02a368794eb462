// What an account has used: credits, apps, builds.
import { and, count, eq, inArray, sql } from "drizzle-orm";
import { apps, builds } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";

export interface Usage {
  apps: number;
  builds: { total: number; completed: number; failed: number };
}

/** Counts the apps and builds that the principal can see, in one round trip. */
export async function usage(ctx: AccountCtx): Promise<Usage> {
  const { accountId, appIds } = ctx.principal;
  const [appRows, buildRows] = await ctx.db.batch([
    ctx.db
      .select({ total: count() })
      .from(apps)
      .where(
        and(eq(apps.accountId, accountId), appIds ? inArray(apps.id, [...appIds]) : undefined),
      ),
    ctx.db
      .select({
        total: count(),
        completed: sql<number>`coalesce(sum(${builds.status} = 'completed'), 0)`,
        failed: sql<number>`coalesce(sum(${builds.status} = 'failed'), 0)`,
      })
      .from(builds)
      .where(
        and(
          eq(builds.accountId, accountId),
          appIds ? inArray(builds.appId, [...appIds]) : undefined,
        ),
      ),
  ]);
  return {
    apps: appRows[0]?.total ?? 0,
    builds: buildRows[0] ?? { total: 0, completed: 0, failed: 0 },
  };
}
