// Deletes a channel with its codes, its subscriptions and what they received; callbacks that wait are given up.
import { refuse } from "../../kit/refusal.ts";
import type { AccountCtx } from "../context.ts";
import { eraseThose } from "./erase-channels.ts";
import { visibleChannel } from "./visible.ts";

/** Refuses `not_found`. */
export async function deleteChannel(ctx: AccountCtx, id: string): Promise<void> {
  const erased = await eraseThose(ctx, visibleChannel(ctx.principal, id));
  if (erased === 0) refuse({ code: "not_found", what: "channel" });
}
