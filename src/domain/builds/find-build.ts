// Builds, and which of them a principal can see: those of the apps that it can see.
import { and, eq, inArray, sql } from "drizzle-orm";
import { builds } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx, Principal } from "../context.ts";

export type Build = typeof builds.$inferSelect;

/** What people call a build: by its app, as it was then, and its version. */
export function nameOf({ snapshot, versionName }: Build): string {
  const { name } = snapshot as { name?: string };
  return `${name ?? "App"} ${versionName}`;
}

/** The condition on `builds` that holds for all builds that the principal can see. */
export function visibleBuilds(principal: Principal) {
  return and(
    eq(builds.accountId, principal.accountId),
    principal.appIds ? inArray(builds.appId, [...principal.appIds]) : undefined,
  );
}

/**
 * The condition on `builds` that holds for the app's builds that the principal can see. What the account has in all is far
 * more, so the index by account must not serve it: the plus keeps it away.
 */
export function buildsOf({ accountId, appIds }: Principal, appId: number) {
  return and(
    eq(builds.appId, appId),
    sql`+${builds.accountId} = ${accountId}`,
    appIds ? inArray(builds.appId, [...appIds]) : undefined,
  );
}

/** The condition on `builds` for those that were completed, written as in the indexes of them. */
export const IS_COMPLETED = sql`${builds.status} = 'completed'`;

/** Returns the build with this id. Refuses `not_found`. */
export async function findBuild(ctx: AccountCtx, buildId: number): Promise<Build> {
  const [build] = await ctx.db
    .select()
    .from(builds)
    .where(and(eq(builds.id, buildId), visibleBuilds(ctx.principal)));
  return build ?? refuse({ code: "not_found", what: "build" });
}
