// What a sign of life from a device (a change it makes, a confirmed delivery, a click) does to its subscriber.
import { sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import { SILENT_MS } from "./retention.ts";

/** A sign of life is noted again after this long, ms: a day, since what follows is counted in months. */
export const ALIVE_GRAIN_MS = DAY_MS;

/**
 * The columns a sign of life changes. Who was only silent (retention.ts) is active again; not one whose token died,
 * which shows by the time: that became inactive sooner than silence makes it.
 */
export function signOfLife(now: number) {
  const wasSilent = sql`${subscribers.status} = 'inactive'
    AND ${subscribers.updatedAt} >= ${subscribers.lastActiveAt} + ${SILENT_MS}`;
  return {
    lastActiveAt: now,
    status: sql<Status>`iif(${wasSilent}, 'active', ${subscribers.status})`,
  };
}

type Status = (typeof subscribers.$inferSelect)["status"];
