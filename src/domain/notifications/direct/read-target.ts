// Reads to whom a send goes that names a few subscribers or users, and what of the app decides what they get: in one call.
import { asc, sql, type SQL } from "drizzle-orm";
import { subscribers } from "../../../db/schema/index.ts";
import type { App } from "../../apps/find-app.ts";
import { RECIPIENT, recipientOf } from "../../audiences/recipients.ts";
import type { Audience } from "../../audiences/targeting.ts";
import type { Ctx } from "../../context.ts";
import { presentCredentials } from "../../subscribers/credentials.ts";
import { canonicalText } from "../../subscribers/facts/text.ts";
import { MAX_DIRECT, type DirectTarget } from "./target.ts";

/**
 * Most subscribers of the users that are named, in whatever status: somebody's earlier devices stay for a while beside those
 * that are sent to.
 */
const LOOKED_AT = 50;

/** Returns the active ones among the app's subscribers with these ids. */
export async function targetByIds(
  ctx: Ctx,
  app: App,
  ids: readonly number[],
): Promise<DirectTarget> {
  return (await read(ctx, app, sql`SELECT value FROM json_each(${JSON.stringify(ids)})`)).target;
}

/**
 * Returns to whom `audience` is sent, if that is a few users of the app; null for any other, and where there may be too many
 * for the direct path.
 */
export async function targetOfFew(
  ctx: Ctx,
  app: App,
  audience: Audience | null,
): Promise<DirectTarget | null> {
  if (audience?.type !== "user_ids" || audience.ids.length > MAX_DIRECT) return null;
  const users = JSON.stringify(audience.ids.map(canonicalText));
  const named = sql`SELECT device.id FROM ${subscribers} AS device INDEXED BY subscribers_user
    WHERE device.app_id = ${app.id} AND device.user_id IN (SELECT value FROM json_each(${users})) LIMIT ${LOOKED_AT}`;
  const { lookedAt, target } = await read(ctx, app, named);
  return lookedAt < LOOKED_AT ? target : null;
}

async function read(
  ctx: Ctx,
  app: App,
  named: SQL,
): Promise<{ lookedAt: number; target: DirectTarget }> {
  const [rows, credentials] = await ctx.db.batch([
    ctx.db
      .select({ recipient: RECIPIENT, status: subscribers.status, ofApp: subscribers.appId })
      .from(subscribers)
      .where(sql`${subscribers.id} IN (${named})`)
      .orderBy(asc(subscribers.id)),
    presentCredentials(ctx, app.id),
  ]);
  const active = rows.filter(({ status, ofApp }) => status === "active" && ofApp === app.id);
  const recipients = active.map(({ recipient }) => recipientOf(recipient));
  return { lookedAt: rows.length, target: { recipients, app, credentials } };
}
