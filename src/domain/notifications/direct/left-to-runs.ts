// What the direct path leaves to runs: sends that were cut off.
import { and, eq, lte, type SQL } from "drizzle-orm";
import { notifications } from "../../../db/schema/index.ts";
import { SECOND_MS } from "../../../kit/time.ts";
import { isSuspended, WHY_CANCELLED } from "../../accounts/suspension.ts";
import type { Ctx } from "../../context.ts";

/**
 * How old a notification is when nothing sends it by the direct path any more, ms: the platform ends what follows an answer
 * after 30 s.
 */
export const SETTLED_MS = 45 * SECOND_MS;

/** The condition that a notification takes the direct path and has not ended. */
export const IS_UNDER_WAY = and(
  eq(notifications.status, "sending"),
  eq(notifications.hasRun, false),
);

/** The condition that a notification has not ended on the direct path, and will not. */
export function isCutOff(now: number) {
  return and(IS_UNDER_WAY, lte(notifications.createdAt, now - SETTLED_MS));
}

/**
 * The statements that leave to runs what `isLeft` on the direct path, by the columns `handed`; those of suspended accounts are
 * cancelled. Once they have run, it is left no more.
 */
export function leaveToRuns(
  ctx: Ctx,
  isLeft: SQL | undefined,
  handed: { hasRun: boolean; updatedAt: number },
) {
  const cancelled = { status: "cancelled", failureReason: WHY_CANCELLED } as const;
  return [
    ctx.db
      .update(notifications)
      .set({ ...cancelled, updatedAt: ctx.now() })
      .where(and(isLeft, isSuspended(notifications.accountId))),
    ctx.db.update(notifications).set(handed).where(isLeft),
  ] as const;
}
