// The apps of an account.
import { z } from "@hono/zod-openapi";
import { listApps } from "../../domain/apps/list-apps.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { PageHead, Shell } from "../dashboard/shell.tsx";

export const appsPage = memberPage({
  path: "/{account}",
  operationId: "showApps",
  summary: "The account's apps",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "apps:read",
  show: async (ctx) => {
    const { total } = await listApps(ctx, {});
    return {
      title: "Apps",
      body: (
        <Shell ctx={ctx} here="apps" crumbs={[{ label: "Apps" }]}>
          <PageHead title="Apps" text={`${total} apps`} />
        </Shell>
      ),
    };
  },
});
