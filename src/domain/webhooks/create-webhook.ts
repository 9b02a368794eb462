// Creates a webhook. Its secret is shown this once and stored sealed.
import { sql } from "drizzle-orm";
import { insertFrom } from "../../db/insert-from.ts";
import { webhooks } from "../../db/schema/index.ts";
import { parse } from "../../kit/parse.ts";
import { invalidField, refuse } from "../../kit/refusal.ts";
import type { App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";
import type { Webhook } from "./find-webhook.ts";
import { newSecret, sealSecret } from "./secrets.ts";
import { CreateWebhook, requireTarget } from "./webhook-input.ts";

/** Most webhooks of an app: each event makes a delivery for each of them. */
export const MAX_WEBHOOKS = 20;

/** Makes a webhook of the app, and returns it with its secret in the clear. Refuses `invalid`. */
export async function createWebhook(
  ctx: AccountCtx,
  app: App,
  input: unknown,
): Promise<{ webhook: Webhook; secret: string }> {
  const wanted = parse(CreateWebhook, input);
  await requireTarget(ctx, wanted.url);
  const uuid = crypto.randomUUID();
  const secret = wanted.secret ?? newSecret();
  const sealed = await sealSecret(ctx, uuid, secret);
  const now = ctx.now();
  const [webhook] = await insertFrom(
    ctx.db,
    webhooks,
    {
      uuid,
      accountId: app.accountId,
      appId: app.id,
      url: wanted.url,
      secretSealed: sealed,
      events: wanted.events,
      enabled: wanted.enabled,
      kind: "webhook",
      createdAt: now,
      updatedAt: now,
    },
    sql`WHERE (SELECT count(*) FROM ${webhooks} WHERE ${webhooks.appId} = ${app.id}
      AND ${webhooks.kind} = 'webhook') < ${MAX_WEBHOOKS}`,
  ).returning();
  if (!webhook) refuse(invalidField(["webhooks"], `must not be more than ${MAX_WEBHOOKS}`));
  return { webhook, secret };
}
