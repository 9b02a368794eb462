// Subscribers in the form that sending needs.
import { and, asc, eq, max, sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Recipient } from "../ports/notifications.ts";

/** The columns that `recipientOf` reads. */
export const RECIPIENT = {
  id: subscribers.id,
  platform: subscribers.platform,
  provider: subscribers.provider,
  // An active subscriber has an address, or an inbox.
  token: sql<string>`coalesce(${subscribers.token}, '')`,
  p256dh: subscribers.p256dh,
  auth: subscribers.auth,
  since: subscribers.tokenSince,
  registeredAt: subscribers.registeredAt,
  language: subscribers.language,
};

/** Returns the recipient of a row. What its provider does not need is left out, since 50 share a queue message. */
export function recipientOf({
  registeredAt,
  ...row
}: Omit<Recipient, "registeredAt"> & { registeredAt: number | null }): Recipient {
  return row.provider === "apns" && registeredAt !== null ? { ...row, registeredAt } : row;
}

/** Returns the id of the app's newest active subscriber; 0 when it has none. */
export async function maxSubscriberId(ctx: Ctx, appId: number): Promise<number> {
  const [row] = await ctx.db
    .select({ id: max(subscribers.id) })
    .from(subscribers)
    .where(and(eq(subscribers.appId, appId), eq(subscribers.status, "active")));
  return row?.id ?? 0;
}

/** Returns those of `ids` that are still active. */
export async function recipientsByIds(ctx: Ctx, ids: readonly number[]): Promise<Recipient[]> {
  const rows = await ctx.db
    .select(RECIPIENT)
    .from(subscribers)
    .where(
      and(
        sql`${subscribers.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(subscribers.status, "active"),
      ),
    )
    .orderBy(asc(subscribers.id));
  return rows.map(recipientOf);
}
