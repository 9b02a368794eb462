// Takes what an installed app tells of itself. From when it tells where it can be reached, it is a subscriber.
import { and, eq, sql } from "drizzle-orm";
import { sendInstances, subscribers } from "../../../db/schema/index.ts";
import { parse } from "../../../kit/parse.ts";
import { refuse } from "../../../kit/refusal.ts";
import type { Ctx } from "../../context.ts";
import type { PushAddress, RegisterSubscriber } from "../../subscribers/subscriber-input.ts";
import { upsertSubscribers } from "../../subscribers/upsert.ts";
import type { Subscriber } from "../../subscribers/visible.ts";
import { tagList } from "../tags.ts";
import {
  ALIVE_GRAIN_MS,
  findInstance,
  type FoundInstance,
  type InstanceName,
} from "./find-instance.ts";
import { factsOf, InstanceFacts, InstanceInfo, transportOf } from "./instance-input.ts";

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
  const found = await findInstance(ctx, name);
  const info = parse(InstanceInfo, input);
  const { instance, subscriber } = found;
  const address = transportOf(info, ctx.allowPrivateTargets);
  const before = InstanceFacts.parse(instance.facts);
  const facts = factsOf(info, before);
  const extId = info.ext_id && info.ext_id !== instance.icToken ? info.ext_id : instance.extId;
  const isSame = extId === instance.extId && JSON.stringify(facts) === JSON.stringify(before);
  if (isSame && subscriber && isFresh(ctx, subscriber, address)) return;
  const { platform, language, country, timezone } = facts;
  const known: Known = {
    platform,
    tags: mergedTags(subscriber?.tags ?? [], before, facts),
    language,
    country,
    timezone,
  };
  const reached = address
    ? await reach(ctx, found, address, known)
    : subscriber && (await touch(ctx, subscriber, known));
  const subscriberId = reached?.id ?? null;
  if (isSame && subscriberId === instance.subscriberId) return;
  await ctx.db
    .update(sendInstances)
    .set({ facts: { ...facts }, extId, subscriberId, updatedAt: ctx.now() })
    .where(eq(sendInstances.id, instance.id));
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

/** The tags an instance had are replaced by those it has; what its owner gave the subscriber stays. */
function mergedTags(present: readonly string[], before: InstanceFacts, now: InstanceFacts) {
  const old = new Set(tagList(before.tags ?? {}));
  return [...new Set([...present.filter((tag) => !old.has(tag)), ...tagList(now.tags ?? {})])];
}

/** The subscriber at `address`: the instance's own, moved there, or one that is there already. */
async function reach(
  ctx: Ctx,
  { app, subscriber }: FoundInstance,
  address: PushAddress,
  known: Known,
): Promise<Subscriber> {
  const { tags, language, country, timezone } = known;
  if (subscriber && subscriber.token !== address.token) await move(ctx, subscriber, address);
  const wanted = {
    platform: platformFor(address, known.platform),
    tags,
    language,
    country,
    timezone,
  };
  const rows = await upsertSubscribers(ctx, app, [{ wanted, address, secretHash: null }]);
  const row = rows.get(address.token)?.subscriber;
  if (!row) throw new Error("a registered subscriber answered no row");
  if (subscriber && row.id !== subscriber.id) await retire(ctx, subscriber);
  return row;
}

/** Keeps the subscriber, and what hangs on it, when its token is replaced by one nobody has. */
async function move(ctx: Ctx, { id, appId }: Subscriber, { token }: PushAddress): Promise<void> {
  await ctx.db
    .update(subscribers)
    .set({ token })
    .where(
      and(
        eq(subscribers.id, id),
        sql`NOT EXISTS (SELECT 1 FROM ${subscribers} AS other
          WHERE other.app_id = ${appId} AND other.token = ${token})`,
      ),
    );
}

/** The instance is reached elsewhere: its old token would be a second push to the same device. */
async function retire(ctx: Ctx, { id }: Subscriber): Promise<void> {
  await ctx.db
    .update(subscribers)
    .set({ status: "inactive", updatedAt: ctx.now() })
    .where(and(eq(subscribers.id, id), eq(subscribers.status, "active")));
}

/** What is new of a subscriber whose address is not told again. */
async function touch(ctx: Ctx, subscriber: Subscriber, known: Known): Promise<Subscriber> {
  const { tags, language, country, timezone } = known;
  const now = ctx.now();
  const [row] = await ctx.db
    .update(subscribers)
    .set({
      tags,
      language,
      country,
      timezone,
      lastActiveAt: now,
      updatedAt: now,
    })
    .where(eq(subscribers.id, subscriber.id))
    .returning();
  return row ?? refuse({ code: "not_found", what: "instance" });
}

/** Each transport has its platform; FCM reaches all. */
function platformFor({ provider }: PushAddress, told: Platform | undefined): Platform {
  if (provider === "webpush") return "web";
  return provider === "apns" ? "ios" : (told ?? "android");
}
