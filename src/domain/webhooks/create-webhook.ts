// Creates a webhook, of an app or of the account. Its secret is shown this once and stored sealed.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { webhooks } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import { requireWholeAccount } from "../accounts/whole-account.ts";
import type { App } from "../apps/find-app.ts";
import { audited } from "../audit/entry.ts";
import type { AccountCtx } from "../context.ts";
import { namedInLog, type Webhook } from "./find-webhook.ts";
import { newSecret, sealSecret } from "./secrets.ts";
import { ACCOUNT_INPUT, APP_INPUT, requireTarget } from "./webhook-input.ts";

/** Most webhooks of an app, and of an account besides: each event makes a delivery for each of them. */
export const MAX_WEBHOOKS = 20;

/**
 * Makes a webhook of the app, or with null of the account itself, and returns it with its secret in the clear. Refuses
 * `invalid`, and the account's `forbidden` to a key that is limited to certain apps.
 */
export async function createWebhook(
  ctx: AccountCtx,
  app: App | null,
  input: unknown,
): Promise<{ webhook: Webhook; secret: string }> {
  if (!app) requireWholeAccount(ctx.principal);
  const wanted = parse((app ? APP_INPUT : ACCOUNT_INPUT).Create, input);
  await requireTarget(ctx, wanted.url);
  const uuid = crypto.randomUUID();
  const secret = wanted.secret ?? newSecret();
  const sealed = await sealSecret(ctx, uuid, secret);
  const now = ctx.now();
  const { accountId } = ctx.principal;
  const siblings = app
    ? sql`${webhooks.appId} = ${app.id}`
    : sql`${webhooks.accountId} = ${accountId} AND ${webhooks.appId} IS NULL`;
  const insert = insertFrom(
    ctx.db,
    webhooks,
    {
      uuid,
      accountId,
      appId: app?.id ?? null,
      url: wanted.url,
      secretSealed: sealed,
      events: wanted.events,
      enabled: wanted.enabled,
      disabledAt: wanted.enabled ? null : now,
      kind: "webhook",
      createdAt: now,
      updatedAt: now,
    },
    sql`WHERE (SELECT count(*) FROM ${webhooks} WHERE ${siblings}
      AND ${webhooks.kind} = 'webhook') < ${MAX_WEBHOOKS}`,
  ).returning();
  const [webhook] = await audited(ctx, insert, {
    did: "webhook.create",
    ...namedInLog({ uuid, url: wanted.url, appId: app?.id ?? null }),
  });
  if (!webhook) refuse(invalidField(["webhooks"], `must not be more than ${MAX_WEBHOOKS}`));
  return { webhook, secret };
}
