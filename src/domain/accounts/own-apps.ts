// Apps that an input names by their ids: lists that say what a key or a keystore is for.
import { and, count, eq, sql } from "drizzle-orm";
import { apps } from "../../db/schema/index.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { Ctx, Principal } from "../context.ts";

/**
 * Refuses `invalid` on the field `app_ids` unless each of `ids`, which has no id twice, is an app of the account and,
 * where `reach` has a list, in it. Apps that a key is not meant for are refused in the same words as missing ones.
 */
export async function requireApps(
  ctx: Ctx,
  reach: Pick<Principal, "accountId" | "appIds">,
  ids: readonly number[],
): Promise<void> {
  const { accountId, appIds } = reach;
  const reached = appIds ? ids.filter((id) => appIds.includes(id)) : ids;
  const [found] = await ctx.db
    .select({ total: count() })
    .from(apps)
    .where(
      and(
        eq(apps.accountId, accountId),
        sql`${apps.id} IN (SELECT value FROM json_each(${JSON.stringify(reached)}))`,
      ),
    );
  if ((found?.total ?? 0) < ids.length) {
    refuse(invalidField(["app_ids"], "must hold ids of the account's own apps"));
  }
}
