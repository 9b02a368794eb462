// What a sign of life from a device changes about its subscriber. A sign of life is a call with the device's own
// token, a receipt or a click. Subscribers that show none for long become inactive (expire-subscribers.ts).
import { and, eq, lt, sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { Ctx } from "../context.ts";
import type { Subscriber } from "./find-subscriber.ts";

/** A further sign of life is stored only after this long, ms: a day, since silence is counted in months. */
export const ALIVE_GRAIN_MS = DAY_MS;
/** The same for subscribers without an address, ms: their silence is counted in days. */
export const INBOX_GRAIN_MS = DAY_MS / 2;

/**
 * The columns that a sign of life at `now`, ms, changes. A subscriber that is inactive because of its silence becomes
 * active again. One whose token died does not, nor does one that has lost its address.
 */
export function signOfLife(now: number) {
  const wasSilent = sql`${subscribers.status} = 'inactive' AND (${subscribers.token} IS NOT NULL
    OR ${subscribers.provider} = 'inbox') AND ${subscribers.retiredAs} IS NULL`;
  return {
    lastActiveAt: now,
    status: sql<Subscriber["status"]>`iif(${wasSilent}, 'active', ${subscribers.status})`,
  };
}

/** Stores, once the answer is sent, that the subscriber's device is alive. */
export function noteAlive(ctx: Ctx, { id, provider, lastActiveAt }: Subscriber): void {
  const now = ctx.now();
  const grain = provider === "inbox" ? INBOX_GRAIN_MS : ALIVE_GRAIN_MS;
  if (lastActiveAt >= now - grain) return;
  const noted = ctx.db
    .update(subscribers)
    .set(signOfLife(now))
    .where(and(eq(subscribers.id, id), lt(subscribers.lastActiveAt, now)))
    .run();
  ctx.defer(noted.catch((error: unknown) => ctx.log.error("alive_not_noted", error)));
}
