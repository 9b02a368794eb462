// Stores what providers say of a credential: the latest complaint, to be shown to its owner, and that a message was taken.
import { and, eq, isNull, ne, or, type SQL } from "drizzle-orm";
import { pushCredentials } from "../../db/schema/index.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import type { Ctx } from "../context.ts";
import { credentialOf } from "./credentials.ts";

/** A credential as it was when it was used. */
export interface UsedCredential {
  provider: Provider;
  version: number;
}

/** Writes `flag` on the app's credential, unless it has that flag already or was changed since. */
export async function flagCredential(
  ctx: Ctx,
  appId: number,
  used: UsedCredential,
  flag: string,
): Promise<void> {
  await write(ctx, appId, used, flag, undefined);
}

/** Does the same, unless the provider has ever taken a message with the credential as it is. */
export async function flagUnaccepted(
  ctx: Ctx,
  appId: number,
  { flag, ...used }: UsedCredential & { flag: string },
): Promise<void> {
  await write(ctx, appId, used, flag, isNull(pushCredentials.acceptedAt));
}

/** Stores that the provider took a message with the credential, unless that was stored or it was changed since. */
export async function noteAccepted(ctx: Ctx, appId: number, used: UsedCredential): Promise<void> {
  await ctx.db
    .update(pushCredentials)
    .set({ acceptedAt: ctx.now() })
    .where(and(isUsed(appId, used), isNull(pushCredentials.acceptedAt)));
}

async function write(
  ctx: Ctx,
  appId: number,
  used: UsedCredential,
  flag: string,
  condition: SQL | undefined,
): Promise<void> {
  const isNews = or(isNull(pushCredentials.flag), ne(pushCredentials.flag, flag));
  await ctx.db
    .update(pushCredentials)
    .set({ flag })
    .where(and(isUsed(appId, used), isNews, condition));
}

function isUsed(appId: number, { provider, version }: UsedCredential) {
  return and(credentialOf(appId, provider), eq(pushCredentials.version, version));
}
