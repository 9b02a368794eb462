// Installed apps by the ids their devices know.
import { and, eq, getTableColumns, inArray } from "drizzle-orm";
import { apps, installations, subscribers } from "../../../db/schema/index.ts";
import { refuse } from "../../../kit/refusal.ts";
import type { Ctx } from "../../context.ts";
import type { Subscriber } from "../../subscribers/find-subscriber.ts";

export type Installation = typeof installations.$inferSelect;

/** What a device names itself by. */
export interface InstallationName {
  appId: number;
  uuid: string;
}

export interface FoundInstallation {
  app: { id: number; accountId: number };
  installation: Installation;
  /** null until it has told where it can be reached. */
  subscriber: Subscriber | null;
}

/**
 * The queries for the installation of that name and for its subscriber; two, since a batch of D1 answers rows by their
 * columns' names, which these tables share. `foundIn` reads their answers.
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

/** What `installationQueries` found. Refuses `not_found`. */
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

/** Refuses `not_found`. */
export async function findInstallation(
  ctx: Ctx,
  name: InstallationName,
): Promise<FoundInstallation> {
  return foundIn(...(await ctx.db.batch(installationQueries(ctx, name))));
}

/** The condition on `subscribers` that holds for the installation's. */
export function ofInstallation(ctx: Ctx, name: InstallationName) {
  const own = ctx.db
    .select({ id: installations.subscriberId })
    .from(installations)
    .where(isNamed(name));
  return inArray(subscribers.id, own);
}

function isNamed({ appId, uuid }: InstallationName) {
  return and(eq(installations.uuid, uuid), eq(installations.appId, appId));
}
