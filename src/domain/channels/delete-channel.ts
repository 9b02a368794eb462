// Deletes a channel with its codes, its subscriptions and what they received; callbacks that wait are given up.
import { inArray } from "drizzle-orm";
import { channels, webhooks } from "../../db/schema/index.ts";
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { visibleChannel } from "./visible.ts";

/** Refuses `not_found`. */
export async function deleteChannel(ctx: AccountCtx, id: string): Promise<void> {
  const callback = ctx.db
    .select({ id: channels.callbackId })
    .from(channels)
    .where(visibleChannel(ctx.principal, id));
  // everything else hangs on this row
  const gone = await ctx.db
    .delete(webhooks)
    .where(inArray(webhooks.id, callback))
    .returning({ id: webhooks.id });
  if (gone.length === 0) refuse({ code: "not_found", what: "channel" });
}
