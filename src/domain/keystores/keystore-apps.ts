// Which apps a keystore is for. An API key that is limited to some apps knows and uses only the keystores of these
// apps; otherwise it could sign an update of any other app.
import { eq, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { insertFrom } from "../../db/insert-from.ts";
import { apps, keystoreApps, keystores } from "../../db/schema/index.ts";
import { integer } from "../../kit/fields.ts";
import type { Ctx, Principal } from "../context.ts";

/** Most apps of a keystore: as many as an account can have (MAX_APPS of the apps, which is out of this folder's reach). */
const MAX_KEYSTORE_APPS = 1000;

/** Most apps that a keystore can ever be for, deleted ones included: ten times as many as an account has at once. */
export const MAX_APPS_EVER = 10 * MAX_KEYSTORE_APPS;

/** The ids of apps in a request; each is kept once. */
export const AppIds = z
  .array(integer(1, Number.MAX_SAFE_INTEGER))
  .max(MAX_KEYSTORE_APPS)
  .transform((ids) => [...new Set(ids)]);

/** The condition on `keystores` that holds for those of an account's owner; debug keystores are never shown. */
export function ownKeystores(accountId: number): SQL {
  return sql`(${keystores.accountId} = ${accountId} AND ${keystores.kind} = 'own')`;
}

/** The condition on `keystores` that holds for those that the principal can see, and may use in builds of its apps. */
export function visibleKeystores({ accountId, appIds }: Principal): SQL {
  if (!appIds) return ownKeystores(accountId);
  return sql`(${ownKeystores(accountId)} AND EXISTS (SELECT 1 FROM ${keystoreApps} AS given
    WHERE given.keystore_id = ${keystores.id} AND given.app_id IN (${listed(appIds)})))`;
}

/**
 * The condition on `keystores` that holds for those that the principal may export and delete: all that it can see,
 * except those that are also for apps that it can't see.
 */
export function managedKeystores(principal: Principal): SQL {
  const { appIds } = principal;
  if (!appIds) return visibleKeystores(principal);
  return sql`(${visibleKeystores(principal)} AND NOT EXISTS (SELECT 1 FROM ${keystoreApps} AS given
    WHERE given.keystore_id = ${keystores.id} AND given.app_id NOT IN (${listed(appIds)})))`;
}

/**
 * The statement that gives the keystore for which `condition` holds for the apps with these ids. Ids that are none of
 * the account's apps are left out, such as those of apps that were deleted meanwhile.
 */
export function giveForApps(ctx: Ctx, condition: SQL, appIds: readonly number[]) {
  return insertFrom(
    ctx.db,
    keystoreApps,
    { keystoreId: sql`${keystores.id}`, appId: sql`${apps.id}` },
    sql`FROM ${keystores} JOIN ${apps} ON ${apps.accountId} = ${keystores.accountId}
      WHERE ${condition} AND ${apps.id} IN (${listed(appIds)})`,
  ).onConflictDoNothing();
}

/** The statement that takes the keystore with this id away from all apps. The keystore must be the caller's own. */
export function takeFromApps(ctx: Ctx, keystoreId: number) {
  return ctx.db.delete(keystoreApps).where(eq(keystoreApps.keystoreId, keystoreId));
}

function listed(ids: readonly number[]): SQL {
  return sql`SELECT value FROM json_each(${JSON.stringify(ids)})`;
}
