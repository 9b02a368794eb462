// The statements that make subscribers inactive whose tokens a provider reported as dead.
import { and, eq, lte, sql, type SQL } from "drizzle-orm";
import { pushCredentials, subscribers } from "../../db/schema/index.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import { isTrustedTaker } from "../../kit/push/services.ts";
import type { Ctx } from "../context.ts";

/** Who took messages with a version of a credential. */
export interface Acceptance {
  provider: Provider;
  version: number;
  /** See `takerOf` in kit/push/services.ts. */
  takenBy: readonly string[];
}

/** Makes the active subscribers among `ids` inactive, unless they got another token after `since`, ms. */
export function retireGone(ctx: Ctx, ids: readonly number[], since: number) {
  return retire(ctx, ids, "gone", since, undefined);
}

/**
 * Makes those among `ids` inactive who are refused by whom `acceptance` names, as `retireGone` does, but only while the
 * credential is that version: the change to another one revives them, and may have come already.
 */
export function retireDoubted(
  ctx: Ctx,
  ids: readonly number[],
  since: number,
  { provider, version, takenBy }: Acceptance,
) {
  // A stranger's word is about its own subscribers alone (`isResolved` in kit/push/services.ts).
  const isAtTaker = sql`EXISTS (SELECT 1 FROM json_each(${JSON.stringify(takenBy)})
    WHERE substr(${subscribers.token}, 1, length(value) + 1) = value || '/')`;
  const isCurrent = sql`EXISTS (SELECT 1 FROM ${pushCredentials} AS used WHERE used.app_id = ${subscribers.appId}
    AND used.provider = ${provider} AND used.version = ${version})`;
  const condition = and(
    eq(subscribers.provider, provider),
    isCurrent,
    takenBy.some(isTrustedTaker) ? undefined : isAtTaker,
  );
  return retire(ctx, ids, "doubted", since, condition);
}

function retire(
  ctx: Ctx,
  ids: readonly number[],
  as: "gone" | "doubted",
  since: number,
  condition: SQL | undefined,
) {
  const now = ctx.now();
  return ctx.db
    .update(subscribers)
    .set({ status: "inactive", retiredAs: as, retiredAt: now, updatedAt: now })
    .where(
      and(
        sql`${subscribers.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(subscribers.status, "active"),
        lte(subscribers.tokenSince, since),
        condition,
      ),
    );
}
