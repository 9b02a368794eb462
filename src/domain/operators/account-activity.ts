// What goes on in an account, as operators look at it: its newest builds and sends. Read by indexes, a few rows of each, however
// many the account has.
import { desc, eq, sql } from "drizzle-orm";
import { apps, builds, notifications } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { MAX_APPS_ADDED } from "./list-accounts.ts";

/** Builds, and sends, that are shown. */
const SHOWN = 5;
/** The states of sends that went out, or do. */
const GONE_OUT = ["sending", "finalizing", "sent", "failed"] as const;

export interface AccountActivity {
  builds: {
    id: number;
    appId: number;
    appName: string;
    status: (typeof builds.$inferSelect)["status"];
    versionName: string;
    createdAt: number;
  }[];
  sends: {
    id: number;
    uuid: string;
    appId: number;
    appName: string;
    status: (typeof notifications.$inferSelect)["status"];
    /** ms; null where sending has not begun. */
    startedAt: number | null;
    recipients: number;
  }[];
}

/**
 * Returns the newest builds of the account, and the newest of what its apps sent last, an app's newest each; of the newest
 * MAX_APPS_ADDED apps. What channels send to single people is not in it, nor what anything says. The account must exist.
 */
export async function accountActivity(ctx: Ctx, accountId: number): Promise<AccountActivity> {
  // Of each state the newest, by the index of account and state, in the order of ids.
  const newestBuilds = builds.status.enumValues.map(
    (status) => sql`SELECT id FROM (SELECT id FROM builds INDEXED BY builds_account_status
      WHERE account_id = ${accountId} AND status = ${status} ORDER BY id DESC LIMIT ${SHOWN})`,
  );
  // Its condition in the words of the index `notifications_listed`, which leaves direct ones out.
  const newestSends = GONE_OUT.map(
    (status) => sql`SELECT (SELECT max(id) FROM notifications INDEXED BY notifications_listed
        WHERE app_id = own.id AND status = ${status} AND targeting ->> 'type' IS NOT 'subscribers')
      FROM (SELECT id FROM apps WHERE account_id = ${accountId} ORDER BY id DESC LIMIT ${MAX_APPS_ADDED}) AS own`,
  );
  const [built, sent] = await ctx.db.batch([
    ctx.db
      .select({
        id: builds.id,
        appId: builds.appId,
        appName: apps.name,
        status: builds.status,
        versionName: builds.versionName,
        createdAt: builds.createdAt,
      })
      .from(builds)
      .innerJoin(apps, eq(apps.id, builds.appId))
      .where(sql`${builds.id} IN (${sql.join(newestBuilds, sql` UNION ALL `)})`)
      .orderBy(desc(builds.id))
      .limit(SHOWN),
    ctx.db
      .select({
        id: notifications.id,
        uuid: notifications.uuid,
        appId: notifications.appId,
        appName: apps.name,
        status: notifications.status,
        startedAt: notifications.startedAt,
        recipients: notifications.totalCount,
      })
      .from(notifications)
      .innerJoin(apps, eq(apps.id, notifications.appId))
      .where(sql`${notifications.id} IN (${sql.join(newestSends, sql` UNION ALL `)})`)
      .orderBy(desc(notifications.id))
      .limit(SHOWN),
  ]);
  return { builds: built, sends: sent };
}
