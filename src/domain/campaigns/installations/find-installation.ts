// Finds installations by the name under which their devices call.
import { and, eq, getTableColumns, inArray } from "drizzle-orm";
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

export interface FoundInstallation {
  app: { id: number; accountId: number };
  installation: Installation;
  /** null until the installation has reported an address. */
  subscriber: Subscriber | null;
}

/**
 * The queries for the installation with that name and for its subscriber, whose results `foundIn` reads. They are two
 * because a batch of D1 returns rows by column names, of which these tables share some.
 */
export function installationQueries(ctx: Ctx, name: InstallationName) {
  return [
    ctx.db
      .select({ accountId: apps.accountId, installation: installations })
      .from(installations)
      .innerJoin(apps, eq(apps.id, installations.appId))
      .where(isNamed(name)),
    ctx.db.select(getTableColumns(subscribers)).from(subscribers).where(ofInstallation(ctx, name)),
  ] as const;
}

/** Reads the results of `installationQueries`. Refuses `not_found` if there is no installation. */
export function foundIn(
  [found]: { accountId: number; installation: Installation }[],
  [subscriber]: Subscriber[],
): FoundInstallation {
  if (!found) return refuse({ code: "not_found", what: "installation" });
  const { accountId, installation } = found;
  return {
    app: { id: installation.appId, accountId },
    installation,
    subscriber: subscriber ?? null,
  };
}

/** The installation with that name. Refuses `not_found`. */
export async function findInstallation(
  ctx: Ctx,
  name: InstallationName,
): Promise<FoundInstallation> {
  return foundIn(...(await ctx.db.batch(installationQueries(ctx, name))));
}

/** The condition on `subscribers` that holds for the subscriber of an installation. */
export function ofInstallation(ctx: Ctx, name: InstallationName) {
  const ids = ctx.db
    .select({ id: installations.subscriberId })
    .from(installations)
    .where(isNamed(name));
  return inArray(subscribers.id, ids);
}

function isNamed({ appId, uuid }: InstallationName) {
  return and(eq(installations.uuid, uuid), eq(installations.appId, appId));
}
