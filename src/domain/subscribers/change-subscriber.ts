// Changes, unsubscribes and deletes one subscriber, for its owner or for the device itself.
import { and, eq, ne, sql } from "drizzle-orm";
import { subscribers } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { signOfLife } from "./alive.ts";
import { enqueueDeliveries } from "../webhooks/emit.ts";
import { emitSubscriberEvent } from "./events.ts";
import { addressFor, UpdateDevice, UpdateSubscriber } from "./subscriber-input.ts";
import type { Subscriber } from "./find-subscriber.ts";

/**
 * Changes the given fields, of which null clears one, and returns the subscriber. Refuses `invalid`, and `not_found`
 * when it was deleted meanwhile.
 */
export async function updateSubscriber(
  ctx: Ctx,
  subscriber: Subscriber,
  input: unknown,
): Promise<Subscriber> {
  return change(ctx, subscriber, parse(UpdateSubscriber, input), {});
}

/** Does the same as `updateSubscriber` for the device itself, and stores that it is alive. */
export async function updateDevice(
  ctx: Ctx,
  subscriber: Subscriber,
  input: unknown,
): Promise<Subscriber> {
  const { user_id: _userId, ...wanted } = parse(UpdateDevice, input);
  return change(ctx, subscriber, wanted, signOfLife(ctx.now()));
}

/**
 * Unsubscribes the subscriber: it gets no notifications until it registers again. May be repeated. Refuses
 * `not_found`.
 */
export async function unsubscribe(ctx: Ctx, subscriber: Subscriber): Promise<Subscriber> {
  const now = ctx.now();
  const subscribed = and(itself(subscriber), ne(subscribers.status, "unsubscribed"));
  const [deliveries, , [present]] = await ctx.db.batch([
    emitSubscriberEvent(ctx, "subscriber.unsubscribed", subscribed),
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
export async function deleteSubscriber(ctx: Ctx, subscriber: Subscriber): Promise<void> {
  const gone = await ctx.db
    .delete(subscribers)
    .where(itself(subscriber))
    .returning({ id: subscribers.id });
  if (gone.length === 0) refuse({ code: "not_found", what: "subscriber" });
}

async function change(
  ctx: Ctx,
  subscriber: Subscriber,
  wanted: UpdateSubscriber,
  alive: Partial<ReturnType<typeof signOfLife>>,
): Promise<Subscriber> {
  const { token, changes } = newAddress(ctx, subscriber, wanted);
  const [changed] = await ctx.db
    .update(subscribers)
    .set({
      ...alive,
      ...changes,
      ...(wanted.user_id === undefined ? {} : { userId: wanted.user_id }),
      ...(wanted.tags === undefined ? {} : { tags: wanted.tags }),
      ...(wanted.language === undefined ? {} : { language: wanted.language }),
      ...(wanted.country === undefined ? {} : { country: wanted.country }),
      ...(wanted.timezone === undefined ? {} : { timezone: wanted.timezone }),
      updatedAt: ctx.now(),
    })
    .where(
      and(
        itself(subscriber),
        sql`NOT EXISTS (SELECT 1 FROM ${subscribers} AS other WHERE other.app_id = ${subscriber.appId}
          AND other.token = ${token} AND other.id <> ${subscriber.id})`,
      ),
    )
    .returning();
  if (changed) return changed;
  await requirePresent(ctx, subscriber);
  const field = subscriber.provider === "webpush" ? "endpoint" : "token";
  return refuse(invalidField([field], "is registered by another subscriber"));
}

/** The columns that a new token or endpoint changes. They make a subscriber whose token had died active again. */
function newAddress(ctx: Ctx, subscriber: Subscriber, wanted: UpdateSubscriber) {
  const { token, endpoint, keys } = wanted;
  if (token === undefined && endpoint === undefined && keys === undefined) {
    return { token: subscriber.token, changes: {} };
  }
  const address = addressFor(subscriber.provider, wanted, ctx.allowPrivateTargets);
  if ("field" in address) return refuse(invalidField([address.field], address.message));
  const { provider: _provider, ...columns } = address;
  const status = sql`CASE ${subscribers.status} WHEN 'inactive' THEN 'active' ELSE ${subscribers.status} END`;
  return { token: address.token, changes: { ...columns, status, tokenSince: ctx.now() } };
}

async function requirePresent(ctx: Ctx, subscriber: Subscriber): Promise<void> {
  const rows = await ctx.db
    .select({ id: subscribers.id })
    .from(subscribers)
    .where(itself(subscriber));
  if (rows.length === 0) refuse({ code: "not_found", what: "subscriber" });
}

function itself({ id, accountId }: Subscriber) {
  return and(eq(subscribers.id, id), eq(subscribers.accountId, accountId));
}
