// The audit log: who did what to which thing, from where and when. Owners read it.
import { z } from "@hono/zod-openapi";
import { listAudit } from "../../domain/audit/list-audit.ts";
import { listMembers } from "../../domain/people/members.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { beforeOf } from "../parts/pager.tsx";
import { filtersOf } from "./filters.ts";
import { AuditView } from "./view.tsx";

export const auditPage = memberPage({
  path: "/{account}/audit",
  operationId: "showAudit",
  summary: "The audit log",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "audit:read",
  show: async (ctx, { params, query }) => {
    const filters = filtersOf(query);
    const [page, members] = await Promise.all([
      listAudit(ctx, { ...filters, ...beforeOf(query) }),
      listMembers(ctx),
    ]);
    const base = `/dashboard/${params.account}`;
    const isFirst = beforeOf(query).before === undefined;
    return {
      title: "Audit log",
      body: <AuditView {...{ ctx, base, filters, page, members, isFirst }} />,
    };
  },
});
