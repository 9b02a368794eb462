// Reads what a run needs of its notification.
import { eq, sql } from "drizzle-orm";
import { notifications } from "../../../db/schema/index.ts";
import { SECOND_MS } from "../../../kit/time.ts";
import type { Ctx } from "../../context.ts";
import { EVERYBODY, type Audience } from "../../audiences/targeting.ts";
import type { Notification } from "../find-notification.ts";

/** A notification as its run needs it. */
export interface RunInfo {
  accountId: number;
  appId: number;
  status: Notification["status"];
  /** As it was asked for: its segments are not resolved. */
  audience: Audience;
  /** The local time in each subscriber's zone; null when all are due at once. */
  scheduledLocal: string | null;
  /** When sending began, ms. */
  startedAt: number;
  /** How long after it is due the message can still be delivered, ms. */
  ttlMs: number;
}

/** Returns what the run of notification `id` needs; null when it was deleted with its app. */
export async function loadRun(ctx: Ctx, id: number): Promise<RunInfo | null> {
  const { accountId, appId, status, targeting, scheduledLocal, startedAt, createdAt, content } =
    notifications;
  const [row] = await ctx.db
    .select({
      accountId,
      appId,
      status,
      targeting,
      scheduledLocal,
      startedAt,
      createdAt,
      ttl: sql<number>`${content} ->> '$.ttl'`,
    })
    .from(notifications)
    .where(eq(notifications.id, id));
  if (!row) return null;
  return {
    accountId: row.accountId,
    appId: row.appId,
    status: row.status,
    audience: (row.targeting as Audience | null) ?? EVERYBODY,
    scheduledLocal: row.scheduledLocal,
    startedAt: row.startedAt ?? row.createdAt,
    ttlMs: row.ttl * SECOND_MS,
  };
}
