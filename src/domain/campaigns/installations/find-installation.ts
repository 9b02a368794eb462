// Finds installations by the name under which their devices call.
import { and, eq } from "drizzle-orm";
import { apps, installations, subscribers } from "../../../db/schema/index.ts";
import { refuse } from "../../../kit/refusal.ts";
import type { Ctx } from "../../context.ts";
import type { Subscriber } from "../../subscribers/find-subscriber.ts";

export type Installation = typeof installations.$inferSelect;

/** The name under which the device of an installation calls. */
export interface InstallationName {
  appId: number;
  uuid: string;
}

/** An installation with what belongs to it. */
export interface FoundInstallation {
  app: { id: number; accountId: number };
  installation: Installation;
  /**
   * The subscriber that it made when it first reported an address, and that is its own alone; null until then. The
   * owner may have given it more since.
   */
  subscriber: Subscriber | null;
}

/** The installation with that name. Refuses `not_found`. */
export async function findInstallation(
  ctx: Ctx,
  { appId, uuid }: InstallationName,
): Promise<FoundInstallation> {
  const [found] = await ctx.db
    .select({ accountId: apps.accountId, installation: installations, subscriber: subscribers })
    .from(installations)
    .innerJoin(apps, eq(apps.id, installations.appId))
    .leftJoin(subscribers, eq(subscribers.id, installations.subscriberId))
    .where(and(eq(installations.uuid, uuid), eq(installations.appId, appId)));
  if (!found) return refuse({ code: "not_found", what: "installation" });
  const { accountId, installation, subscriber } = found;
  return { app: { id: appId, accountId }, installation, subscriber };
}
