// Makes the notifications of a campaign, one for each app and template. They are ordinary scheduled notifications,
// which owners can see and cancel like any other. They are written in the database batch that attaches the template.
import { and, eq, sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import {
  apps,
  notifications,
  campaignNotifications,
  campaigns,
  subscribers,
} from "../../db/schema/index.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { inAudience, zoneOf } from "../audiences/audience-sql.ts";
import type { NotificationContent } from "../notifications/content-fields.ts";
import { uuidIfRoom } from "../notifications/room.ts";
import { REPORTABLE_FIELDS, reportableData } from "../notifications/message-id.ts";
import { checkContent } from "../notifications/sendable.ts";
import { SCHEDULED } from "../notifications/start-runs.ts";
import type { Resolved } from "../audiences/targeting.ts";
import { zoneDueTimes } from "../notifications/zones.ts";
import type { ReachedApp } from "./reach.ts";

/**
 * Most bytes of contents and audiences in the notifications of one request. Every app gets a copy, and one transaction
 * writes all of them.
 */
export const MAX_MADE_BYTES = 8_000_000;

const encoder = new TextEncoder();

/** What the notifications made of one template have in common. */
export interface Shared {
  /** The campaign's revision that they belong to. Nothing is made if the campaign has another one by then. */
  revision: string;
  content: NotificationContent;
  audience: Resolved;
  /** When they are due, ms. For a local time, this is when it comes in UTC, until `setLocalDue` corrects it. */
  dueAt: number;
  dueLocal: string | null;
}

/** A notification that is to be made. */
export interface Planned {
  uuid: string;
  app_id: number;
}

/** Plans a notification for each of `apps`. */
export function planned(apps: readonly ReachedApp[]): Planned[] {
  return apps.map(({ id }) => ({ uuid: crypto.randomUUID(), app_id: id }));
}

/**
 * Refuses `invalid` at `path` if a copy of `contents` and their audience for each app is more than one transaction should
 * write.
 */
export function requireBounded(
  apps: readonly ReachedApp[],
  contents: readonly NotificationContent[],
  audience: Resolved,
  path: readonly string[],
): void {
  const sizeOf = (value: object) => encoder.encode(JSON.stringify(value)).byteLength;
  const audienceBytes = sizeOf(audience);
  const sizes = contents.map((content) => sizeOf(content) + audienceBytes);
  const bytes = apps.length * sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > MAX_MADE_BYTES) {
    const message = `must not make more than ${MAX_MADE_BYTES} bytes over all apps, but makes ${bytes}`;
    refuse(invalidField(path, message));
  }
}

/** Refuses `invalid` at `path` if a provider of one of the apps would not accept `content`. */
export function requireSendable(
  ctx: Ctx,
  apps: readonly ReachedApp[],
  content: NotificationContent,
  path: readonly (string | number)[],
): void {
  const checked = new Set<string>();
  for (const app of apps) {
    // The size of a payload depends on nothing else of the app, so each kind is checked once.
    const kind = JSON.stringify([app.providers.toSorted(), app.pushSettings]);
    if (checked.has(kind)) continue;
    checked.add(kind);
    try {
      checkContent(ctx, app, { ...content, data: reportableData(app.uuid) }, app.providers);
    } catch (error) {
      if (!(error instanceof RefusalError) || error.refusal.code !== "invalid") throw error;
      const [issue] = error.refusal.issues;
      refuse(invalidField(path, issue?.message ?? "is not valid"));
    }
  }
}

/**
 * The statement that inserts the notifications planned as `rows` and returns them as Scheduled. It inserts none for an app
 * in which a notification of the same campaign was cancelled or turned into a draft. Where an app has no room for its
 * own it ends the whole batch, which belongs within `orNoRoom`.
 */
