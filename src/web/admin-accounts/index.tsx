// The accounts of the installation, for its operators: a list to search, opening one, and the pages of one. The
// installation's own address leads to the list.
import { createApiKeyFor } from "../../domain/accounts/api-keys.ts";
import { createAccount } from "../../domain/accounts/operate-accounts.ts";
import { listPlans } from "../../domain/accounts/plans.ts";
import type { PersonCtx } from "../../domain/context.ts";
import { listAccounts } from "../../domain/operators/list-accounts.ts";
import { form, goTo, operatorPage } from "../dashboard/page.ts";
import { accountsPath } from "../dashboard/places.ts";
import { pagedWithin } from "../parts/pager.tsx";
import { accountPage } from "./account.tsx";
import { accountAuditPage } from "./audit.tsx";
import { filtersOf, listQuery } from "./filters.tsx";
import { AccountsView, type Opened } from "./list-view.tsx";

const front = operatorPage({
  path: "/admin",
  operationId: "showInstallation",
  summary: "Leads to the accounts of the installation",
  show: async () => goTo(accountsPath()),
});

const listPage = operatorPage({
  path: "/admin/accounts",
  operationId: "showAccounts",
  summary: "The accounts of the installation",
  show: async (ctx, { form: state, query }) => {
    const plans = await listPlans(ctx);
    const filters = filtersOf(query, plans);
    const page = await listAccounts(ctx, { ...listQuery(filters), ...pagedWithin(query) });
    return {
      title: "Accounts",
      body: <AccountsView {...{ ctx, form: state, plans, filters, page }} />,
    };
  },
  forms: [
    form({
      path: "",
      operationId: "submitNewAccount",
      summary: "Open an account, with a first API key",
      run: async (ctx: PersonCtx, { fields }) => {
        const credits = fields.given("build_credits");
        const account = await createAccount(ctx, {
          name: fields.text("name"),
          email: fields.text("email").trim(),
          plan: fields.text("plan"),
          build_credits: credits === undefined ? null : Number(credits),
        });
        const made = await createApiKeyFor(ctx, account.id, { name: "First key" });
        return { made: { account, ...made } satisfies Opened };
      },
    }),
  ],
});

export const adminAccountPages = [...front, ...listPage, ...accountPage, ...accountAuditPage];
