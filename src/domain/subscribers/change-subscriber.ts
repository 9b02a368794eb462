// Changes, unsubscribes and deletes one subscriber for its owner. What a device does to its own is in devices.ts, but it
// unsubscribes as its owner would.
import { and, eq, ne, sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { enqueueDeliveries } from "../webhooks/emit.ts";
import { knownColumns, newAddressColumns, newAddressOf } from "./columns.ts";
import { emitSubscriberEvent } from "./events.ts";
import { UpdateSubscriber } from "./subscriber-input.ts";
import type { Subscriber } from "./find-subscriber.ts";

/**
 * Changes the given fields, of which null clears one, and returns the subscriber. Refuses `invalid`, also when another
 * subscriber has the new address, and `not_found` when the subscriber was deleted meanwhile.
 */
export async function updateSubscriber(
  ctx: Ctx,
  subscriber: Subscriber,
  input: unknown,
): Promise<Subscriber> {
  const wanted = parse(UpdateSubscriber, input);
  const address = newAddressOf(ctx, subscriber, wanted);
  // That the owner names the address that it has already does not say that this lives again.
  const isNew = address !== null && address.token !== subscriber.token;
  const [changed] = await ctx.db
    .update(subscribers)
    .set({
      ...(isNew ? newAddressColumns(address, ctx.now(), null) : {}),
      ...(address
        ? { p256dh: address.p256dh, auth: address.auth, vouchedToken: address.token }
        : {}),
      vouched: true,
      ...(wanted.user_id === undefined ? {} : { userId: wanted.user_id }),
      ...knownColumns(wanted),
      updatedAt: ctx.now(),
    })
    .where(
      and(
        itself(subscriber),
        sql`NOT EXISTS (SELECT 1 FROM ${subscribers} AS other WHERE other.app_id = ${subscriber.appId}
          AND other.token = ${address?.token ?? null} AND other.id <> ${subscriber.id})`,
      ),
    )
    .returning();
  if (changed) return changed;
  await requirePresent(ctx, subscriber);
  const isWebPush = address?.provider === "webpush";
  return refuse(
    invalidField([isWebPush ? "endpoint" : "token"], "is registered by another subscriber"),
  );
}

/**
 * Unsubscribes the subscriber: it gets no notifications until it registers again. May be repeated. Refuses
 * `not_found`.
 */
export async function unsubscribe(ctx: Ctx, subscriber: Subscriber): Promise<Subscriber> {
  const now = ctx.now();
  const subscribed = and(itself(subscriber), ne(subscribers.status, "unsubscribed"));
  const [deliveries, , [present]] = await ctx.db.batch([
    emitSubscriberEvent(ctx, "subscriber.unsubscribed", subscriber.appId, subscribed),
    ctx.db
      .update(subscribers)
      .set({ status: "unsubscribed", unsubscribedAt: now, updatedAt: now })
      .where(subscribed),
    ctx.db.select().from(subscribers).where(itself(subscriber)),
  ]);
  ctx.defer(enqueueDeliveries(ctx, deliveries));
  return present ?? refuse({ code: "not_found", what: "subscriber" });
}

/** Deletes the subscriber. Refuses `not_found` when it was deleted meanwhile. */
export async function deleteSubscriber(ctx: AccountCtx, subscriber: Subscriber): Promise<void> {
  const deletion = ctx.db
    .delete(subscribers)
    .where(itself(subscriber))
    .returning({ id: subscribers.id });
  const gone = await audited(ctx, deletion, {
    did: "subscriber.delete",
    id: subscriber.uuid,
    facts: { app: subscriber.appId },
  });
  if (gone.length === 0) refuse({ code: "not_found", what: "subscriber" });
}

async function requirePresent(ctx: Ctx, subscriber: Subscriber): Promise<void> {
  const rows = await ctx.db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(itself(subscriber));
  if (rows.length === 0) refuse({ code: "not_found", what: "subscriber" });
}

/** The condition on `subscribers` that holds for this one. */
export function itself({ id, accountId }: Subscriber) {
  return and(eq(subscribers.id, id), eq(subscribers.accountId, accountId));
}
