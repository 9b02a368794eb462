// Installed apps by the ids their devices know.
import { and, eq, getTableColumns, inArray } from "drizzle-orm";
import { apps, sendInstances, subscribers } from "../../../db/schema/index.ts";
import { refuse } from "../../../kit/refusal.ts";
import type { Ctx } from "../../context.ts";
import type { Subscriber } from "../../subscribers/find-subscriber.ts";

export type Instance = typeof sendInstances.$inferSelect;

/** What a device names itself by. */
export interface InstanceName {
  appId: number;
  uuid: string;
}

export interface FoundInstance {
  app: { id: number; accountId: number };
  instance: Instance;
  /** null until it has told where it can be reached. */
  subscriber: Subscriber | null;
}

/**
 * The queries for the instance of that name and for its subscriber; two, since a batch of D1 answers rows by their
 * columns' names, which these tables share. `foundIn` reads their answers.
 */
export function instanceQueries(ctx: Ctx, name: InstanceName) {
  return [
    ctx.db
      .select({ accountId: apps.accountId, instance: sendInstances })
      .from(sendInstances)
      .innerJoin(apps, eq(apps.id, sendInstances.appId))
      .where(isNamed(name)),
    ctx.db.select(getTableColumns(subscribers)).from(subscribers).where(ofInstance(ctx, name)),
  ] as const;
}

/** What `instanceQueries` found. Refuses `not_found`. */
export function foundIn(
  [found]: { accountId: number; instance: Instance }[],
  [subscriber]: Subscriber[],
): FoundInstance {
  if (!found) return refuse({ code: "not_found", what: "instance" });
  const { accountId, instance } = found;
  return { app: { id: instance.appId, accountId }, instance, subscriber: subscriber ?? null };
}

/** Refuses `not_found`. */
export async function findInstance(ctx: Ctx, name: InstanceName): Promise<FoundInstance> {
  return foundIn(...(await ctx.db.batch(instanceQueries(ctx, name))));
}

/** The condition on `subscribers` that holds for the instance's. */
export function ofInstance(ctx: Ctx, name: InstanceName) {
  const own = ctx.db
    .select({ id: sendInstances.subscriberId })
    .from(sendInstances)
    .where(isNamed(name));
  return inArray(subscribers.id, own);
}

function isNamed({ appId, uuid }: InstanceName) {
  return and(eq(sendInstances.uuid, uuid), eq(sendInstances.appId, appId));
}
