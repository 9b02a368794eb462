// The apps a sending reaches: those its filters choose of the apps the key may touch, as far as they can push.
import { and, asc, sql, type SQL } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { visibleApps } from "../apps/find-app.ts";
import type { AccountCtx, Principal } from "../context.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import type { SendingApp } from "../notifications/sendable.ts";
import { MAX_VALUES, type Filters } from "./filters.ts";
import { providersOf } from "./list-apps.ts";

/** Most apps of one sending: keeps the statement that makes its notifications short. */
const MAX_APPS = 500;

export interface ReachedApp extends SendingApp {
  id: number;
  /** How it can push; [] where that is not configured. */
  providers: Provider[];
}

/**
 * The query for the apps that `filters` name (JSON of Filters, as an SQL expression), or all where they name
 * none to include.
 */
export function namedApps(ctx: AccountCtx, filters: SQL) {
  const named = (list: string) =>
    sql`${apps.id} IN (SELECT value FROM json_each(${filters}, ${`$.apps.${list}`}))`;
  return (
    ctx.db
      .select({
        id: apps.id,
        uuid: apps.uuid,
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
      // those that are left out are looked up too, and take no place
      .limit(MAX_APPS + MAX_VALUES + 1)
  );
}

/**
 * The apps to send from, of those `found` by the filters. An app that is named has to have push configured; of
 * all apps, those without are left out. Refuses `not_found` for a named app the key can't see, `invalid`.
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
 * As `reachedApps`, for filters checked before: apps that went since, or lost their push, are left out. Refuses
 * `invalid`.
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

function requireFew({ apps: { exclude } }: Filters, found: readonly ReachedApp[]): void {
  if (found.filter(({ id }) => !exclude.includes(id)).length > MAX_APPS) {
    refuse(invalidField(["filters", "all_apps"], `must not reach more than ${MAX_APPS} apps`));
  }
}

/**
 * The filters as they are kept: a key limited to apps means those by "all", whoever binds pushes later.
 */
export function keptFilters({ appIds }: Principal, filters: Filters): Filters {
  const { include, exclude } = filters.apps;
  return { ...filters, apps: { include: include ?? (appIds ? [...appIds] : null), exclude } };
}

/** Whether a principal may touch every app that `filters` can reach. */
export function mayReach({ appIds }: Principal, filters: Filters): boolean {
  if (appIds === null) return true;
  return filters.apps.include?.every((id) => appIds.includes(id)) ?? false;
}
