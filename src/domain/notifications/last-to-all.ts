// What everyone of an app was sent last: who is sent two on one day leaves sooner.
import { and, desc, eq, gt, inArray, sql } from "drizzle-orm";
import { notifications } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";

/** How far back is looked, ms. */
const LOOKED_BACK_MS = DAY_MS;
/** How many of the newest notifications of each status are looked at. */
const LOOKED_AT = sql.raw("50");
const STATUSES = ["sending", "finalizing", "sent"] as const;

/** Returns what went to everyone within a day, the last one of it; null for nothing. */
export async function lastToAll(
  ctx: AccountCtx,
  app: App,
): Promise<{ title: string; at: number } | null> {
  // Its condition in the words of the index `notifications_listed`, which leaves direct ones out.
  const newest = STATUSES.map(
    (status) => sql`SELECT id FROM (SELECT id FROM notifications INDEXED BY notifications_listed
      WHERE app_id = ${app.id} AND status = ${status} AND targeting ->> 'type' IS NOT 'subscribers'
      ORDER BY id DESC LIMIT ${LOOKED_AT})`,
  );
  const startedAt = sql<number>`${notifications.startedAt}`;
  const [last] = await ctx.db
    .select({ title: sql<string>`${notifications.content} ->> '$.title'`, at: startedAt })
    .from(notifications)
    .where(
      and(
        inArray(notifications.id, sql`(${sql.join(newest, sql` UNION ALL `)})`),
        eq(notifications.accountId, ctx.principal.accountId),
        gt(notifications.startedAt, ctx.now() - LOOKED_BACK_MS),
        sql`coalesce(${notifications.targeting} ->> 'type', 'all') = 'all'`,
      ),
    )
    .orderBy(desc(notifications.startedAt))
    .limit(1);
  return last ?? null;
}
