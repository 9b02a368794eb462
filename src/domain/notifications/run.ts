// The lasting side of a run: what it needs to know of its notification, and what it writes of its progress,
// its results and its end. Called by the run alone; all may be repeated.
import { and, eq, gte, inArray, lt, lte, sql } from "drizzle-orm";
import { apps, batchResults, notifications, subscribers } from "../../db/schema/index.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { ContentDefaults, NotificationContent } from "./content.ts";
import { notificationFinished } from "./events.ts";
import type { PackedBatch, Provider } from "../ports/notifications.ts";
import { resultKey } from "./results.ts";
import { fittingDefaults } from "./sendable.ts";
import { EVERYBODY, type Audience } from "./targeting.ts";
import type { Notification } from "./visible.ts";

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

/** A notification as its batches need it. */
export interface Sendable {
  id: number;
  uuid: string;
  appId: number;
  content: NotificationContent;
  defaults: ContentDefaults;
}

export interface RunStats {
  total: number;
  totalBatches: number;
  completedBatches: number;
  sent: number;
  failed: number;
}

/** What a notification's app can send by, a list as JSON. Names in full: the builder may leave the table out. */
const PROVIDERS = sql<string>`(SELECT json_group_array(push_credentials.provider)
  FROM push_credentials WHERE push_credentials.app_id = notifications.app_id)`;

/** Whom the run of `id` sends to, and when; null: the notification is gone with its app. */
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
      providers: PROVIDERS,
    })
    .from(notifications)
    .where(eq(notifications.id, id));
  if (!row) return null;
  return {
    appId: row.appId,
    status: row.status,
    providers: JSON.parse(row.providers) as Provider[],
    audience: (row.targeting as Audience | null) ?? EVERYBODY,
    scheduledLocal: row.scheduledLocal,
    startedAt: row.startedAt ?? row.createdAt,
    ttlMs: row.ttl * SECOND_MS,
  };
}

/** What the batches of `id` say. Throws when the notification is gone with its app. */
export async function loadSendable(ctx: Ctx, id: number): Promise<Sendable> {
  const [row] = await ctx.db
    .select({
      uuid: notifications.uuid,
      appId: notifications.appId,
      content: notifications.content,
      app: { uuid: apps.uuid, pushSettings: apps.pushSettings },
      providers: PROVIDERS,
    })
    .from(notifications)
    .innerJoin(apps, eq(apps.id, notifications.appId))
    .where(eq(notifications.id, id));
  if (!row) throw new Error(`notification ${id} is gone`);
  const content = row.content as NotificationContent;
  return {
    id,
    uuid: row.uuid,
    appId: row.appId,
    content,
    defaults: fittingDefaults(ctx, row.app, content, JSON.parse(row.providers) as Provider[]),
  };
}

/** Writes how far the run is; false when it is to stop, since its notification was cancelled. */
export async function saveProgress(ctx: Ctx, id: number, stats: RunStats): Promise<boolean> {
  const rows = await ctx.db
    .update(notifications)
    .set({ ...columns(stats), updatedAt: ctx.now() })
    .where(and(eq(notifications.id, id), inArray(notifications.status, ["sending", "finalizing"])))
    .returning({ id: notifications.id });
  return rows.length > 0;
}

/**
 * Writes the packed results of batches, over what there was of them, in one statement; nothing of a notification
 * that is gone with its app.
 */
export async function saveResults(
  ctx: Ctx,
  id: number,
  rows: readonly PackedBatch[],
): Promise<void> {
  const packed = JSON.stringify(
    rows.map(({ batch, outcomes }) => [resultKey(id, batch), outcomes]),
  );
  await ctx.db
    .insert(batchResults)
    .select(
      sql`SELECT value ->> 0, value ->> 1 FROM json_each(${packed})
        WHERE EXISTS (SELECT 1 FROM ${notifications} WHERE ${notifications.id} = ${id})`,
    )
    .onConflictDoUpdate({
      target: batchResults.id,
      set: { outcomes: sql`excluded.outcomes` },
    });
}

/** The batches whose results are written. */
export async function savedBatches(ctx: Ctx, id: number): Promise<Set<number>> {
  const first = resultKey(id, 0);
  const rows = await ctx.db
    .select({ key: batchResults.id })
    .from(batchResults)
    .where(and(gte(batchResults.id, first), lt(batchResults.id, resultKey(id + 1, 0))));
  return new Set(rows.map(({ key }) => key - first));
}

/**
 * sending -> finalizing -> `status`; answers whether this call ended it. One that was cancelled in mid-send
 * stays so and only gets its counters. Who follows the notification is told before its status is final, so
 * that an end which is repeated after a crash tells them too.
 */
export async function finishNotification(
  ctx: Ctx,
  id: number,
  end: {
    status: "sent" | "failed" | "cancelled";
    failureReason: string | null;
    stats: RunStats;
  },
): Promise<boolean> {
  const now = ctx.now();
  const { status, failureReason } = end;
  const counters = columns(end.stats);
  const isOpen = inArray(notifications.status, ["sending", "finalizing"]);
  const [[finalizing]] = await ctx.db.batch([
    ctx.db
      .update(notifications)
      .set({ ...counters, status: "finalizing", updatedAt: now })
      .where(and(eq(notifications.id, id), isOpen))
      .returning(),
    ctx.db
      .update(notifications)
      .set({ ...counters, updatedAt: now })
      .where(and(eq(notifications.id, id), eq(notifications.status, "cancelled"))),
  ]);
  if (!finalizing) return false;
  const final = {
    status,
    failureReason,
    sentAt: status === "cancelled" ? null : now,
  };
  await notificationFinished(ctx, { ...finalizing, ...final });
  const finished = await ctx.db
    .update(notifications)
    .set({ ...final, updatedAt: now })
    .where(and(eq(notifications.id, id), eq(notifications.status, "finalizing")))
    .returning({ id: notifications.id });
  return finished.length > 0;
}

/** Makes subscribers inactive whose tokens a provider calls dead, unless registered anew since `sentAt`, ms. */
export async function retireTokens(
  ctx: Ctx,
  ids: readonly number[],
  sentAt: number,
): Promise<void> {
  await ctx.db
    .update(subscribers)
    .set({ status: "inactive", updatedAt: ctx.now() })
    .where(
      and(
        sql`${subscribers.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(subscribers.status, "active"),
        lte(subscribers.tokenSince, sentAt),
      ),
    );
}

function columns(stats: RunStats) {
  return {
    totalCount: stats.total,
    totalBatches: stats.totalBatches,
    completedBatches: stats.completedBatches,
    sentCount: stats.sent,
    failedCount: stats.failed,
  };
}
