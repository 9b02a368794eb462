// Stores what an installation reports about itself. Once it has reported an address, it has a subscriber.
import { and, eq, sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { z } from "zod";
import { installations, subscribers } from "../../../db/schema/index.ts";
import { parseAhead } from "../../../kit/parse.ts";
import type { SubscriberPlatform } from "../../../kit/push/subscriber-platform.ts";
import { refuse, RefusalError } from "../../../kit/refusal.ts";
import type { Ctx } from "../../context.ts";
import { ALIVE_GRAIN_MS } from "../../subscribers/alive.ts";
import type { PushAddress } from "../../subscribers/subscriber-input.ts";
import { upsertStatements } from "../../subscribers/upsert.ts";
import type { Subscriber } from "../../subscribers/find-subscriber.ts";
import { tagList } from "../tags.ts";
import {
  foundIn,
  installationQueries,
  ofInstallation,
  type FoundInstallation,
  type InstallationName,
} from "./find-installation.ts";
import { factsOf, InstallationFacts, InstallationInfo, addressOf } from "./installation-input.ts";

/**
 * Most installations with one address whose tags are read, to tell the tags they reported from those that the owner set.
 * There are seldom more than two: the app was installed again on the same device.
 */
const MAX_REPORTS = 20;

/** What an installation reported, as the columns of its subscriber. */
interface Reported {
  platform: SubscriberPlatform | undefined;
  tags: string[];
  language: string | undefined;
  country: string | undefined;
  timezone: string | undefined;
}

/**
 * Stores the facts in `input` and, if it has an address, makes the installation reachable there. What is left out stays
 * as it was. Refuses `not_found`, `invalid`.
 */
export async function updateInstallation(
  ctx: Ctx,
  name: InstallationName,
  input: unknown,
): Promise<void> {
  // The subscriber at the address is read in the same round trip as the installation, so before the input is
  // validated: a missing installation is reported rather than invalid input.
  const wanted = parseAhead(InstallationInfo, input);
  const token = tokenIn(wanted.value, ctx.allowPrivateTargets);
  const [found, subscribed, reportsNow, reportsThere] = await ctx.db.batch([
    ...installationQueries(ctx, name),
    reportsOf(ctx, ofInstallation(ctx, name)),
    reportsOf(ctx, and(eq(subscribers.appId, name.appId), eq(subscribers.token, token ?? ""))),
  ]);
  const { app, installation, subscriber } = foundIn(found, subscribed);
  const info = wanted.orRefuse();
  const address = addressOf(info, ctx.allowPrivateTargets);
  const before = InstallationFacts.parse(installation.facts);
  const facts = factsOf(info, before);
  const extId =
    info.ext_id && info.ext_id !== installation.icToken ? info.ext_id : installation.extId;
  const isSame = extId === installation.extId && JSON.stringify(facts) === JSON.stringify(before);
  if (isSame && subscriber && isFresh(ctx, subscriber, address)) return;
  const { platform, language, country, timezone } = facts;
  const reported: Reported = {
    platform,
    tags: mergedTags(reportsThere.length > 0 ? reportsThere : reportsNow, before, facts),
    language,
    country,
    timezone,
  };
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
  if (address) return reach(ctx, { app, subscriber }, address, reported, save);
  if (subscriber) return touch(ctx, subscriber, reported, save);
  if (!isSame) await save(sql`NULL`);
}

/** The device token or endpoint in `info`; null if it has none, or none that can be used. */
function tokenIn(
  info: z.output<typeof InstallationInfo> | undefined,
  allowPrivateTargets: boolean,
): string | null {
  if (!info) return null;
  try {
    return addressOf(info, allowPrivateTargets)?.token ?? null;
  } catch (error) {
    if (error instanceof RefusalError) return null;
    throw error;
  }
}

/** The query for a subscriber's tags and for the facts of its installations, one row for each installation. */
function reportsOf(ctx: Ctx, which: SQL | undefined) {
  return ctx.db
    .select({ tags: subscribers.tags, facts: installations.facts })
    .from(subscribers)
    .leftJoin(installations, eq(installations.subscriberId, subscribers.id))
    .where(which)
    .limit(MAX_REPORTS);
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
 * The tags of a subscriber after an update: those that installations reported are replaced by those that this one
 * reports `now`, and those that the owner set stay.
 */
function mergedTags(
  reports: readonly { tags: string[]; facts: Record<string, unknown> | null }[],
  before: InstallationFacts,
  now: InstallationFacts,
): string[] {
  const facts = [before, ...reports.map((row) => InstallationFacts.parse(row.facts ?? {}))];
  const old = new Set(facts.flatMap(({ tags }) => tagList(tags ?? {})));
  const given = (reports[0]?.tags ?? []).filter((tag) => !old.has(tag));
  return [...new Set([...given, ...tagList(now.tags ?? {})])];
}

/** Makes the statement that stores what the installation reported, and its subscriber's id. */
type Save = (subscriberId: SQL) => BatchItem<"sqlite">;

/**
 * Gives the installation the subscriber at `address`. If there is none, the installation's present subscriber moves to
 * that address, with all that refers to it; if it has none either, one is created. If there is one, the installation's
 * present subscriber becomes inactive, since the same device would otherwise get every message twice.
 */
async function reach(
  ctx: Ctx,
  { app, subscriber }: Pick<FoundInstallation, "app" | "subscriber">,
  address: PushAddress,
  { platform, ...reported }: Reported,
  save: Save,
): Promise<void> {
  const { token } = address;
  const now = ctx.now();
  const present = subscriber?.id ?? 0;
  const there = sql`(SELECT there.id FROM ${subscribers} AS there
    WHERE there.app_id = ${app.id} AND there.token = ${token})`;
  const wanted = { platform: platformFor(address, platform), ...reported };
  const { write, emit, registered } = upsertStatements(ctx, app, [
    { wanted, address, secretHash: null },
  ]);
  const [, rows, deliveries] = await ctx.db.batch([
    ctx.db
      .update(subscribers)
      .set({ token })
      .where(and(eq(subscribers.id, present), sql`${there} IS NULL`)),
    write,
    emit,
    ctx.db
      .update(subscribers)
      .set({ status: "inactive", updatedAt: now })
      .where(
        and(
          eq(subscribers.id, present),
          eq(subscribers.status, "active"),
          sql`${subscribers.id} <> ${there}`,
        ),
      ),
    save(there),
  ]);
  registered(rows, deliveries);
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
      .set({ ...reported, lastActiveAt: now, updatedAt: now })
      .where(eq(subscribers.id, id))
      .returning({ id: subscribers.id }),
    save(sql`${id}`),
  ]);
  // The subscriber was deleted meanwhile, and the installation with it.
  if (touched.length === 0) refuse({ code: "not_found", what: "installation" });
}

/** The subscriber platform of an address. FCM serves all of them, so there the reported one counts. */
function platformFor(
  { provider }: PushAddress,
  reported: SubscriberPlatform | undefined,
): SubscriberPlatform {
  if (provider === "webpush") return "web";
  return provider === "apns" ? "ios" : (reported ?? "android");
}
