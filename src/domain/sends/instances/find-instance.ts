// Installed apps by the ids their devices know.
import { and, eq } from "drizzle-orm";
import { apps, sendInstances, subscribers } from "../../../db/schema/index.ts";
import { refuse } from "../../../kit/refusal.ts";
import { DAY_MS } from "../../../kit/time.ts";
import type { Ctx } from "../../context.ts";
import type { Subscriber } from "../../subscribers/visible.ts";

/** That an instance is alive is noted at most this often, ms: its client tells every few minutes or hours. */
export const ALIVE_GRAIN_MS = DAY_MS;

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

/** The query for the instance of that name. */
export function instanceNamed(ctx: Ctx, { appId, uuid }: InstanceName) {
  return ctx.db
    .select({
      app: { id: apps.id, accountId: apps.accountId },
      instance: sendInstances,
      subscriber: subscribers,
    })
    .from(sendInstances)
    .innerJoin(apps, eq(apps.id, sendInstances.appId))
    .leftJoin(subscribers, eq(subscribers.id, sendInstances.subscriberId))
    .where(and(eq(sendInstances.uuid, uuid), eq(sendInstances.appId, appId)));
}

/** Refuses `not_found`. */
export async function findInstance(ctx: Ctx, name: InstanceName): Promise<FoundInstance> {
  const [found] = await instanceNamed(ctx, name);
  return found ?? refuse({ code: "not_found", what: "instance" });
}
