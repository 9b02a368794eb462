// Deletes a channel with its codes, its subscriptions and their messages. Pending callbacks are not delivered.
import { refuse } from "../../kit/refusal.ts";
import { auditEntry } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { deleteChannelsWhere } from "./delete-channels.ts";
import { findChannel, visibleChannel } from "./find-channel.ts";

/** Deletes the channel. Refuses `not_found`. */
export async function deleteChannel(ctx: AccountCtx, id: string): Promise<void> {
  const { channel } = await findChannel(ctx, id);
  const entry = auditEntry(ctx, {
    did: "channel.delete",
    id,
    name: channel.name,
    facts: { app: channel.appId },
  });
  const deleted = await deleteChannelsWhere(ctx, visibleChannel(ctx.principal, id), [entry]);
  if (deleted === 0) refuse({ code: "not_found", what: "channel" });
}
