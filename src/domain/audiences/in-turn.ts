// Counts of audiences run one at a time an account: each can read all of an app's subscribers, and pages ask while people type.
import { refuse } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { AccountCtx } from "../context.ts";

/** How long a count waits for those of its account before it, ms. */
const WAIT_MS = 2 * SECOND_MS;
/** How long one keeps others waiting at most, ms: one that ends without a word is not waited for longer. */
const LEASE_MS = 10 * SECOND_MS;
/** When one that did not get its turn may come again, seconds. */
const AGAIN_S = 1;

/** Counts once it is this account's turn. Refuses `rate_limited` where the turn does not come within WAIT_MS. */
export async function inTurn<Counted>(
  ctx: AccountCtx,
  counts: () => Promise<Counted>,
): Promise<Counted> {
  const gate = ctx.estimateGate(ctx.principal.accountId);
  const turn = await gate.enter(WAIT_MS, LEASE_MS);
  if (turn === null) return refuse({ code: "rate_limited", retryAfterS: AGAIN_S });
  try {
    return await counts();
  } finally {
    // Nobody who was counted for waits for this. If it fails, the lease ends.
    ctx.defer(gate.leave(turn));
  }
}
