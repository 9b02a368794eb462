// Makes a subscriber for a device that registers without a key of the owner's. It is always a new one, even if the
// address is known: an address is no proof of being the device it belongs to.
import { sql, type SQL } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import { addressColumns } from "./columns.ts";
import { emitSubscriberEvent } from "./events.ts";
import { releaseAddress } from "./release-address.ts";
import { ifRoom, makeInboxRoom, makeRoom, ONE } from "./room.ts";
import { isVouched } from "./user-token.ts";
import type { Destination, RegisterSubscriber } from "./subscriber-input.ts";

/** What a device says of itself, and what it is to be known by. */
interface Given extends Pick<
  RegisterSubscriber,
  "platform" | "tags" | "language" | "country" | "timezone"
> {
  uuid: string;
  /** The hash of the token by which the device identifies itself; null if it has none. */
  secretHash: string | null;
  /** The user that its device proved to be, if it did. */
  userId?: string | null;
}

/**
 * The statements that make a subscriber with this destination, in the order of a batch of the caller's. The batch fails as
 * `isUnmade` says where the app has no room, was deleted, or `condition` does not hold. The result of the last statement
 * goes to `enqueueDeliveries`.
 */
export function newSubscriber(
  ctx: Ctx,
  app: { id: number; accountId: number },
  destination: Destination,
  given: Given,
  condition?: SQL,
) {
  const now = ctx.now();
  return [
    destination.provider === "inbox"
      ? makeInboxRoom(ctx, app.id)
      : releaseAddress(ctx, app.id, destination.token, {}),
    // After that, since the one that lost the address may be the one to make room.
    makeRoom(ctx, app.id, "device"),
    insertFrom(
      ctx.db,
      subscribers,
      {
        uuid: ifRoom(sql`${given.uuid}`, app.id, ONE, condition),
        accountId: app.accountId,
        appId: app.id,
        platform: given.platform,
        ...addressColumns(destination, now, now),
        userId: given.userId ?? null,
        vouched: isVouched(app.id, given.userId ?? null, sql`0`),
        tags: given.tags ?? [],
        language: given.language ?? null,
        country: given.country ?? null,
        timezone: given.timezone ?? null,
        status: "active",
        secretHash: given.secretHash,
        lastActiveAt: now,
        createdAt: now,
        updatedAt: now,
      },
      sql``,
    ),
    emitSubscriberEvent(
      ctx,
      "subscriber.created",
      app.id,
      sql`${subscribers.uuid} = ${given.uuid}`,
    ),
  ] as const;
}
