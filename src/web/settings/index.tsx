// The account itself: its name and contact address, its plan, leaving it, and deleting it.
import { z } from "@hono/zod-openapi";
import { deleteAccount } from "../../domain/deletion/delete-account.ts";
import { leaveAccount } from "../../domain/people/members.ts";
import { changeContact, renameAccount } from "../../domain/people/rename-account.ts";
import { hasRight } from "../../domain/people/roles.ts";
import { listApps } from "../../domain/apps/list-apps.ts";
import { form, Id, memberPage, type MemberCtx } from "../dashboard/page.ts";
import { SettingsView } from "./view.tsx";

export const settingsPage = memberPage({
  path: "/{account}/settings",
  operationId: "showSettings",
  summary: "The account's settings",
  params: { schema: z.object({ account: Id }), thing: "account" },
  may: "account:read",
  show: async (ctx, { params, form: state }) => {
    const { total: apps } = await listApps(ctx, { per_page: "1" });
    const base = `/dashboard/${params.account}/settings`;
    const mayRename = hasRight(ctx.role, "account:write");
    const mayDelete = hasRight(ctx.role, "account:delete");
    return {
      title: "Settings",
      body: <SettingsView {...{ ctx, base, form: state, apps, mayRename, mayDelete }} />,
    };
  },
  forms: [
    form({
      path: "/name",
      operationId: "submitAccountName",
      summary: "Rename the account",
      may: "account:write",
      run: async (ctx: MemberCtx, { fields }) => {
        await renameAccount(ctx, { name: fields.text("name") });
        const to = `/dashboard/${ctx.principal.accountId}/settings`;
        return { to, says: "The account has a new name." };
      },
    }),
    form({
      path: "/contact",
      operationId: "submitAccountContact",
      summary: "Change the account's contact address",
      may: "account:write",
      run: async (ctx: MemberCtx, { fields }) => {
        await changeContact(ctx, { email: fields.text("email") });
        const to = `/dashboard/${ctx.principal.accountId}/settings`;
        return { to, says: "The contact address is changed." };
      },
    }),
    form({
      path: "/leave",
      operationId: "submitLeave",
      summary: "Leave the account",
      may: "account:read",
      run: async (ctx: MemberCtx) => {
        await leaveAccount(ctx);
        return { to: "/dashboard", says: `You left ${ctx.principal.account.name}.` };
      },
    }),
    form({
      path: "/delete",
      operationId: "submitDeleteAccount",
      summary: "Delete the account with all it owns",
      may: "account:delete",
      run: async (ctx: MemberCtx, { fields }) => {
        await deleteAccount(ctx, { name: fields.text("name") });
        return { to: "/dashboard", says: `${ctx.principal.account.name} is deleted.` };
      },
    }),
  ],
});
