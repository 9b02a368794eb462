// What is found out about a credential is stored by these statements: the latest complaint, to be shown to its owner, and who
// took a message with it.
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

/** The statement that writes `flag` on the app's credential, unless it has that flag already or was changed since. */
export function flagCredential(ctx: Ctx, appId: number, used: UsedCredential, flag: string) {
  return write(ctx, appId, used, { flag, isFlagDoubt: false }, undefined);
}

/**
 * Does the same, in doubt: unless somebody ever took a message with the credential as it is. The provider's own complaint
 * stays, and the flag goes when a message is taken.
 */
export function flagUnaccepted(
  ctx: Ctx,
  appId: number,
  { flag, ...used }: UsedCredential & { flag: string },
) {
  const isFree = or(isNull(pushCredentials.flag), eq(pushCredentials.isFlagDoubt, true));
  const isUntaken = sql`json_array_length(${pushCredentials.acceptedBy}) = 0`;
  return write(ctx, appId, used, { flag, isFlagDoubt: true }, and(isFree, isUntaken));
}

/** Whether it is to be noted that `taker` took a message, beside those that are noted already. */
export function isNewTaker(taker: string, acceptedBy: readonly string[]): boolean {
  return !acceptedBy.includes(taker) && addTakers(acceptedBy, [taker]).includes(taker);
}

/**
 * The statement that notes that `taker` took a message with the credential, unless that was noted or the credential was
 * changed since.
 */
export function noteAccepted(ctx: Ctx, appId: number, used: UsedCredential, taker: string) {
  const { acceptedBy, flag, isFlagDoubt } = pushCredentials;
  return ctx.db
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

function write(
  ctx: Ctx,
  appId: number,
  used: UsedCredential,
  values: { flag: string; isFlagDoubt: boolean },
  condition: SQL | undefined,
) {
  const isNews = or(isNull(pushCredentials.flag), ne(pushCredentials.flag, values.flag));
  return ctx.db
    .update(pushCredentials)
    .set(values)
    .where(and(isUsed(appId, used), isNews, condition));
}

function isUsed(appId: number, { provider, version }: UsedCredential) {
  return and(credentialOf(appId, provider), eq(pushCredentials.version, version));
}
