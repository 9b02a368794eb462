// Deletes a channel with its codes, its subscriptions and their messages. Pending callbacks are not delivered.
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { deleteChannelsWhere } from "./delete-channels.ts";
import { visibleChannel } from "./find-channel.ts";

/** Deletes the channel. Refuses `not_found`. */
export async function deleteChannel(ctx: AccountCtx, id: string): Promise<void> {
  const deleted = await deleteChannelsWhere(ctx, visibleChannel(ctx.principal, id));
  if (deleted === 0) refuse({ code: "not_found", what: "channel" });
}
