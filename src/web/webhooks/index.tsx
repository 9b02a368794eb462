// The webhooks of an account and of its apps: the list, and making one, whose secret is shown once.
import { z } from "@hono/zod-openapi";
import { findApp, type App } from "../../domain/apps/find-app.ts";
import { listApps } from "../../domain/apps/list-apps.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { createWebhook } from "../../domain/webhooks/create-webhook.ts";
import { AccountEvent } from "../../domain/webhooks/events.ts";
import { pageWebhooks } from "../../domain/webhooks/page-webhooks.ts";
import { invalidField, refuse, RefusalError } from "../../kit/refusal.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { beforeOf } from "../parts/pager.tsx";
import { deliveryPage } from "./delivery-page.tsx";
import { WebhooksView } from "./list-view.tsx";
import { webhookPage } from "./webhook-page.tsx";
import { webhooksPath, WRITE } from "./words.tsx";

const OfAccount = { schema: z.object({ account: Id }), thing: "account" } as const;

/** Most apps that the form and the filter offer: the newest ones. Webhooks of others are made by the API. */
const MAX_OFFERED = 100;

const listPage = memberPage({
  path: "/{account}/webhooks",
  operationId: "showWebhooks",
  summary: "The webhooks of the account and its apps",
  params: OfAccount,
  may: "push:read",
  show: async (ctx, { params, form: state, query }) => {
    const app = Id.safeParse(query["app"]).data;
    const { before } = beforeOf(query);
    const [page, apps] = await Promise.all([
      pageWebhooks(ctx, { before, ...(app === undefined ? {} : { app: String(app) }) }),
      listApps(ctx, { per_page: String(MAX_OFFERED) }),
    ]);
    const base = webhooksPath(params.account);
    const mayChange = hasRight(ctx.role, WRITE);
    const props = { ctx, base, form: state, page, apps, app, mayChange };
    return {
      title: "Webhooks",
      body: <WebhooksView {...props} isFirst={before === undefined} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "submitNewWebhook",
      summary: "Make a webhook",
      params: OfAccount,
      may: WRITE,
      run: async (ctx: MemberCtx, { fields }) => {
        const app = await appOf(ctx, fields.text("of"));
        const input = { url: fields.text("url").trim(), events: fields.all("events") };
        const isOther = input.events.some((event) => !AccountEvent.safeParse(event).success);
        if (app === null && isOther) {
          refuse(
            invalidField(
              ["events"],
              `must be ${AccountEvent.options.join(" or ")} for the account itself`,
            ),
          );
        }
        return { made: await createWebhook(ctx, app, input) };
      },
    }),
  ],
});

/** The app that the form names; null: the account itself. */
async function appOf(ctx: MemberCtx, given: string): Promise<App | null> {
  if (given === "") return null;
  const none = () => refuse(invalidField(["of"], "must be the account or one of its apps"));
  const id = Id.safeParse(given);
  if (!id.success) return none();
  try {
    return await findApp(ctx, id.data);
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.code === "not_found") return none();
    throw error;
  }
}

export const webhookPages = [...listPage, ...webhookPage, ...deliveryPage];
