// Makes subscribers active again that were retired because of an answer that may have meant the credential, once the
// credential is another one. An app can have a million of them: what a request does not get to, the cron does.
import { and, eq, sql } from "drizzle-orm";
import { pushCredentials, subscribers } from "../../db/schema/index.ts";
import type { Ctx } from "../context.ts";
import type { Credential } from "./credentials.ts";

/** Subscribers that one statement makes active, so that it stays short. */
const REVIVED_AT_ONCE = 5000;
/** Statements for each credential in one minute. */
const STATEMENTS = 20;
/** Credentials in one minute. */
const CREDENTIALS_AT_ONCE = 10;

type Revived = Pick<Credential, "id" | "appId" | "provider" | "version" | "updatedAt">;

/**
 * Makes up to REVIVED_AT_ONCE of the subscribers active again, and returns whether these were all. Those that were
 * retired after the change were so because of the credential that is there now.
 */
export async function reviveDoubted(
  ctx: Ctx,
  { id, appId, provider, version, updatedAt }: Revived,
): Promise<boolean> {
  const doubted = sql`(SELECT doubted.id FROM ${subscribers} AS doubted WHERE doubted.app_id = ${appId}
    AND doubted.provider = ${provider} AND doubted.retired_as = 'doubted' AND doubted.retired_at <= ${updatedAt}
    LIMIT ${REVIVED_AT_ONCE})`;
  const now = ctx.now();
  const { meta } = await ctx.db
    .update(subscribers)
    .set({
      status: sql`iif(${subscribers.status} = 'inactive' AND ${subscribers.token} IS NOT NULL, 'active', ${subscribers.status})`,
      retiredAs: null,
      retiredAt: null,
      updatedAt: now,
    })
    .where(sql`${subscribers.id} IN ${doubted}`)
    .run();
  if (meta.changes >= REVIVED_AT_ONCE) return false;
  await ctx.db
    .update(pushCredentials)
    .set({ isReviving: false })
    .where(and(eq(pushCredentials.id, id), eq(pushCredentials.version, version)));
  return true;
}

/** Goes on with what requests left. May run twice at once. */
export async function recoverRevivals(ctx: Ctx): Promise<void> {
  const { id, appId, provider, version, updatedAt } = pushCredentials;
  const open = await ctx.db
    .select({ id, appId, provider, version, updatedAt })
    .from(pushCredentials)
    // In the words of the partial index.
    .where(sql`${pushCredentials.isReviving} = 1`)
    .limit(CREDENTIALS_AT_ONCE);
  for (const credential of open) {
    for (let done = 0; done < STATEMENTS; done += 1) {
      if (await reviveDoubted(ctx, credential)) break;
    }
  }
}
