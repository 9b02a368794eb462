// Makes a subscriber for a device that registers without a key of the owner's. It is always a new one, even if the
// address is known: an address is no proof of being the device it belongs to.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { subscribers } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { Ctx } from "../context.ts";
import { enqueueDeliveries } from "../webhooks/emit.ts";
import { addressColumns } from "./columns.ts";
import { emitSubscriberEvent } from "./events.ts";
import type { Subscriber } from "./find-subscriber.ts";
import { releaseAddress } from "./release-address.ts";
import { hasRoom, makeRoom, noRoom } from "./room.ts";
import type { PushAddress, RegisterSubscriber } from "./subscriber-input.ts";

/** What a device says of itself. */
type Given = Pick<RegisterSubscriber, "platform" | "tags" | "language" | "country" | "timezone">;

/**
 * The statements that make a subscriber at `address` under `uuid`, in the order of a batch of the caller's.
 * `secretHash` is the hash of the token by which the device identifies itself, or null. `newSubscriberIn` reads their
 * results.
 */
export function newSubscriber(
  ctx: Ctx,
  app: { id: number; accountId: number },
  address: PushAddress,
  given: Given & { uuid: string; secretHash: string | null },
) {
  const now = ctx.now();
  const condition = hasRoom(app.id);
  return [
    makeRoom(ctx, app.id, [address.token]),
    releaseAddress(ctx, app.id, address.token, { condition }),
    insertFrom(
      ctx.db,
      subscribers,
      {
        uuid: given.uuid,
        accountId: app.accountId,
        appId: app.id,
        platform: given.platform,
        ...addressColumns(address, now, now),
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
      sql`WHERE ${condition}`,
    ).returning(),
    emitSubscriberEvent(
      ctx,
      "subscriber.created",
      app.id,
      sql`${subscribers.uuid} = ${given.uuid}`,
    ),
  ] as const;
}

/**
 * Returns the subscriber that the batch of `newSubscriber` made. Refuses `invalid` when the app has no room for it, and
 * `not_found` when the app was deleted.
 */
export async function newSubscriberIn(
  ctx: Ctx,
  appId: number,
  rows: readonly Subscriber[],
  deliveries: readonly { id: number }[],
): Promise<Subscriber> {
  const [made] = rows;
  if (!made) return refuse(await noRoom(ctx, appId));
  ctx.defer(enqueueDeliveries(ctx, deliveries));
  return made;
}
