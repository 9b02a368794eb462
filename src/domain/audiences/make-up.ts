// What an audience is made up of, counted while somebody waits for it.
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import { countParts, type MakeUp } from "./audience.ts";
import { inTurn } from "./in-turn.ts";
import { resolve } from "./resolve.ts";
import type { Audience } from "./targeting.ts";

/**
 * Counts the active subscribers of the app in the audience by time zone and by language, once it is this account's turn.
 * Refuses `invalid` for a segment that is not the app's, and `rate_limited` where the turn does not come.
 */
export async function makeUpOf(ctx: AccountCtx, app: App, audience: Audience): Promise<MakeUp> {
  const resolved = await resolve(ctx, app.id, audience);
  return inTurn(ctx, async () => countParts(ctx, app.id, resolved));
}
