// Webhooks of an app, and those of an account, found within the account.
import { and, asc, count, desc, eq, isNull } from "drizzle-orm";
import { apps, webhooks } from "../../db/schema/index.ts";
import { PageQuery, slice, type Page } from "../../kit/pagination.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import { requireWholeAccount } from "../accounts/whole-account.ts";
import { ownApp, requireAppAccess, type App } from "../apps/find-app.ts";
import type { AccountCtx } from "../context.ts";

export type Webhook = typeof webhooks.$inferSelect;

/**
 * What the audit log calls a webhook: by the host of its URL, since the rest of one is often a secret.
 */
export function namedInLog({ uuid, url, appId }: Pick<Webhook, "uuid" | "url" | "appId">) {
  return { id: uuid, name: new URL(url).host, facts: { app: appId } };
}

/** Returns the app's webhook with this UUID. Refuses `not_found`, `forbidden`. */
export async function findWebhook(
  ctx: AccountCtx,
  appUuid: string,
  uuid: string,
): Promise<Webhook> {
  const [row] = await ctx.db
    .select({ appId: apps.id, webhook: webhooks })
    .from(apps)
    .leftJoin(
      webhooks,
      and(eq(webhooks.appId, apps.id), eq(webhooks.uuid, uuid), eq(webhooks.kind, "webhook")),
    )
    .where(ownApp(ctx.principal, appUuid));
  if (!row) return refuse({ code: "not_found", what: "app" });
  requireAppAccess(ctx.principal, row.appId);
  return row.webhook ?? refuse({ code: "not_found", what: "webhook" });
}

/** Returns the app's webhooks, oldest first: there are at most MAX_WEBHOOKS. */
export async function listWebhooks(ctx: AccountCtx, app: App): Promise<Webhook[]> {
  return ctx.db
    .select()
    .from(webhooks)
    .where(
      and(
        eq(webhooks.accountId, ctx.principal.accountId),
        eq(webhooks.appId, app.id),
        eq(webhooks.kind, "webhook"),
      ),
    )
    .orderBy(asc(webhooks.id));
}

/**
 * The condition on `webhooks` that holds for the account's own. Refuses `forbidden` to a key that is limited to certain apps,
 * since these webhooks tell of all.
 */
export function ownWebhooks({ principal }: AccountCtx) {
  requireWholeAccount(principal);
  return and(eq(webhooks.accountId, principal.accountId), isNull(webhooks.appId));
}

/** Returns the account's own webhook with this UUID. Refuses `forbidden`, `not_found`. */
export async function findAccountWebhook(ctx: AccountCtx, uuid: string): Promise<Webhook> {
  const [webhook] = await ctx.db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.uuid, uuid), ownWebhooks(ctx)));
  return webhook ?? refuse({ code: "not_found", what: "webhook" });
}

/** A webhook, and the app whose it is; null: the account's own. */
export interface WebhookOf {
  webhook: Webhook;
  app: Pick<App, "id" | "name"> | null;
}

/**
 * Returns the webhook with this UUID, of whichever app of the account, or of the account itself. Refuses `not_found`, and
 * `forbidden` to a key that is limited to other apps.
 */
export async function findAnyWebhook(ctx: AccountCtx, uuid: string): Promise<WebhookOf> {
  const [row] = await ctx.db
    .select({ webhook: webhooks, app: { id: apps.id, name: apps.name } })
    .from(webhooks)
    .leftJoin(apps, and(eq(apps.id, webhooks.appId), eq(apps.accountId, webhooks.accountId)))
    .where(
      and(
        eq(webhooks.uuid, uuid),
        eq(webhooks.accountId, ctx.principal.accountId),
        eq(webhooks.kind, "webhook"),
      ),
    );
  if (!row) return refuse({ code: "not_found", what: "webhook" });
  if (row.app === null) requireWholeAccount(ctx.principal);
  else requireAppAccess(ctx.principal, row.app.id);
  return row;
}

/** Returns a page of the account's own webhooks, newest first. Refuses `forbidden`, `invalid`. */
export async function listAccountWebhooks(ctx: AccountCtx, query: unknown): Promise<Page<Webhook>> {
  const own = ownWebhooks(ctx);
  const page = parse(PageQuery, query);
  const { limit, offset } = slice(page);
  const [totals, rows] = await ctx.db.batch([
    ctx.db.select({ total: count() }).from(webhooks).where(own),
    ctx.db
      .select()
      .from(webhooks)
      .where(own)
      .orderBy(desc(webhooks.id))
      .limit(limit)
      .offset(offset),
  ]);
  return { rows, page: page.page, total: totals[0]?.total ?? 0 };
}
