// The notifications of a sending: one an app and push, ordinary scheduled ones, so that whoever sees
// notifications sees them and can cancel them. They are made in the batch that binds their push.
import { and, eq, sql } from "drizzle-orm";
import {
  apps,
  notifications,
  sendNotifications,
  sends,
  subscribers,
} from "../../db/schema/index.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { audienceCondition, zoneOf } from "../notifications/audience-sql.ts";
import type { NotificationContent } from "../notifications/content.ts";
import { announce } from "../notifications/send-notification.ts";
import { checkContent } from "../notifications/sendable.ts";
import type { Audience } from "../notifications/targeting.ts";
import { zoneDueTimes } from "../notifications/zones.ts";
import { insertFrom } from "./insert-from.ts";
import type { ReachedApp } from "./reach.ts";
import type { Moment } from "./moment.ts";

/** Runs told at once that they are to send; those of further notifications are started by the cron. */
const MAX_TOLD = 20;

/** What the notifications of one push have in common. */
export interface Shared {
  /** The binding that makes them; where the sending has another by then, nothing is made. */
  binding: string;
  content: NotificationContent;
  audience: Audience;
  dueLocal: string | null;
}

/** One notification to be made. */
export interface Planned {
  uuid: string;
  app_id: number;
  scheduled_at: number;
}

/** What `announceAll` needs of a notification that was made. */
export interface Made {
  id: number;
  scheduledAt: number | null;
}

/** What `content` holds beside a push's own: the id a device reports the message by, as clients look for it. */
const MSG_ID_FIELDS = ["msg_id", "px.msg_id"] as const;

/** A notification for each of `apps`; `due` is when, by app, ms. */
export function planned(apps: readonly ReachedApp[], due: (appId: number) => number): Planned[] {
  return apps.map(({ id }) => ({
    uuid: crypto.randomUUID(),
    app_id: id,
    scheduled_at: due(id),
  }));
}

/** Refuses `invalid` at `path` for what some app's provider would not take. */
export function requireSendable(
  ctx: Ctx,
  apps: readonly ReachedApp[],
  content: NotificationContent,
  path: readonly (string | number)[],
): void {
  const checked = new Set<string>();
  for (const app of apps) {
    // what a payload weighs depends on little of its app
    const kind = JSON.stringify([app.providers.toSorted(), app.pushSettings]);
    if (checked.has(kind)) continue;
    checked.add(kind);
    try {
      checkContent(ctx, app, { ...content, data: messageData(app.uuid) }, app.providers);
    } catch (error) {
      if (!(error instanceof RefusalError) || error.refusal.code !== "invalid") throw error;
      const [issue] = error.refusal.issues;
      refuse(invalidField(path, issue?.message ?? "is not valid"));
    }
  }
}

function messageData(uuid: string): Record<string, string> {
  return Object.fromEntries(MSG_ID_FIELDS.map((field) => [field, uuid]));
}

/** The statement that makes `rows` and answers them as Made. */
export function insertNotifications(ctx: Ctx, shared: Shared, rows: readonly Planned[]) {
  const { binding, content, audience, dueLocal } = shared;
  const now = sql`${ctx.now()}`;
  const uuid = sql`row.value ->> 'uuid'`;
  const ids = sql.join(
    MSG_ID_FIELDS.map((field) => sql`${field}, ${uuid}`),
    sql`, `,
  );
  return insertFrom(
    ctx,
    notifications,
    {
      uuid,
      accountId: sql`sending.account_id`,
      appId: sql`app.id`,
      status: sql`'scheduled'`,
      content: sql`json_set(${JSON.stringify(content)}, '$.data', json_object(${ids}))`,
      targeting: sql`${JSON.stringify(audience)}`,
      scheduledAt: sql`row.value ->> 'scheduled_at'`,
      scheduledLocal: sql`${dueLocal}`,
      createdAt: now,
      updatedAt: now,
    },
    sql`FROM json_each(${JSON.stringify(rows)}) AS row
      JOIN ${apps} AS app ON app.id = row.value ->> 'app_id'
      JOIN ${sends} AS sending ON sending.binding = ${binding}`,
  ).returning({ id: notifications.id, scheduledAt: notifications.scheduledAt });
}

/** The statement that notes whose `rows` are, once `insertNotifications` made them. */
export function linkNotifications(ctx: Ctx, binding: string, rows: readonly Planned[]) {
  return insertFrom(
    ctx,
    sendNotifications,
    { sendId: sql`sending.id`, notificationId: sql`made.id` },
    sql`FROM json_each(${JSON.stringify(rows)}) AS row
      JOIN ${notifications} AS made ON made.uuid = row.value ->> 'uuid'
      JOIN ${sends} AS sending ON sending.binding = ${binding}`,
  );
}

/** Tells the runs of what was made when they are due. */
export async function announceAll(ctx: Ctx, made: readonly Made[]): Promise<void> {
  const told = made.slice(0, MAX_TOLD);
  await Promise.all(
    told.map(async (notification) => announce(ctx, { ...notification, status: "scheduled" })),
  );
}

/**
 * When a sending is due in each of `apps`, ms: at its instant, or when its local time comes in the first zone of
 * the app's audience; where that has passed already, now.
 */
export async function dueTimes(
  ctx: AccountCtx,
  { dueAt, dueLocal }: Moment,
  apps: readonly ReachedApp[],
  audience: Audience,
): Promise<(appId: number) => number> {
  if (dueLocal === null) return () => dueAt;
  const ids = JSON.stringify(apps.map(({ id }) => id));
  const found = await ctx.db
    .selectDistinct({ appId: subscribers.appId, zone: zoneOf })
    .from(subscribers)
    .where(
      and(
        sql`${subscribers.appId} IN (SELECT value FROM json_each(${ids}))`,
        eq(subscribers.status, "active"),
        audienceCondition(audience),
      ),
    );
  const now = ctx.now();
  const times = zoneDueTimes(dueLocal, [...found.map(({ zone }) => zone), "UTC"]);
  return (appId) => {
    const zones = found.filter((row) => row.appId === appId).map(({ zone }) => zone);
    const due = (zones.length > 0 ? zones : ["UTC"]).map((zone) => times.get(zone) ?? now);
    return Math.max(now, Math.min(...due));
  };
}
