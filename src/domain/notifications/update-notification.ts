// Changes a notification that has not begun to be sent.
import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { notifications } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { auditEntry, MAX_FACTS } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { contentOf } from "./content.ts";
import { ContentFields } from "./content-fields.ts";
import { syncRun } from "./sync-run.ts";
import { checkSendable } from "./sendable.ts";
import { planSchedule, ScheduleFields, type Schedule, type WantedSchedule } from "./schedule.ts";
import { resolve } from "../audiences/resolve.ts";
import { forgetUses, noteUses, orNoSegment } from "../audiences/segment-uses.ts";
import { Targeting, type Resolved } from "../audiences/targeting.ts";
import {
  findNotification,
  namedInLog,
  visibleNotification,
  type Notification,
  type OfApp,
} from "./find-notification.ts";

/** Attempts to write when other requests change the same notification at the same time. */
const MAX_ATTEMPTS = 3;

const Given = z.record(z.string(), z.unknown());

/** The whole notification with the given fields in place of the present ones. */
const Changed = z.strictObject({ ...ContentFields, targeting: Targeting, ...ScheduleFields });

/**
 * Changes the given fields and leaves the others; a schedule of null makes the notification a draft. Returns it.
 * Refuses `invalid`, `notifications_not_configured` when it gets a schedule and the app has no provider,
 * `not_editable` once sending has begun, `changed_meanwhile` when other requests keep changing it.
 */
export async function updateNotification(
  ctx: AccountCtx,
  found: OfApp,
  input: unknown,
): Promise<Notification> {
  const given = parse(Given, input);
  let { notification } = found;
  for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts += 1) {
    const { id, status, updatedAt } = notification;
    if (status !== "draft" && status !== "scheduled") refuse({ code: "not_editable", status });
    const { content, targeting } = notification;
    const wanted = parse(Changed, { ...content, targeting, ...given });
    const audience = await resolve(ctx, found.app.id, wanted.targeting);
    const schedule = await scheduleOf(ctx, notification, given, { ...wanted, audience });
    const isScheduled = schedule.scheduledAt !== null;
    await checkSendable(ctx, found.app, contentOf(wanted), isScheduled);
    const isUnchanged = and(
      visibleNotification(ctx.principal, id),
      inArray(notifications.status, ["draft", "scheduled"]),
      eq(notifications.updatedAt, updatedAt),
    );
    const update = ctx.db
      .update(notifications)
      .set({
        status: isScheduled ? "scheduled" : "draft",
        content: contentOf(wanted),
        targeting: wanted.targeting,
        ...schedule,
        // It always grows, so that the condition below notices a change that came in between.
        updatedAt: Math.max(ctx.now(), updatedAt + 1),
      })
      .where(isUnchanged)
      .returning();
    const named = namedInLog(notification);
    const entry = auditEntry(ctx, {
      did: "notification.update",
      ...named,
      facts: { ...named.facts, fields: Object.keys(given).slice(0, MAX_FACTS) },
    });
    const [, , [updated]] = await orNoSegment(
      ctx.db.batch([
        // Before the update, after which their condition does not hold any more.
        forgetUses(ctx, isUnchanged),
        noteUses(ctx, found.app.id, wanted.targeting, isUnchanged),
        update,
        entry,
      ]),
    );
    if (updated) {
      if (isScheduled || status === "scheduled") await syncRun(ctx, updated);
      return updated;
    }
    notification = await findNotification(ctx, id);
  }
  return refuse({ code: "changed_meanwhile" });
}

/**
 * Returns the schedule that is asked for, or else the present one. A local time is planned anew when the audience
 * changes.
 */
async function scheduleOf(
  ctx: AccountCtx,
  { appId, scheduledAt, scheduledLocal }: Notification,
  given: Record<string, unknown>,
  wanted: WantedSchedule & { audience: Resolved },
): Promise<Schedule> {
  const { scheduled_at, scheduled_local, audience } = wanted;
  if ("scheduled_at" in given || "scheduled_local" in given) {
    return planSchedule(ctx, appId, audience, { scheduled_at, scheduled_local });
  }
  if (scheduledLocal === null || !("targeting" in given)) return { scheduledAt, scheduledLocal };
  return planSchedule(ctx, appId, audience, {
    scheduled_at: null,
    scheduled_local: scheduledLocal,
  });
}