export function insertNotifications(ctx: Ctx, shared: Shared, rows: readonly Planned[]) {
  const { revision, content, audience, dueAt, dueLocal } = shared;
  const now = ctx.now();
  const uuid = sql`row.value ->> 'uuid'`;
  const uuidOrNone = uuidIfRoom(uuid, sql`app.id`, "scheduled");
  const ids = sql.join(
    REPORTABLE_FIELDS.map((field) => sql`${field}, ${uuid}`),
    sql`, `,
  );
  return insertFrom(
    ctx.db,
    notifications,
    {
      uuid: uuidOrNone,
      accountId: sql`campaign.account_id`,
      appId: sql`app.id`,
      status: "scheduled",
      content: sql`json_set(${JSON.stringify(content)}, '$.data', json_object(${ids}))`,
      targeting: audience,
      scheduledAt: dueAt,
      scheduledLocal: dueLocal,
      createdAt: now,
      updatedAt: now,
    },
    sql`FROM json_each(${JSON.stringify(rows)}) AS row
      JOIN ${apps} AS app ON app.id = row.value ->> 'app_id'
      JOIN ${campaigns} AS campaign ON campaign.revision = ${revision}
      WHERE NOT EXISTS (SELECT 1 FROM ${campaignNotifications} AS link
        JOIN ${notifications} AS made ON made.id = link.notification_id
        WHERE link.campaign_id = campaign.id AND made.app_id = app.id
          AND made.status IN ('cancelled', 'draft'))`,
  ).returning(SCHEDULED);
}

/** The statement that links the notifications inserted by `insertNotifications` to their campaign. */
export function linkNotifications(ctx: Ctx, revision: string, rows: readonly Planned[]) {
  return insertFrom(
    ctx.db,
    campaignNotifications,
    { campaignId: sql`campaign.id`, notificationId: sql`made.id` },
    sql`FROM json_each(${JSON.stringify(rows)}) AS row
      JOIN ${notifications} AS made ON made.uuid = row.value ->> 'uuid'
      JOIN ${campaigns} AS campaign ON campaign.revision = ${revision}`,
  );
}

/**
 * The query for the time zones of the active subscribers in the apps that a campaign can reach. It finds none for a
 * campaign that is not due by local time.
 */
export function zonesOf(ctx: AccountCtx, campaignId: number) {
  const reached = sql`SELECT app.id FROM ${campaigns} AS campaign
    JOIN ${apps} AS app ON app.account_id = campaign.account_id
    WHERE campaign.id = ${campaignId} AND campaign.account_id = ${ctx.principal.accountId}
      AND campaign.due_local IS NOT NULL AND (json_type(campaign.filters, '$.apps.include') = 'null'
        OR app.id IN (SELECT value FROM json_each(campaign.filters, '$.apps.include')))`;
  return ctx.db
    .selectDistinct({ zone: zoneOf })
    .from(subscribers)
    .where(and(sql`${subscribers.appId} IN (${reached})`, eq(subscribers.status, "active")));
}

/** When a local time comes in UTC, ms; now, if that is in the past. */
export function dueInUtc(ctx: Ctx, dueLocal: string): number {
  return Math.max(ctx.now(), zoneDueTimes(dueLocal, ["UTC"]).get("UTC") ?? 0);
}

/**
 * The statement that sets when the notifications of `revision` are due: when the local time comes in the first time
 * zone of the app's audience, or now if that is in the past. It returns them as Scheduled, except those with an empty
 * audience, which it does not change. `zones` must include every time zone of the audience.
 */
export function setLocalDue(
  ctx: Ctx,
  { revision, audience }: Pick<Shared, "revision" | "audience">,
  dueLocal: string,
  zones: readonly string[],
) {
  const made = sql`(SELECT link.notification_id FROM ${campaignNotifications} AS link
    JOIN ${campaigns} AS campaign ON campaign.id = link.campaign_id WHERE campaign.revision = ${revision})`;
  const times = JSON.stringify([...zoneDueTimes(dueLocal, zones)]);
  const madeIn = sql`(SELECT app_id FROM ${notifications} WHERE id IN ${made})`;
  const first = sql`(SELECT had.app_id, min(time.value ->> 1) AS due
    FROM (SELECT DISTINCT ${subscribers.appId} AS app_id, ${zoneOf} AS zone FROM ${subscribers}
      WHERE ${inAudience(madeIn, audience)}) AS had
    JOIN json_each(${times}) AS time ON time.value ->> 0 = had.zone GROUP BY had.app_id) AS first`;
  return ctx.db
    .update(notifications)
    .set({ scheduledAt: sql`max(${ctx.now()}, first.due)` })
    .from(first)
    .where(
      and(
        sql`${notifications.id} IN ${made}`,
        sql`${notifications.appId} = first.app_id`,
        eq(notifications.status, "scheduled"),
      ),
    )
    .returning(SCHEDULED);
}
