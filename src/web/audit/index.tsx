// The audit log: who did what to which thing, from where and when. Owners read it.
import { z } from "@hono/zod-openapi";
import { KINDS } from "../../domain/audit/deeds.ts";
import { listAudit } from "../../domain/audit/list-audit.ts";
import { listMembers } from "../../domain/people/members.ts";
import { Id, memberPage } from "../dashboard/page.ts";
import { AuditView } from "./view.tsx";

/** Who can be filtered by: a member, a key, all keys, or the operator. */
const WHO = /^(person:\w{1,64}|key:\d{1,16}|keys|operator)$/;

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

export interface Filters {
  who?: string;
  kind?: string;
}

/** What the form asks for; what it does not offer is not filtered by. */
function filtersOf(query: Readonly<Record<string, string>>): Filters {
  const { who = "", kind = "" } = query;
  return {
    ...(WHO.test(who) ? { who } : {}),
    ...((KINDS as readonly string[]).includes(kind) ? { kind } : {}),
  };
}

function beforeOf({ before = "" }: Readonly<Record<string, string>>): { before?: string } {
  return /^[1-9]\d{0,14}$/.test(before) ? { before } : {};
}
