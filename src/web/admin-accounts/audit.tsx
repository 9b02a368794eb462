// An account's audit log, for operators.
import { z } from "@hono/zod-openapi";
import { listAudit } from "../../domain/audit/list-audit.ts";
import { findAccountOverview } from "../../domain/operators/list-accounts.ts";
import { listMembers } from "../../domain/people/members.ts";
import { standingIn } from "../../domain/people/visits.ts";
import { filtersOf } from "../audit/filters.ts";
import { AuditLog, KEPT } from "../audit/view.tsx";
import { Id, operatorPage } from "../dashboard/page.ts";
import { OperatorShell, PageHead } from "../dashboard/shell.tsx";
import { beforeOf } from "../parts/pager.tsx";
import { accountPath, accountsPath } from "../dashboard/places.ts";

export const accountAuditPage = operatorPage({
  path: "/admin/accounts/{account}/audit",
  operationId: "showAccountAudit",
  summary: "An account's audit log, for operators",
  params: { schema: z.object({ account: Id }), thing: "account" },
  show: async (ctx, { params, query }) => {
    const id = params.account;
    const of = { ...ctx, principal: { accountId: id } };
    const filters = filtersOf(query);
    const before = beforeOf(query);
    const [account, page, members, standing] = await Promise.all([
      findAccountOverview(ctx, id),
      listAudit(of, { ...filters, ...before }),
      listMembers(of),
      standingIn(ctx, id),
    ]);
    const path = accountPath(id);
    const shown = { filters, page, members, isFirst: before.before === undefined };
    return {
      title: `Audit log of ${account.name}`,
      body: (
        <OperatorShell
          ctx={ctx}
          here="admin-accounts"
          crumbs={[
            { label: "Accounts", path: accountsPath() },
            { label: account.name, path },
            { label: "Audit log" },
          ]}
        >
          <PageHead title={`Audit log of ${account.name}`} text={KEPT} />
          <AuditLog
            {...shown}
            log={`${path}/audit`}
            things={standing === null ? null : `/dashboard/${id}`}
            now={ctx.now()}
          />
        </OperatorShell>
      ),
    };
  },
});
