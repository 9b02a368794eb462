// Stores a provider's latest complaint about a credential, to be shown to its owner.
import { and, isNull, ne, or } from "drizzle-orm";
import { pushCredentials } from "../../db/schema/index.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import type { Ctx } from "../context.ts";
import { credentialOf } from "./credentials.ts";

/** Writes `flag` on the app's credential, unless it has that flag already. */
export async function flagCredential(
  ctx: Ctx,
  appId: number,
  provider: Provider,
  flag: string,
): Promise<void> {
  const isNews = or(isNull(pushCredentials.flag), ne(pushCredentials.flag, flag));
  await ctx.db
    .update(pushCredentials)
    .set({ flag })
    .where(and(credentialOf(appId, provider), isNews));
}
