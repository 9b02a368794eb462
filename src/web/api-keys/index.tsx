// The API keys of an account: which there are, making one, which is shown once, and ending one.
import { z } from "@hono/zod-openapi";
import {
  createApiKey,
  findApiKey,
  listApiKeys,
  revokeApiKey,
} from "../../domain/accounts/api-keys.ts";
import { listApps } from "../../domain/apps/list-apps.ts";
import { refuse, invalidField } from "../../kit/refusal.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import type { Fields } from "../dashboard/fields.ts";
import { paged } from "../parts/pager.tsx";
import { postedTo } from "../parts/posted-to.ts";
import { isInUse } from "./in-use.ts";
import { ApiKeysView } from "./view.tsx";

/** Most apps that the form offers: the newest ones; a key that is limited to others is made by the API. */
const MAX_OFFERED = 100;
/** A day as the browser's own picker writes it. */
const DAY = /^\d{4}-\d\d-\d\d$/;

export const apiKeysPage = memberPage({
  path: "/{account}/api-keys",
  operationId: "showApiKeys",
  summary: "The account's API keys",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "keys:read",
  show: async (ctx, { form: state, query, params, request }) => {
    const [keys, apps] = await Promise.all([
      listApiKeys(ctx, paged(query)),
      listApps(ctx, { per_page: String(MAX_OFFERED) }),
    ]);
    const base = `/dashboard/${params.account}/api-keys`;
    const posted = postedTo(state, request, base);
    return {
      title: "API keys",
      body: <ApiKeysView {...{ ctx, base, form: posted, keys, apps }} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "submitNewApiKey",
      summary: "Make an API key",
      may: "keys:write",
      run: async (ctx: MemberCtx, { fields }) => ({
        made: await createApiKey(ctx, keyInput(fields)),
      }),
    }),
    form({
      path: "/{key}/end",
      operationId: "submitEndApiKey",
      summary: "End an API key",
      params: { schema: z.object({ account: Id, key: Id }), thing: "api_key" },
      may: "keys:write",
      run: async (ctx: MemberCtx, { params, fields }) => {
        const key = await findApiKey(ctx, params.key);
        if (isInUse(key, ctx.now()) && fields.text("confirm").trim() !== key.name) {
          refuse(invalidField(["confirm"], `must be the key's name, ${key.name}`));
        }
        await revokeApiKey(ctx, key.id);
        return {
          to: `/dashboard/${params.account}/api-keys`,
          says: `The key ${key.name} is ended.`,
        };
      },
    }),
  ],
});

/** What the form gives, as the verb takes it. A day is over when it is over everywhere in UTC. */
function keyInput(fields: Fields): Record<string, unknown> {
  const ends = fields.text("expires_at");
  return {
    name: fields.text("name"),
    scopes: fields.all("scopes"),
    app_ids: fields.text("reach") === "some" ? fields.all("app_ids").map(Number) : null,
    expires_at: ends === "" ? null : DAY.test(ends) ? `${ends}T23:59:59Z` : ends,
  };
}
