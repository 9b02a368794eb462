// When a notification is to be sent: now, at an instant, at a local time in each subscriber's own zone, or not yet.
import { instant, localTime } from "../../kit/given-time.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { HOUR_MS, SECOND_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { audienceZones } from "../audiences/audience.ts";
import type { Resolved } from "../audiences/targeting.ts";
import { EARLIEST_ZONE_MS, LATEST_ZONE_MS } from "../../kit/zones.ts";
import { parseLocal, zoneDueTimes } from "./zones.ts";

/**
 * How often the zones of the audience are read while a local time is coming near, ms: zones differ by half hours at
 * least, but for a few.
 */
const PLAN_EVERY_MS = HOUR_MS / 2;

/**
 * A local time comes for many apps at once. Each is checked, and sent, up to LOCAL_SPREAD_MS later, by its id: at most 50 a
 * second.
 */
const LOCAL_STEP_MS = 20;
const LOCAL_SPREAD_MS = 10 * SECOND_MS;

export const ScheduleFields = {
  scheduled_at: instant().nullable().default(null),
  scheduled_local: localTime().nullable().default(null),
};

/** The schedule in a request; both fields are null for a notification that is not scheduled. */
export interface WantedSchedule {
  /** ms */
  scheduled_at: number | null;
  /** In the form 2026-12-24T18:00. */
  scheduled_local: string | null;
}

export interface Schedule {
  scheduledAt: number | null;
  scheduledLocal: string | null;
}

export const UNSCHEDULED: Schedule = { scheduledAt: null, scheduledLocal: null };

/**
 * Returns the schedule that the request asks for. A local time is due when it comes in the first zone of the
 * audience. Refuses `invalid` for a time in the past or more than a year ahead, and for both kinds at once.
 */
export async function planSchedule(
  ctx: Ctx,
  appId: number,
  audience: Resolved,
  wanted: WantedSchedule,
): Promise<Schedule> {
  const { scheduled_at: scheduledAt, scheduled_local: local } = wanted;
  if (scheduledAt !== null && local !== null) {
    refuse(invalidField(["scheduled_local"], "must not be given together with scheduled at"));
  }
  if (scheduledAt !== null) {
    requireAhead(ctx, "scheduled_at", scheduledAt, scheduledAt);
    return { scheduledAt, scheduledLocal: null };
  }
  if (local === null) return UNSCHEDULED;
  const wall = parseLocal(local) ?? 0;
  requireAhead(ctx, "scheduled_local", wall - EARLIEST_ZONE_MS, wall + LATEST_ZONE_MS);
  const firstDue = await firstLocalDue(ctx, appId, audience, local);
  return { scheduledAt: firstDue, scheduledLocal: local };
}

/** Returns when `local` comes in the first zone of the audience, ms; the present when that has passed already. */
export async function firstLocalDue(
  ctx: Ctx,
  appId: number,
  audience: Resolved,
  local: string,
): Promise<number> {
  const zones = await audienceZones(ctx, appId, audience);
  const due = zoneDueTimes(local, zones.length > 0 ? zones : ["UTC"]);
  return Math.max(ctx.now(), Math.min(...due.values()));
}

/**
 * Returns when to check next whether a scheduled notification is due, ms: at its time. A local time is checked again
 * and again from the moment when it comes in the world's first zone, since the zones of the audience change.
 */
export function nextCheckAt(
  {
    id,
    scheduledAt,
    scheduledLocal,
  }: { id: number; scheduledAt: number; scheduledLocal: string | null },
  now: number,
): number {
  const wall = scheduledLocal === null ? null : parseLocal(scheduledLocal);
  if (wall === null) return scheduledAt;
  const first = wall - EARLIEST_ZONE_MS;
  const checks = Math.max(0, Math.floor((now - first) / PLAN_EVERY_MS) + 1);
  const at = Math.min(scheduledAt, first + checks * PLAN_EVERY_MS);
  return at + ((id * LOCAL_STEP_MS) % LOCAL_SPREAD_MS);
}

/** Refuses a time whose last instant has passed, or whose first instant is more than a year ahead. */
function requireAhead(ctx: Ctx, field: string, first: number, last: number): void {
  const now = ctx.now();
  if (last <= now) refuse(invalidField([field], "must be a time to come"));
  const furthest = new Date(now);
  furthest.setUTCFullYear(furthest.getUTCFullYear() + 1);
  if (first > furthest.getTime()) {
    refuse(invalidField([field], "must not be more than a year ahead"));
  }
}
