// Unsubscribes an installation: it gets no more messages until it reports an address again.
import type { Ctx } from "../../context.ts";
import { unsubscribe } from "../../subscribers/change-subscriber.ts";
import type { FoundInstallation } from "./find-installation.ts";

/** Doing it twice does no harm. Refuses `not_found` when its subscriber was deleted meanwhile. */
export async function unsubscribeInstallation(
  ctx: Ctx,
  { subscriber }: FoundInstallation,
): Promise<void> {
  if (subscriber) await unsubscribe(ctx, subscriber);
}
