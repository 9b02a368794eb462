// The screens of accounts and plans, for operators.
import { sends, sent, type Screen } from "../screen.ts";

const role = "operator";
const ACCOUNTS = "/dashboard/admin/accounts";

export const screens: Screen[] = [
  { name: "admin-accounts", role, path: () => ACCOUNTS },
  {
    name: "admin-accounts-menu",
    role,
    path: () => ACCOUNTS,
    opens: "td.act button",
  },
  { name: "admin-accounts-nothing", role, path: () => `${ACCOUNTS}?q=Nobody` },
  {
    name: "admin-account-new-refused",
    role,
    path: () => ACCOUNTS,
    opens: "button[commandfor='new-account']",
    does: sends("#new-account form", { name: "", email: "nobody", build_credits: "-1" }),
    status: 422,
  },
  { name: "admin-account", role, path: ({ account }) => `${ACCOUNTS}/${account}` },
  {
    name: "admin-account-suspend",
    role,
    path: ({ account }) => `${ACCOUNTS}/${account}`,
    opens: "button[commandfor='suspend']",
  },
  {
    name: "admin-account-suspended",
    role,
    path: ({ suspendedAccount }) => `${ACCOUNTS}/${suspendedAccount}`,
  },
  {
    name: "long-admin-account",
    role,
    path: ({ long }) => `${ACCOUNTS}/${long.account}`,
  },
  { name: "admin-account-audit", role, path: ({ account }) => `${ACCOUNTS}/${account}/audit` },
  { name: "admin-plans", role, path: () => "/dashboard/admin/plans" },
  {
    name: "admin-plan-new",
    role,
    path: () => "/dashboard/admin/plans",
    opens: "button[commandfor='new-plan']",
  },
  // The last one: the session's visit goes on.
  {
    name: "admin-visit",
    role,
    path: ({ emptyAccount }) => `${ACCOUNTS}/${emptyAccount}?do=visit`,
    does: async (page) => {
      const isBegun = (await page.locator("#visit form").count()) === 0;
      if (isBegun) await sent(page, page.locator("main a:text('Open it')"));
      else await sends("#visit form", { reason: "Question 4711" })(page);
    },
  },
];
