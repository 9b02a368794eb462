// No more pushes to an installed app, until it tells again where it can be reached.
import type { Ctx } from "../../context.ts";
import { unsubscribe } from "../../subscribers/change-subscriber.ts";
import { findInstallation, type InstallationName } from "./find-installation.ts";

/** May be repeated. Refuses `not_found`. */
export async function unsubscribeInstallation(ctx: Ctx, name: InstallationName): Promise<void> {
  const { subscriber } = await findInstallation(ctx, name);
  if (subscriber) await unsubscribe(ctx, subscriber);
}
