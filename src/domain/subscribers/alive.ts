// What a sign of life from a device (a call with its own token, a confirmed delivery, a click) does to its
// subscriber: who is silent for long is no audience (retention.ts).
import { and, eq, lt, sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import { SILENT_MS } from "./expire-subscribers.ts";
import type { Subscriber } from "./find-subscriber.ts";

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
    status: sql<Subscriber["status"]>`iif(${wasSilent}, 'active', ${subscribers.status})`,
  };
}

/** Notes, after the answer, that the subscriber's device is alive. */
export function noteAlive(ctx: Ctx, { id, lastActiveAt }: Subscriber): void {
  const now = ctx.now();
  if (lastActiveAt >= now - ALIVE_GRAIN_MS) return;
  const noted = ctx.db
    .update(subscribers)
    .set(signOfLife(now))
    .where(and(eq(subscribers.id, id), lt(subscribers.lastActiveAt, now)))
    .run();
  ctx.defer(noted.catch((error: unknown) => ctx.log.error("alive_not_noted", error)));
}
