// Takes what an installed app tells of itself. From when it tells where it can be reached, it is a subscriber.
import { and, eq, sql, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { z } from "zod";
import { sendInstances, subscribers } from "../../../db/schema/index.ts";
import { parseAhead } from "../../../kit/parse.ts";
import { refuse, RefusalError } from "../../../kit/refusal.ts";
import type { Ctx } from "../../context.ts";
import { ALIVE_GRAIN_MS } from "../../subscribers/alive.ts";
import type { PushAddress, RegisterSubscriber } from "../../subscribers/subscriber-input.ts";
import { upsertStatements } from "../../subscribers/upsert.ts";
import type { Subscriber } from "../../subscribers/find-subscriber.ts";
import { tagList } from "../tags.ts";
import {
  foundIn,
  instanceQueries,
  ofInstance,
  type FoundInstance,
  type InstanceName,
} from "./find-instance.ts";
import { factsOf, InstanceFacts, InstanceInfo, transportOf } from "./instance-input.ts";

/** Instances at one token whose tags are told from their owner's: two, where an app was installed again. */
const MAX_TOLD = 20;

type Platform = RegisterSubscriber["platform"];

/** What is known of the person behind an instance, as subscribers have it. */
interface Known {
  platform: Platform | undefined;
  tags: string[];
  language: string | undefined;
  country: string | undefined;
  timezone: string | undefined;
}

/** Refuses `not_found`, `invalid`. */
export async function updateInstance(ctx: Ctx, name: InstanceName, input: unknown): Promise<void> {
  // who is at the address is read along with the instance, which is missing before a body can be wrong
  const wanted = parseAhead(InstanceInfo, input);
  const token = tokenIn(wanted.value, ctx.allowPrivateTargets);
  const [found, own, toldOfOwn, toldThere] = await ctx.db.batch([
    ...instanceQueries(ctx, name),
    toldOf(ctx, ofInstance(ctx, name)),
    toldOf(ctx, and(eq(subscribers.appId, name.appId), eq(subscribers.token, token ?? ""))),
  ]);
  const { app, instance, subscriber } = foundIn(found, own);
  const info = wanted.orRefuse();
  const address = transportOf(info, ctx.allowPrivateTargets);
  const before = InstanceFacts.parse(instance.facts);
  const facts = factsOf(info, before);
  const extId = info.ext_id && info.ext_id !== instance.icToken ? info.ext_id : instance.extId;
  const isSame = extId === instance.extId && JSON.stringify(facts) === JSON.stringify(before);
  if (isSame && subscriber && isFresh(ctx, subscriber, address)) return;
  const { platform, language, country, timezone } = facts;
  const known: Known = {
    platform,
    tags: mergedTags(toldThere.length > 0 ? toldThere : toldOfOwn, before, facts),
    language,
    country,
    timezone,
  };
  const note = (subscriberId: SQL) =>
    ctx.db
      .update(sendInstances)
      .set({ facts: { ...facts }, extId, subscriberId, updatedAt: ctx.now() })
      .where(
        and(
          eq(sendInstances.id, instance.id),
          sql`NOT (${isSame} AND ${sendInstances.subscriberId} IS ${subscriberId})`,
        ),
      );
  if (address) return reach(ctx, { app, subscriber }, address, known, note);
  if (subscriber) return touch(ctx, subscriber, known, note);
  if (!isSame) await note(sql`NULL`);
}

/** The token or endpoint that `info` tells; null where it tells none that can be used. */
function tokenIn(
  info: z.output<typeof InstanceInfo> | undefined,
  allowPrivateTargets: boolean,
): string | null {
  if (!info) return null;
  try {
    return transportOf(info, allowPrivateTargets)?.token ?? null;
  } catch (error) {
    if (error instanceof RefusalError) return null;
    throw error;
  }
}

/** The query for the tags of a subscriber, and for what instances reached there told: a row for each. */
function toldOf(ctx: Ctx, which: SQL | undefined) {
  return ctx.db
    .select({ tags: subscribers.tags, facts: sendInstances.facts })
    .from(subscribers)
    .leftJoin(sendInstances, eq(sendInstances.subscriberId, subscribers.id))
    .where(which)
    .limit(MAX_TOLD);
}

/** Whether a subscriber is reached at `address`, null for as before, and known to be alive. */
function isFresh(ctx: Ctx, subscriber: Subscriber, address: PushAddress | null): boolean {
  const { status, lastActiveAt, provider, token, p256dh, auth } = subscriber;
  if (status !== "active" || lastActiveAt < ctx.now() - ALIVE_GRAIN_MS) return false;
  if (address === null) return true;
  const present = [provider, token, p256dh, auth];
  const told = [address.provider, address.token, address.p256dh, address.auth];
  return present.every((part, at) => part === told[at]);
}

/** What instances told is replaced by what this one tells now; what its owner gave the subscriber stays. */
function mergedTags(
  told: readonly { tags: string[]; facts: Record<string, unknown> | null }[],
  before: InstanceFacts,
  now: InstanceFacts,
): string[] {
  const facts = [before, ...told.map((row) => InstanceFacts.parse(row.facts ?? {}))];
  const old = new Set(facts.flatMap(({ tags }) => tagList(tags ?? {})));
  const given = (told[0]?.tags ?? []).filter((tag) => !old.has(tag));
  return [...new Set([...given, ...tagList(now.tags ?? {})])];
}

/** Makes the statement that notes what was told of the instance, and its subscriber's id. */
type Note = (subscriberId: SQL) => BatchItem<"sqlite">;

/**
 * The subscriber at `address`: one that is there already, or the instance's own, which moves there with what hangs
 * on it where nobody is; else a new one. Where its own is left behind, it ends: its token would be a second push to
 * the same device.
 */
async function reach(
  ctx: Ctx,
  { app, subscriber }: Pick<FoundInstance, "app" | "subscriber">,
  address: PushAddress,
  { platform, ...known }: Known,
  note: Note,
): Promise<void> {
  const { token } = address;
  const now = ctx.now();
  const own = subscriber?.id ?? 0;
  const there = sql`(SELECT there.id FROM ${subscribers} AS there
    WHERE there.app_id = ${app.id} AND there.token = ${token})`;
  const wanted = { platform: platformFor(address, platform), ...known };
  const { write, emit, registered } = upsertStatements(ctx, app, [
    { wanted, address, secretHash: null },
  ]);
  const [, rows, begun] = await ctx.db.batch([
    ctx.db
      .update(subscribers)
      .set({ token })
      .where(and(eq(subscribers.id, own), sql`${there} IS NULL`)),
    write,
    emit,
    ctx.db
      .update(subscribers)
      .set({ status: "inactive", updatedAt: now })
      .where(
        and(
          eq(subscribers.id, own),
          eq(subscribers.status, "active"),
          sql`${subscribers.id} <> ${there}`,
        ),
      ),
    note(there),
  ]);
  registered(rows, begun);
}

/** What is new of a subscriber whose address is not told again. */
async function touch(
  ctx: Ctx,
  { id }: Subscriber,
  { platform: _platform, ...known }: Known,
  note: Note,
): Promise<void> {
  const now = ctx.now();
  const [touched] = await ctx.db.batch([
    ctx.db
      .update(subscribers)
      .set({ ...known, lastActiveAt: now, updatedAt: now })
      .where(eq(subscribers.id, id))
      .returning({ id: subscribers.id }),
    note(sql`${id}`),
  ]);
  // its instance went with it
  if (touched.length === 0) refuse({ code: "not_found", what: "instance" });
}

/** Each transport has its platform; FCM reaches all. */
function platformFor({ provider }: PushAddress, told: Platform | undefined): Platform {
  if (provider === "webpush") return "web";
  return provider === "apns" ? "ios" : (told ?? "android");
}
