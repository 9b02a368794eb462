// The page of one account, for operators: who owns it, what it uses and does, and what they can do about it.
import { z } from "@hono/zod-openapi";
import { createApiKeyFor } from "../../domain/accounts/api-keys.ts";
import { requireAccount, updateAccount } from "../../domain/accounts/operate-accounts.ts";
import { listPlans } from "../../domain/accounts/plans.ts";
import { listAudit } from "../../domain/audit/list-audit.ts";
import type { PersonCtx } from "../../domain/context.ts";
import { accountActivity } from "../../domain/operators/account-activity.ts";
import { findAccountOverview } from "../../domain/operators/list-accounts.ts";
import { resumeAccount, suspendAccount } from "../../domain/operators/suspend-account.ts";
import { listMembers } from "../../domain/people/members.ts";
import { beginVisit, endVisit, standingIn } from "../../domain/people/visits.ts";
import type { Fields } from "../dashboard/fields.ts";
import { form, Id, operatorPage } from "../dashboard/page.ts";
import { AccountView } from "./account-view.tsx";
import { accountPath } from "../dashboard/places.ts";

/** Newest entries of the audit log that the page shows. */
const ENTRIES = 5;

const OfAccount = { schema: z.object({ account: Id }), thing: "account" } as const;

export const accountPage = operatorPage({
  path: "/admin/accounts/{account}",
  operationId: "showAccount",
  summary: "One account, for operators",
  params: OfAccount,
  show: async (ctx, { params, form: state, query }) => {
    const id = params.account;
    const of = { ...ctx, principal: { accountId: id } };
    const [account, plans, members, activity, log, standing] = await Promise.all([
      findAccountOverview(ctx, id),
      listPlans(ctx),
      listMembers(of),
      accountActivity(ctx, id),
      listAudit(of, { limit: String(ENTRIES) }),
      standingIn(ctx, id),
    ]);
    const asked = query["do"] ?? "";
    const shown = { account, plans, members, activity, log: log.rows, standing };
    return {
      title: account.name,
      body: <AccountView {...{ ctx, form: state, asked, ...shown }} />,
    };
  },
  forms: [
    form({
      path: "/plan",
      operationId: "submitAccountPlan",
      summary: "Change an account's plan and credits",
      params: OfAccount,
      run: async (ctx: PersonCtx, { params, fields }) => {
        const { name } = await updateAccount(ctx, params.account, planInput(fields));
        return { to: accountPath(params.account), says: `Plan and credits of ${name} are saved.` };
      },
    }),
    form({
      path: "/key",
      operationId: "submitAccountKey",
      summary: "Make an API key for an account",
      params: OfAccount,
      run: async (ctx: PersonCtx, { params, fields }) => {
        await requireAccount(ctx, params.account);
        return { made: await createApiKeyFor(ctx, params.account, { name: fields.text("name") }) };
      },
    }),
    form({
      path: "/suspend",
      operationId: "submitSuspend",
      summary: "Suspend an account",
      params: OfAccount,
      run: async (ctx: PersonCtx, { params, fields }) => {
        await suspendAccount(ctx, params.account, reasonIn(fields));
        return { to: accountPath(params.account), says: "The account is suspended." };
      },
    }),
    form({
      path: "/resume",
      operationId: "submitResume",
      summary: "Let a suspended account go on",
      params: OfAccount,
      run: async (ctx: PersonCtx, { params }) => {
        await resumeAccount(ctx, params.account);
        return { to: accountPath(params.account), says: "The account goes on." };
      },
    }),
    form({
      path: "/visit",
      operationId: "submitVisit",
      summary: "Look at an account as a viewer",
      params: OfAccount,
      run: async (ctx: PersonCtx, { params, fields }) => {
        await beginVisit(ctx, params.account, reasonIn(fields));
        return { to: `/dashboard/${params.account}` };
      },
    }),
    form({
      path: "/visit/end",
      operationId: "submitEndVisit",
      summary: "End the visit",
      params: OfAccount,
      run: async (ctx: PersonCtx, { params }) => {
        await endVisit(ctx, params.account);
        return { to: accountPath(params.account), says: "The visit has ended." };
      },
    }),
  ],
});

/** The reason that was typed. Its field has several lines, and a reason is one: it stands in headings and answers of APIs. */
function reasonIn(fields: Fields): { reason: string } {
  return { reason: fields.text("reason").replaceAll(/\s*[\r\n]\s*/g, " ") };
}

/** What somebody changed of plan and credits: the account may have spent credits while they looked at the form. */
function planInput(fields: Fields): Record<string, unknown> {
  const changed = (name: string) =>
    fields.text(name) === fields.text(`${name}_was`) ? undefined : fields.text(name);
  const credits = changed("build_credits");
  return {
    plan: changed("plan"),
    build_credits: credits === undefined ? undefined : credits === "" ? null : Number(credits),
  };
}
