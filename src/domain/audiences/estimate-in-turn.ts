// Counts an audience while somebody waits for it, one at a time an account: each count can read all of an app's subscribers,
// and pages ask while people type.
import { refuse } from "../../kit/refusal.ts";
import { SECOND_MS } from "../../kit/time.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { countAudience, type AudienceSize } from "./audience.ts";
import { resolve } from "./resolve.ts";
import type { Audience } from "./targeting.ts";

/** How long an estimate waits for those of its account before it, ms. */
const WAIT_MS = 2 * SECOND_MS;
/** How long one keeps others waiting at most, ms: one that ends without a word is not waited for longer. */
const LEASE_MS = 10 * SECOND_MS;
/** When one that did not get its turn may come again, seconds. */
const AGAIN_S = 1;

/**
 * Counts the active subscribers of the app in the audience, once it is this account's turn. Refuses `invalid` for a segment
 * that is not the app's, and `rate_limited` where the turn does not come within WAIT_MS.
 */
export async function estimateInTurn(
  ctx: AccountCtx,
  app: App,
  audience: Audience,
): Promise<AudienceSize> {
  const resolved = await resolve(ctx, app.id, audience);
  const gate = ctx.estimateGate(ctx.principal.accountId);
  const turn = await gate.enter(WAIT_MS, LEASE_MS);
  if (turn === null) return refuse({ code: "rate_limited", retryAfterS: AGAIN_S });
  try {
    return await countAudience(ctx, app.id, resolved);
  } finally {
    // Nobody who was counted for waits for this. If it fails, the lease ends.
    ctx.defer(gate.leave(turn));
  }
}
