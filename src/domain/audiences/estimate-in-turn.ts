// Counts an audience while somebody waits for it, in its account's turn.
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { countAudience, type AudienceSize } from "./audience.ts";
import { inTurn } from "./in-turn.ts";
import { resolve } from "./resolve.ts";
import type { Audience } from "./targeting.ts";

/**
 * Counts the active subscribers of the app in the audience, once it is this account's turn. Refuses `invalid` for a segment
 * that is not the app's, and `rate_limited` where the turn does not come.
 */
export async function estimateInTurn(
  ctx: AccountCtx,
  app: App,
  audience: Audience,
): Promise<AudienceSize> {
  const resolved = await resolve(ctx, app.id, audience);
  return inTurn(ctx, async () => countAudience(ctx, app.id, resolved));
}
