// Who a send goes to whose recipients are known when its row is written, and whether it takes the direct path: sent in the
// tail of the request that makes it, without a run.
import { sql, type SQL } from "drizzle-orm";
import { pushCredentials } from "../../../db/schema/index.ts";
import type { Ctx } from "../../context.ts";
import type { PresentCredential, Recipient } from "../../ports/notifications.ts";
import { recipientOf } from "../../audiences/recipients.ts";
import type { SenderApp } from "../sendable.ts";

/**
 * Most recipients of a send that takes the direct path: two rounds of the six that an invocation sends to at once, which at a
 * usual push service take less than a second.
 */
export const MAX_DIRECT = 12;

/** The recipients of a send, and what of the app decides what they get. */
export interface DirectTarget {
  /** In the order of their ids. */
  recipients: Recipient[];
  app: SenderApp;
  credentials: PresentCredential[];
}

/** The columns of a new row of `notifications` that say whether it takes the direct path. */
export function startColumns(ctx: Ctx, accountId: number, { recipients }: DirectTarget) {
  const { length } = recipients;
  const isFew = length > 0 && length <= MAX_DIRECT;
  return { hasRun: !isFew || ctx.direct.isAnySlow(accountId, recipients) };
}

/** The expression for a list of recipients as JSON, those rows of `subscribers` that `from` names `device`. */
export function recipientsAsJson(from: SQL): SQL<string> {
  return sql`(SELECT json_group_array(json_object('id', device.id, 'platform', device.platform,
      'provider', device.provider, 'token', coalesce(device.token, ''), 'p256dh', device.p256dh, 'auth', device.auth,
      'since', device.token_since, 'registeredAt', device.registered_at, 'language', device.language))
    ${from})`;
}

/** The expression for the credentials of the app with the id `appId`, as JSON. */
export function credentialsAsJson(appId: number): SQL<string> {
  return sql`(SELECT json_group_array(json_object('id', way.id, 'provider', way.provider, 'version', way.version,
      'acceptedBy', json(way.accepted_by))) FROM ${pushCredentials} AS way WHERE way.app_id = ${appId})`;
}

/** Reads a value of `recipientsAsJson`. */
export function readRecipients(json: string): Recipient[] {
  const rows = JSON.parse(json) as Parameters<typeof recipientOf>[0][];
  return rows.map(recipientOf).toSorted((one, other) => one.id - other.id);
}

/** Reads a value of `credentialsAsJson`. */
export function readCredentials(json: string): PresentCredential[] {
  return JSON.parse(json) as PresentCredential[];
}
