// Reads what a run needs to know of its notification. Called by the run object alone.
import { eq, sql } from "drizzle-orm";
import { notifications } from "../../../db/schema/index.ts";
import { SECOND_MS } from "../../../kit/time.ts";
import type { Ctx } from "../../context.ts";
import { PROVIDERS_OF_APP, readProviders } from "../app-providers.ts";
import type { Provider } from "../../../kit/push/credentials.ts";
import { EVERYBODY, type Audience } from "../targeting.ts";
import type { Notification } from "../find-notification.ts";

/** A notification as its run needs it. */
export interface RunInfo {
  appId: number;
  status: Notification["status"];
  /** What the app can send by. */
  providers: Provider[];
  audience: Audience;
  /** Wall-clock time in each subscriber's zone; null: all at once. */
  scheduledLocal: string | null;
  /** When sending began, ms. */
  startedAt: number;
  /** How long the message is worth something from when it is due on, ms. */
  ttlMs: number;
}

/** Whom the run of notification `id` sends to, and when. null: the notification was deleted with its app. */
export async function loadRun(ctx: Ctx, id: number): Promise<RunInfo | null> {
  const { appId, status, targeting, scheduledLocal, startedAt, createdAt, content } = notifications;
  const [row] = await ctx.db
    .select({
      appId,
      status,
      targeting,
      scheduledLocal,
      startedAt,
      createdAt,
      ttl: sql<number>`${content} ->> '$.ttl'`,
      providers: PROVIDERS_OF_APP,
    })
    .from(notifications)
    .where(eq(notifications.id, id));
  if (!row) return null;
  return {
    appId: row.appId,
    status: row.status,
    providers: readProviders(row.providers),
    audience: (row.targeting as Audience | null) ?? EVERYBODY,
    scheduledLocal: row.scheduledLocal,
    startedAt: row.startedAt ?? row.createdAt,
    ttlMs: row.ttl * SECOND_MS,
  };
}
