// No more pushes to an installed app, until it tells again where it can be reached.
import type { Ctx } from "../../context.ts";
import { unsubscribe } from "../../subscribers/change-subscriber.ts";
import { findInstance, type InstanceName } from "./find-instance.ts";

/** May be repeated. Refuses `not_found`. */
export async function deactivateInstance(ctx: Ctx, name: InstanceName): Promise<void> {
  const { subscriber } = await findInstance(ctx, name);
  if (subscriber) await unsubscribe(ctx, subscriber);
}
