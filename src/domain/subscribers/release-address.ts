// An address belongs to one subscriber of an app at a time. Who names an address without proof of being its subscriber
// gets none of what that subscriber has: the address goes to another subscriber, and the former one is retired. So a
// send reaches the address once.
import { and, eq, ne, sql, type SQL } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Subscriber } from "./find-subscriber.ts";

/** No subscriber has this id. */
const NOBODY = 0;

/**
 * The statement that takes the address `token` from the app's subscriber that has it, unless that is the one with the id
 * `keeper`, if `condition` holds. The subscriber that loses it is not active any more; it can be again with
 * its own token, once its device names an address.
 */
export function releaseAddress(
  ctx: Ctx,
  appId: number,
  token: string,
  { keeper = NOBODY, condition }: { keeper?: number; condition?: SQL },
) {
  return ctx.db
    .update(subscribers)
    .set(releasedColumns(ctx.now()))
    .where(
      and(
        eq(subscribers.appId, appId),
        eq(subscribers.token, token),
        ne(subscribers.id, keeper),
        condition,
      ),
    );
}

/** The columns of a subscriber that loses its address at `now`, ms. */
export function releasedColumns(now: number) {
  return {
    token: null,
    lostToken: sql`${subscribers.token}`,
    p256dh: null,
    auth: null,
    status: sql<
      Subscriber["status"]
    >`iif(${subscribers.status} = 'active', 'inactive', ${subscribers.status})`,
    updatedAt: now,
  };
}
