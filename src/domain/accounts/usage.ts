// What an account has used: credits, apps, builds.
import { and, count, eq, inArray, sql, type AnyColumn } from "drizzle-orm";
import { appCounts, apps } from "../../db/schema/index.ts";
import type { AccountCtx } from "../context.ts";

export interface Usage {
  apps: number;
  builds: { total: number; completed: number; failed: number };
}

/** Counts the apps that the principal can see, and adds up the builds that are counted for each. */
export async function usage(ctx: AccountCtx): Promise<Usage> {
  const { accountId, appIds } = ctx.principal;
  const sum = (column: AnyColumn) => sql<number>`coalesce(sum(${column}), 0)`;
  const [row] = await ctx.db
    .select({
      apps: count(),
      total: sum(appCounts.builds),
      completed: sum(appCounts.buildsCompleted),
      failed: sum(appCounts.buildsFailed),
    })
    .from(apps)
    .innerJoin(appCounts, eq(appCounts.appId, apps.id))
    .where(and(eq(apps.accountId, accountId), appIds ? inArray(apps.id, [...appIds]) : undefined));
  const { apps: total = 0, ...builds } = row ?? { total: 0, completed: 0, failed: 0 };
  return { apps: total, builds };
}
