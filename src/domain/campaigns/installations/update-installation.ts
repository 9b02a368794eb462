// Stores what an installation reports about itself. Once it has reported an address, it has a subscriber, which is its
// own alone: reports reach no subscriber that others made, even one with the same address.
import { and, eq, sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { installations, subscribers } from "../../../db/schema/index.ts";
import { parse } from "../../../kit/parse.ts";
import type { SubscriberPlatform } from "../../../kit/push/subscriber-platform.ts";
import { refuse } from "../../../kit/refusal.ts";
import type { Ctx } from "../../context.ts";
import { ALIVE_GRAIN_MS, signOfLife } from "../../subscribers/alive.ts";
import { addressColumns } from "../../subscribers/columns.ts";
import type { Subscriber } from "../../subscribers/find-subscriber.ts";
import { newSubscriber, newSubscriberIn } from "../../subscribers/new-subscriber.ts";
import { releaseAddress } from "../../subscribers/release-address.ts";
import type { PushAddress } from "../../subscribers/subscriber-input.ts";
import { tagList } from "../tags.ts";
import type { FoundInstallation } from "./find-installation.ts";
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
  timezone: string | undefined;
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
  const info = parse(InstallationInfo, input);
  const address = addressOf(info, ctx.allowPrivateTargets);
  const before = InstallationFacts.parse(installation.facts);
  const facts = factsOf(info, before, ctx.now());
  const extId =
    info.ext_id && info.ext_id !== installation.icToken ? info.ext_id : installation.extId;
  const isSame = extId === installation.extId && JSON.stringify(facts) === JSON.stringify(before);
  if (isSame && subscriber && isFresh(ctx, subscriber, address)) return;
  const { platform, timezone } = facts;
  const language = facts.language ?? (before.language === undefined ? undefined : null);
  const country = facts.country ?? (before.country === undefined ? undefined : null);
  const tags = mergedTags(subscriber?.tags ?? [], before, facts);
  const reported: Reported = { platform, tags, language, country, timezone };
  const save = (subscriberId: SQL) =>
    ctx.db
      .update(installations)
      .set({ facts: { ...facts }, extId, subscriberId, updatedAt: ctx.now() })
      .where(
        and(
          eq(installations.id, installation.id),
          sql`NOT (${isSame} AND ${installations.subscriberId} IS ${subscriberId})`,
        ),
      );
  if (subscriber && address) return move(ctx, subscriber, address, reported, save);
  if (subscriber) return touch(ctx, subscriber, reported, save);
  if (address) return reach(ctx, found, address, reported, save);
  if (!isSame) await save(sql`NULL`);
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

/** Makes the statement that stores what the installation reported, and its subscriber's id. */
type Save = (subscriberId: SQL) => BatchItem<"sqlite">;

/** Makes a subscriber at `address` for an installation that has none. */
async function reach(
  ctx: Ctx,
  { app }: FoundInstallation,
  address: PushAddress,
  { platform, ...reported }: Reported,
  save: Save,
): Promise<void> {
  const uuid = crypto.randomUUID();
  const [, , rows, deliveries] = await ctx.db.batch([
    ...newSubscriber(ctx, app, address, {
      ...reported,
      platform: platformFor(address, platform),
      uuid,
      secretHash: null,
    }),
    save(sql`(SELECT made.id FROM ${subscribers} AS made WHERE made.uuid = ${uuid})`),
  ]);
  await newSubscriberIn(ctx, app.id, rows, deliveries);
}

/** Moves the installation's own subscriber to `address`, or makes it active there again. */
async function move(
  ctx: Ctx,
  { id, appId }: Subscriber,
  address: PushAddress,
  { platform, ...reported }: Reported,
  save: Save,
): Promise<void> {
  const now = ctx.now();
  const condition = sql`EXISTS (SELECT 1 FROM ${subscribers} AS kept WHERE kept.id = ${id})`;
  const [, moved] = await ctx.db.batch([
    releaseAddress(ctx, appId, address.token, { keeper: id, condition }),
    ctx.db
      .update(subscribers)
      .set({
        ...reported,
        ...addressColumns(address, now),
        platform: platformFor(address, platform),
        status: "active",
        unsubscribedAt: null,
        lastActiveAt: now,
        updatedAt: now,
      })
      .where(eq(subscribers.id, id))
      .returning({ id: subscribers.id }),
    save(sql`${id}`),
  ]);
  requireOne(moved);
}

/** Updates the subscriber of an installation that reported no address. */
async function touch(
  ctx: Ctx,
  { id }: Subscriber,
  { platform: _platform, ...reported }: Reported,
  save: Save,
): Promise<void> {
  const now = ctx.now();
  const [touched] = await ctx.db.batch([
    ctx.db
      .update(subscribers)
      .set({ ...reported, ...signOfLife(now), updatedAt: now })
      .where(eq(subscribers.id, id))
      .returning({ id: subscribers.id }),
    save(sql`${id}`),
  ]);
  requireOne(touched);
}

/** Refuses `not_found` when the subscriber was deleted meanwhile, and the installation with it. */
function requireOne(changed: readonly unknown[]): void {
  if (changed.length === 0) refuse({ code: "not_found", what: "installation" });
}

/** The subscriber platform of an address. FCM serves all of them, so there the reported one counts. */
function platformFor(
  { provider }: PushAddress,
  reported: SubscriberPlatform | undefined,
): SubscriberPlatform {
  if (provider === "webpush") return "web";
  return provider === "apns" ? "ios" : (reported ?? "android");
}
