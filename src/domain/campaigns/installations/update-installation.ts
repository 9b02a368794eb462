// Stores what an installation reports about itself. Once it has reported an address, it has a subscriber, which is its
// own alone: reports reach no subscriber that others made, even one with the same address.
import { and, eq, sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { installations, subscribers } from "../../../db/schema/index.ts";
import { parseBySchema } from "../../../kit/parse.ts";
import { PLATFORMS, type SubscriberPlatform } from "../../../kit/push/subscriber-platform.ts";
import { refuse } from "../../../kit/refusal.ts";
import type { Ctx } from "../../context.ts";
import { ALIVE_GRAIN_MS, signOfLife } from "../../subscribers/alive.ts";
import { addressColumns } from "../../subscribers/columns.ts";
import type { Subscriber } from "../../subscribers/find-subscriber.ts";
import { newSubscriber } from "../../subscribers/new-subscriber.ts";
import { releaseAddress } from "../../subscribers/release-address.ts";
import { isUnmade, noRoom } from "../../subscribers/room.ts";
import type { PushAddress } from "../../subscribers/subscriber-input.ts";
import { enqueueDeliveries } from "../../webhooks/emit.ts";
import { tagList } from "../tags.ts";
import { findInstallation, type FoundInstallation } from "./find-installation.ts";
import { addressOf, factsOf, InstallationFacts, InstallationInfo } from "./installation-input.ts";

/**
 * What an installation reported, as the columns of its subscriber. What it never reported is undefined, and may be the
 * owner's; what it knows no more is null.
 */
interface Reported {
  platform: SubscriberPlatform | undefined;
  tags: string[];
  language: string | null | undefined;
  country: string | null | undefined;
  timezone: string | null | undefined;
}

/**
 * Stores the facts in `input` and, if it has an address, makes the installation reachable there; who else had the
 * address loses it. What is left out stays as it was. Refuses `invalid`, also when the app has no room for another
 * subscriber, and `not_found` when the installation was deleted meanwhile.
 */
export async function updateInstallation(
  ctx: Ctx,
  found: FoundInstallation,
  input: unknown,
): Promise<void> {
  const { installation, subscriber } = found;
  const info = parseBySchema(InstallationInfo, input);
  const address = addressOf(info, ctx.allowPrivateTargets);
  const before = InstallationFacts.parse(installation.facts);
  const facts = factsOf(info, before, ctx.now());
  const extId =
    info.ext_id && info.ext_id !== installation.icToken ? info.ext_id : installation.extId;
  const isSame = extId === installation.extId && JSON.stringify(facts) === JSON.stringify(before);
  if (isSame && subscriber && isFresh(ctx, subscriber, address)) return;
  const known = (name: "language" | "country" | "timezone") =>
    facts[name] ?? (before[name] === undefined ? undefined : null);
  const tags = mergedTags(subscriber?.tags ?? [], before, facts);
  const reported: Reported = {
    platform: facts.platform,
    tags,
    language: known("language"),
    country: known("country"),
    timezone: known("timezone"),
  };
  const save = (subscriberId?: SQL) =>
    ctx.db
      .update(installations)
      .set({
        facts: { ...facts },
        extId,
        updatedAt: ctx.now(),
        ...(subscriberId === undefined ? {} : { subscriberId }),
      })
      .where(
        and(
          eq(installations.id, installation.id),
          subscriberId === undefined ? sql`NOT ${isSame}` : undefined,
        ),
      );
  if (subscriber && address) return move(ctx, subscriber, address, reported, save());
  if (subscriber) return touch(ctx, subscriber, reported, save());
  if (!address) return void (isSame || (await save()));
  const isMade = await reach(ctx, found, address, reported, save);
  // Another report of this installation came first and gave it a subscriber: this report changes that.
  if (!isMade) await updateInstallation(ctx, await findInstallation(ctx, installation), input);
}

/** Whether a subscriber is active, was seen lately, and has this `address` (null: the one it has). */
function isFresh(ctx: Ctx, subscriber: Subscriber, address: PushAddress | null): boolean {
  const { status, lastActiveAt, provider, token, p256dh, auth } = subscriber;
  if (status !== "active" || lastActiveAt < ctx.now() - ALIVE_GRAIN_MS) return false;
  if (address === null) return true;
  const present = [provider, token, p256dh, auth];
  const wanted = [address.provider, address.token, address.p256dh, address.auth];
  return present.every((part, at) => part === wanted[at]);
}

/**
 * The tags of a subscriber after an update: those that the installation reported `before` are replaced by those that it
 * reports `now`, and those that the owner set stay.
 */
function mergedTags(
  present: readonly string[],
  before: InstallationFacts,
  now: InstallationFacts,
): string[] {
  const old = new Set(tagList(before.tags ?? {}));
  const given = present.filter((tag) => !old.has(tag));
  return [...new Set([...given, ...tagList(now.tags ?? {})])];
}

/** The statement that stores what the installation reported. */
type Saved = BatchItem<"sqlite">;

/**
 * Makes a subscriber at `address` for an installation that has none; `save` makes the statement that stores its id with
 * what was reported. Returns false, and does nothing, when the installation has got a subscriber meanwhile.
 */
async function reach(
  ctx: Ctx,
  { app, installation: { id } }: FoundInstallation,
  address: PushAddress,
  { platform, ...reported }: Reported,
  save: (subscriberId: SQL) => Saved,
): Promise<boolean> {
  const uuid = crypto.randomUUID();
  const given = {
    ...reported,
    platform: platformFor(address, platform),
    uuid,
    secretHash: null,
  };
  const hasNone = sql`EXISTS (SELECT 1 FROM ${installations} AS known
    WHERE known.id = ${id} AND known.subscriber_id IS NULL)`;
  try {
    const [, , , deliveries] = await ctx.db.batch([
      ...newSubscriber(ctx, app, address, given, hasNone),
      save(sql`(SELECT made.id FROM ${subscribers} AS made WHERE made.uuid = ${uuid})`),
    ]);
    ctx.defer(enqueueDeliveries(ctx, deliveries));
    return true;
  } catch (error) {
    if (!isUnmade(error)) throw error;
    const [known] = await ctx.db
      .select({ subscriberId: installations.subscriberId })
      .from(installations)
      .where(eq(installations.id, id));
    if (known?.subscriberId === null) refuse(await noRoom(ctx, app.id));
    return false;
  }
}

/** Moves the installation's own subscriber to `address`, or makes it active there again. */
async function move(
  ctx: Ctx,
  { id, appId }: Subscriber,
  address: PushAddress,
  { platform, ...reported }: Reported,
  save: Saved,
): Promise<void> {
  const now = ctx.now();
  const condition = sql`EXISTS (SELECT 1 FROM ${subscribers} AS kept WHERE kept.id = ${id})`;
  const [, moved] = await ctx.db.batch([
    releaseAddress(ctx, appId, address.token, { keeper: id, condition }),
    ctx.db
      .update(subscribers)
      .set({
        ...reported,
        ...addressColumns(address, now, now),
        platform: platformFor(address, platform),
        status: "active",
        unsubscribedAt: null,
        lastActiveAt: now,
        updatedAt: now,
      })
      .where(eq(subscribers.id, id))
      .returning({ id: subscribers.id }),
    save,
  ]);
  requireOne(moved);
}

/** Updates the subscriber of an installation that reported no address. */
async function touch(
  ctx: Ctx,
  { id, provider, platform: present }: Subscriber,
  { platform, ...reported }: Reported,
  save: Saved,
): Promise<void> {
  const now = ctx.now();
  const [touched] = await ctx.db.batch([
    ctx.db
      .update(subscribers)
      .set({
        ...reported,
        platform: platform === undefined ? present : platformFor({ provider }, platform),
        ...signOfLife(now),
        updatedAt: now,
      })
      .where(eq(subscribers.id, id))
      .returning({ id: subscribers.id }),
    save,
  ]);
  requireOne(touched);
}

/** Refuses `not_found` when the subscriber was deleted meanwhile, and the installation with it. */
function requireOne(changed: readonly unknown[]): void {
  if (changed.length === 0) refuse({ code: "not_found", what: "installation" });
}

/** The subscriber platform of an address: the reported one, if the provider serves it. */
function platformFor(
  { provider }: Pick<Subscriber, "provider">,
  reported: SubscriberPlatform | undefined,
): SubscriberPlatform {
  const [usual, ...others] = PLATFORMS[provider];
  return others.find((platform) => platform === reported) ?? usual;
}
