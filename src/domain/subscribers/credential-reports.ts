// Stores what is found out about a credential: the latest complaint, to be shown to its owner, and who took a message with
// it.
import { and, eq, isNull, ne, or, sql, type SQL } from "drizzle-orm";
import { pushCredentials } from "../../db/schema/index.ts";
import type { Provider } from "../../kit/push/credentials.ts";
import { addTakers } from "../../kit/push/services.ts";
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
  await write(ctx, appId, used, { flag, isFlagDoubt: false }, undefined);
}

/**
 * Does the same, in doubt: unless somebody ever took a message with the credential as it is. The provider's own complaint
 * stays, and the flag goes when a message is taken.
 */
export async function flagUnaccepted(
  ctx: Ctx,
  appId: number,
  { flag, ...used }: UsedCredential & { flag: string },
): Promise<void> {
  const isFree = or(isNull(pushCredentials.flag), eq(pushCredentials.isFlagDoubt, true));
  const isUntaken = sql`json_array_length(${pushCredentials.acceptedBy}) = 0`;
  await write(ctx, appId, used, { flag, isFlagDoubt: true }, and(isFree, isUntaken));
}

/** Whether it is to be noted that `taker` took a message, beside those that are noted already. */
export function isNewTaker(taker: string, acceptedBy: readonly string[]): boolean {
  return !acceptedBy.includes(taker) && addTakers(acceptedBy, [taker]).includes(taker);
}

/** Notes that `taker` took a message with the credential, unless that was noted or the credential was changed since. */
export async function noteAccepted(
  ctx: Ctx,
  appId: number,
  used: UsedCredential,
  taker: string,
): Promise<void> {
  const { acceptedBy, flag, isFlagDoubt } = pushCredentials;
  await ctx.db
    .update(pushCredentials)
    .set({
      acceptedBy: sql`json_insert(${acceptedBy}, '$[#]', ${taker})`,
      flag: sql`iif(${isFlagDoubt}, NULL, ${flag})`,
    })
    .where(
      and(
        isUsed(appId, used),
        sql`NOT EXISTS (SELECT 1 FROM json_each(${acceptedBy}) WHERE value = ${taker})`,
      ),
    );
}

async function write(
  ctx: Ctx,
  appId: number,
  used: UsedCredential,
  values: { flag: string; isFlagDoubt: boolean },
  condition: SQL | undefined,
): Promise<void> {
  const isNews = or(isNull(pushCredentials.flag), ne(pushCredentials.flag, values.flag));
  await ctx.db
    .update(pushCredentials)
    .set(values)
    .where(and(isUsed(appId, used), isNews, condition));
}

function isUsed(appId: number, { provider, version }: UsedCredential) {
  return and(credentialOf(appId, provider), eq(pushCredentials.version, version));
}
