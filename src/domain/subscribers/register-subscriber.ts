// Registers a subscriber for the app's owner.
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { Ctx } from "../context.ts";
import { addressOf, RegisterSubscriber, requirePast } from "./subscriber-input.ts";
import { upsertSubscribers } from "./upsert.ts";
import type { Subscriber } from "./find-subscriber.ts";

/**
 * Registers a subscriber, whose device is registering with the owner now, or makes the one with the same token or endpoint
 * active again. With `registered_at` the device did so at that time, and the registration counts as a list's. Refuses
 * `invalid`.
 */
export async function registerSubscriber(
  ctx: Ctx,
  app: App,
  input: unknown,
): Promise<{ subscriber: Subscriber; created: boolean }> {
  const wanted = parse(RegisterSubscriber, input);
  requirePast(ctx, wanted);
  const address = addressOf(wanted, ctx.allowPrivateTargets);
  if ("field" in address) return refuse(invalidField([address.field], address.message));
  const source = (wanted.registered_at ?? null) === null ? "device" : "list";
  const rows = await upsertSubscribers(ctx, app, [{ wanted, address }], source);
  const row = rows.get(address.token);
  if (!row) throw new Error("a registered subscriber returned no row");
  return row;
}
