// How many campaigns and templates an account may have. Neither can be deleted by its owner, so the oldest make room for
// new ones as soon as nobody is at work with them and nothing that is to come has them.
import { sql, type SQL } from "drizzle-orm";
import { accountCounts, campaigns, templates } from "../../db/schema/index.ts";
import { invalidField, type Refusal } from "../../kit/refusal.ts";
import { DAY_MS } from "../../kit/time.ts";
import type { AccountCtx } from "../context.ts";

/** Most campaigns of an account: ten a day in each of the most apps that it can have. */
export const MAX_CAMPAIGNS = 10_000;
/** Most templates of an account: one for each of its campaigns. */
export const MAX_TEMPLATES = 10_000;
/** How long a campaign was due and a template there before it makes room, ms. */
const IN_USE_MS = DAY_MS;

/** The condition that the account has room for one more campaign, and for one more template where it makes that too. */
export function hasRoom(
  { principal }: AccountCtx,
  kinds: { campaign?: true; template?: true },
): SQL {
  const { accountId } = principal;
  const isFew = sql.join(
    [
      ...(kinds.campaign ? [sql`counts.campaigns < ${MAX_CAMPAIGNS}`] : []),
      ...(kinds.template ? [sql`counts.templates < ${MAX_TEMPLATES}`] : []),
    ],
    sql` AND `,
  );
  return sql`EXISTS (SELECT 1 FROM ${accountCounts} AS counts WHERE counts.account_id = ${accountId} AND ${isFew})`;
}

/** The statement that deletes the oldest campaign that was due a day ago, if the account has no room for another. */
export function makeRoomForCampaign(ctx: AccountCtx) {
  return ctx.db.delete(campaigns).where(
    sql`${campaigns.id} = (SELECT spare.id FROM ${campaigns} AS spare
      WHERE spare.account_id = ${ctx.principal.accountId} AND spare.due_at < ${ctx.now() - IN_USE_MS}
      ORDER BY spare.id LIMIT iif(${hasRoom(ctx, { campaign: true })}, 0, 1))`,
  );
}

/**
 * The statement that deletes the oldest template that is more than a day old and not attached to a campaign that is due or
 * was within a day, if there is no room for another. The templates in use are read only then, at most ten a campaign.
 */
export function makeRoomForTemplate(ctx: AccountCtx) {
  const { accountId } = ctx.principal;
  const since = ctx.now() - IN_USE_MS;
  const inUse = sql`SELECT used.value FROM ${campaigns} AS waiting CROSS JOIN json_each(waiting.template_ids) AS used
    WHERE waiting.account_id = ${accountId} AND waiting.due_at >= ${since}`;
  return ctx.db.delete(templates).where(
    sql`${templates.id} = (SELECT spare.id FROM ${templates} AS spare
      WHERE spare.account_id = ${accountId} AND spare.created_at < ${since} AND spare.id NOT IN (${inUse})
      ORDER BY spare.id LIMIT iif(${hasRoom(ctx, { template: true })}, 0, 1))`,
  );
}

/** The refusal of a campaign beyond MAX_CAMPAIGNS, in the contract's word for it. */
export function tooManyCampaigns(): Refusal {
  return invalidField(
    ["sendings"],
    `must not be more than ${MAX_CAMPAIGNS} an account that are due or were within a day`,
  );
}

/** The refusal of a template beyond MAX_TEMPLATES, in the contract's word for it. */
export function tooManyTemplates(): Refusal {
  return invalidField(
    ["pushes"],
    `must not be more than ${MAX_TEMPLATES} an account that are bound to what is due or were made within a day`,
  );
}
