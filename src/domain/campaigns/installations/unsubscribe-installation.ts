// Unsubscribes an installation: it gets no more messages until it reports an address again.
import type { Ctx } from "../../context.ts";
import { unsubscribe } from "../../subscribers/change-subscriber.ts";
import { findInstallation, type InstallationName } from "./find-installation.ts";

/** Doing it twice does no harm. Refuses `not_found`. */
export async function unsubscribeInstallation(ctx: Ctx, name: InstallationName): Promise<void> {
  const { subscriber } = await findInstallation(ctx, name);
  if (subscriber) await unsubscribe(ctx, subscriber);
}
