// What browsers and devices can do without a secret of the owner's: register with the app's public key, and identify
// themselves by the token that they got then.
import { and, eq, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import { apps, subscribers } from "../../db/schema/index.ts";
import { parseBySchema } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { hashSecret, mintSecret } from "../../kit/secret.ts";
import type { App } from "../apps/find-app.ts";
import type { Ctx } from "../context.ts";
import { enqueueDeliveries } from "../webhooks/emit.ts";
import { signOfLife } from "./alive.ts";
import { itself } from "./change-subscriber.ts";
import { addressColumns, knownColumns, newAddressColumns, newAddressOf } from "./columns.ts";
import type { Subscriber } from "./find-subscriber.ts";
import { newSubscriber } from "./new-subscriber.ts";
import { settingsOf } from "./push-settings.ts";
import { releaseAddress } from "./release-address.ts";
import { isUnmade, makeInboxRoom, noRoom } from "./room.ts";
import {
  destinationOf,
  RegisterDevice,
  UpdateDevice,
  type Destination,
} from "./subscriber-input.ts";
import { provenUser, userColumns } from "./user-token.ts";

/** Whether `text` has the form of an app's public key. */
export function isPublicKey(text: string): boolean {
  return /^pk_[0-9a-f]{32}$/.test(text);
}

/**
 * Returns the app with this public key, null when there is none; `device` is its subscriber whose token has the SHA-256
 * `deviceHash`, null when there is none or no hash is given.
 */
export async function appByPublicKey(
  ctx: Ctx,
  publicKey: string,
  deviceHash: string | null,
): Promise<{ app: App; device: Subscriber | null } | null> {
  const [found] = await ctx.db
    .select({ app: apps, device: subscribers })
    .from(apps)
    // Joined by the hash alone, so that no index but its own comes into question.
    .leftJoin(subscribers, eq(subscribers.secretHash, deviceHash ?? ""))
    .where(eq(apps.publicKey, publicKey));
  if (!found) return null;
  const { app, device } = found;
  return { app, device: device?.appId === app.id ? device : null };
}

/** Returns the subscriber whose device holds the token with this SHA-256; null when there is none. */
export async function authenticateDevice(ctx: Ctx, hash: string): Promise<Subscriber | null> {
  const [row] = await ctx.db.select().from(subscribers).where(eq(subscribers.secretHash, hash));
  return row ?? null;
}

/**
 * Registers a device, and returns its subscriber's id. With `device`, the subscriber whose token the request has, that
 * one gets the address and the given fields, and its token stays as it is (`token` is null). Otherwise the device gets
 * a new subscriber and a token for its later calls, even if the address is known. Either way no other subscriber keeps
 * the address. An Android device without an address has an inbox instead, for which another one makes room where the app
 * has MAX_INBOXES. A user token says whose the device is. `origin` is the Origin header of the request, null when there is
 * none. Refuses `forbidden` for an origin that the app's settings do not allow, `invalid`, and `not_found` when the app or `device` was deleted meanwhile.
 */
export async function registerDevice(
  ctx: Ctx,
  app: App,
  device: Subscriber | null,
  origin: string | null,
  input: unknown,
): Promise<{ id: string; token: string | null }> {
  const { allowed_origins: allowed } = settingsOf(app);
  if (origin !== null && allowed.length > 0 && !allowed.includes(origin)) {
    refuse({ code: "forbidden", message: "Pages of this origin may not register subscribers." });
  }
  const wanted = parseBySchema(RegisterDevice, input);
  const address = destinationOf(wanted, ctx.allowPrivateTargets);
  if ("field" in address) return refuse(invalidField([address.field], address.message));
  const { user_token: proof } = wanted;
  const userId = proof ? await provenUser(ctx, app, proof) : proof;
  if (device) {
    const now = ctx.now();
    const { uuid } = await changeDevice(ctx, device, address, {
      platform: wanted.platform,
      ...knownColumns(wanted),
      ...userColumns(app.id, userId),
      ...addressColumns(address, now, now),
      status: "active",
      unsubscribedAt: null,
      lastActiveAt: now,
    });
    return { id: uuid, token: null };
  }
  const token = mintSecret("sw_sub_");
  const id = crypto.randomUUID();
  const secretHash = await hashSecret(token);
  const given = { ...wanted, uuid: id, secretHash, userId: userId ?? null };
  try {
    const [, , , deliveries] = await ctx.db.batch(newSubscriber(ctx, app, address, given));
    ctx.defer(enqueueDeliveries(ctx, deliveries));
  } catch (error) {
    if (isUnmade(error)) refuse(await noRoom(ctx, app.id));
    throw error;
  }
  return { id, token };
}

/**
 * Changes the given fields of the device's own subscriber, of which null clears one, and stores that it is alive. A new
 * address is taken from whichever subscriber had it, and a user token says whose the device is. Refuses `invalid`, and `not_found` when the subscriber was deleted
 * meanwhile.
 */
export async function updateDevice(
  ctx: Ctx,
  subscriber: Subscriber,
  input: unknown,
): Promise<Subscriber> {
  const wanted = parseBySchema(UpdateDevice, input);
  const address = newAddressOf(ctx, subscriber, wanted);
  const { user_token: token } = wanted;
  const userId = token ? await provenUser(ctx, await appOf(ctx, subscriber), token) : token;
  return changeDevice(ctx, subscriber, address, {
    ...signOfLife(ctx.now()),
    ...knownColumns(wanted),
    ...userColumns(subscriber.appId, userId),
    ...(address ? newAddressColumns(address, ctx.now(), ctx.now()) : {}),
  });
}

/** Returns the app of a subscriber. Refuses `not_found` when it was deleted meanwhile. */
async function appOf(ctx: Ctx, { appId, accountId }: Subscriber): Promise<App> {
  const [app] = await ctx.db
    .select()
    .from(apps)
    .where(and(eq(apps.id, appId), eq(apps.accountId, accountId)));
  return app ?? refuse({ code: "not_found", what: "subscriber" });
}

/**
 * Sets `columns`, and takes the address of `destination`, if there is one, from the subscriber that has it. Refuses
 * `not_found`.
 */
async function changeDevice(
  ctx: Ctx,
  subscriber: Subscriber,
  destination: Destination | null,
  columns: SQLiteUpdateSetSource<typeof subscribers>,
): Promise<Subscriber> {
  const { id: keeper, appId } = subscriber;
  const condition = sql`EXISTS (SELECT 1 FROM ${subscribers} AS kept WHERE kept.id = ${keeper})`;
  const isNewInbox = destination?.provider === "inbox" && subscriber.provider !== "inbox";
  const [, [changed]] = await ctx.db.batch([
    isNewInbox
      ? makeInboxRoom(ctx, appId)
      : // Without an address, nothing has the empty token.
        releaseAddress(ctx, appId, destination?.token ?? "", { keeper, condition }),
    ctx.db
      .update(subscribers)
      .set({ ...columns, updatedAt: ctx.now() })
      .where(itself(subscriber))
      .returning(),
  ]);
  return changed ?? refuse({ code: "not_found", what: "subscriber" });
}
