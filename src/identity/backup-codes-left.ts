// How many backup codes somebody has left. What they are, nobody is told again.
import type { PersonCtx } from "../domain/context.ts";
import type { At } from "./at.ts";
import { called } from "./called.ts";
import { isFactorLost } from "./lost-factor.ts";

/**
 * Returns the number of backup codes that were not used, for who has a second factor; null where that can't be read any more.
 */
export async function backupCodesLeft(ctx: PersonCtx, at: At): Promise<number | null> {
  if (await isFactorLost(ctx, ctx.person.id)) return null;
  const { backupCodes } = await called(ctx, at, async (auth) =>
    auth.api.viewBackupCodes({ body: { userId: ctx.person.id } }),
  );
  return backupCodes.length;
}
