// The apps that a campaign reaches: those that its filters choose among the apps that the API key has access to, and
// that have push credentials.
import { and, asc, sql, type SQL } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { visibleApps } from "../apps/find-app.ts";
import type { AccountCtx, Principal } from "../context.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import type { SenderApp } from "../notifications/sendable.ts";
import { MAX_VALUES, type Filters } from "./filters.ts";
import { providersOf } from "./list-apps.ts";

/** Most apps of one campaign, so that the statement that makes its notifications stays short. */
const MAX_APPS = 500;

export interface ReachedApp extends SenderApp {
  id: number;
  /** The providers that it has push credentials for. */
  providers: Provider[];
}

/**
 * The query for the apps that `filters` (an SQL expression with the JSON of Filters) include or exclude by name, or for
 * all apps if they include none by name. It finds only apps that the API key has access to.
 */
export function namedApps(ctx: AccountCtx, filters: SQL) {
  const named = (list: string) =>
    sql`${apps.id} IN (SELECT value FROM json_each(${filters}, ${`$.apps.${list}`}))`;
  return (
    ctx.db
      .select({
        id: apps.id,
        uuid: apps.uuid,
        url: apps.url,
        pushSettings: apps.pushSettings,
        providers: providersOf(ctx),
      })
      .from(apps)
      .where(
        and(
          visibleApps(ctx.principal),
          sql`(json_type(${filters}, '$.apps.include') = 'null' OR ${named("include")} OR ${named("exclude")})`,
        ),
      )
      .orderBy(asc(apps.id))
      // Excluded apps are read as well, but do not count towards MAX_APPS.
      .limit(MAX_APPS + MAX_VALUES + 1)
  );
}

/**
 * Chooses the apps that a new campaign reaches among those that `namedApps` found. If the filters include all apps, those
 * without push credentials are left out. Refuses `not_found` for a named app that was not found, and `invalid` for an
 * app that is included by name and has no push credentials, and if no app or more than MAX_APPS would be reached.
 */
export function reachedApps(filters: Filters, found: readonly ReachedApp[]): ReachedApp[] {
  const { include, exclude } = filters.apps;
  requireFew(filters, found);
  const known = new Set(found.map(({ id }) => id));
  if ([...(include ?? []), ...exclude].some((id) => !known.has(id))) {
    refuse({ code: "not_found", what: "app" });
  }
  const unable = found.find(({ id, providers }) => include?.includes(id) && providers.length === 0);
  if (unable) {
    refuse(
      invalidField(
        ["filters", "app_ids_include"],
        `must not name app ${unable.id}, which has no push configured`,
      ),
    );
  }
  return ableApps(filters, found);
}

/**
 * As `reachedApps`, for filters that were checked when the campaign was created: apps that have been deleted or lost
 * their push credentials since are left out. Refuses `invalid` if no app or more than MAX_APPS would be reached.
 */
export function ableApps(filters: Filters, found: readonly ReachedApp[]): ReachedApp[] {
  requireFew(filters, found);
  const { include, exclude } = filters.apps;
  const able = found.filter(
    ({ id, providers }) =>
      providers.length > 0 && !exclude.includes(id) && (include === null || include.includes(id)),
  );
  if (able.length > 0) return able;
  return refuse(
    invalidField(["filters", "all_apps"], "must leave an app that has push configured"),
  );
}

/** Refuses `invalid` if more than MAX_APPS apps would be reached. */
function requireFew({ apps: { exclude } }: Filters, found: readonly ReachedApp[]): void {
  if (found.filter(({ id }) => !exclude.includes(id)).length > MAX_APPS) {
    refuse(invalidField(["filters", "all_apps"], `must not reach more than ${MAX_APPS} apps`));
  }
}

/**
 * The filters as they are stored. By "all", an API key that is limited to some apps means those apps, also if another
 * key attaches templates later.
 */
export function keptFilters({ appIds }: Principal, filters: Filters): Filters {
  const { include, exclude } = filters.apps;
  return { ...filters, apps: { include: include ?? (appIds ? [...appIds] : null), exclude } };
}

/** Whether a principal has access to every app that `filters` can reach. */
export function mayReach({ appIds }: Principal, filters: Filters): boolean {
  if (appIds === null) return true;
  return filters.apps.include?.every((id) => appIds.includes(id)) ?? false;
}
