// The screens by which people come in, and of their sign-in and security.
import { PASSWORD } from "../seed-people.ts";
import { sends, type Screen } from "../screen.ts";

const door = (name: string, path: string, more: Partial<Screen> = {}): Screen => ({
  name,
  path: () => `/dashboard${path}`,
  role: "visitor",
  ...more,
});

/** The page of somebody's sign-in. The button that adds a passkey is there by a script. */
function security(name: string, role: "owner" | "colleague" | "newcomer", opens?: string): Screen {
  const path = () => "/dashboard/security";
  return { name, path, role, needsScript: true, ...(opens === undefined ? {} : { opens }) };
}

export const screens: Screen[] = [
  // The passkey's button is there by a script.
  door("sign-in", "/sign-in", { needsScript: true }),
  door("sign-in-failed", "/sign-in?failed=not_invited", { needsScript: true }),
  door("second-factor", "/sign-in/second"),
  door("second-factor-backup", "/sign-in/second", { opens: "summary" }),
  door("sign-up", "/sign-up"),
  door("verify", "/verify?token=x"),
  door("verify-again", "/verify"),
  door("forgot", "/forgot"),
  door("reset", "/reset?token=x"),
  door("reset-ended", "/reset"),
  door("setup", "/setup"),
  { name: "invite", path: ({ invitation }) => invitation, role: "visitor" },
  { name: "invite-other", path: ({ invitation }) => invitation },
  door("invite-ended", "/invite/none", { status: 404 }),
  { name: "accounts", path: () => "/dashboard?choose" },
  security("security", "colleague"),
  security("security-without", "owner"),
  security("security-end", "owner", "button[commandfor='end-others']"),
  security("security-password", "colleague", "button[commandfor='password']"),
  security("security-codes", "colleague", "button[commandfor='codes']"),
  security("security-factor-off", "colleague", "button[commandfor='factor-off']"),
  security("security-passkey", "colleague", "button[commandfor='add-passkey']"),
  security("security-passkey-remove", "colleague", "button[commandfor^='passkey-']"),
  security("security-delete", "colleague", "button[commandfor='delete']"),
  door("sign-in-refused", "/sign-in", {
    does: sends("form[action$='sign-in']", { email: "hana@example.com", password: "not the one" }),
    status: 422,
    needsScript: true,
  }),
  door("second-factor-refused", "/sign-in", {
    does: async (page) => {
      await sends("form[action$='sign-in']", { email: "hana@example.com", password: PASSWORD })(
        page,
      );
      await sends("form[action$='second']", { code: "000000" })(page);
    },
    status: 422,
  }),
  door("forgot-sent", "/forgot", { does: sends("form", { email: "hana@example.com" }) }),
  door("verify-ended", "/verify?token=x", { does: sends("form"), status: 422 }),
  door("verify-sent", "/verify", { does: sends("form", { email: "hana@example.com" }) }),
  door("reset-refused", "/reset?token=x", {
    does: sends("form", { password: "short" }),
    status: 422,
  }),
  door("setup-refused", "/setup?token=x", {
    does: sends("form", { name: "", email: "ana", password: "short" }),
    status: 422,
  }),
  {
    name: "invite-refused",
    path: ({ invitation }) => invitation,
    role: "visitor",
    does: sends("form", { name: "", password: "short" }),
    status: 422,
  },
  {
    ...security("security-set-up", "newcomer", "button[commandfor='factor']"),
    does: sends("#factor form", { password: PASSWORD }),
  },
  {
    ...security("security-set-up-refused", "newcomer", "button[commandfor='factor']"),
    does: async (page) => {
      await sends("#factor form", { password: PASSWORD })(page);
      await sends("form[action$='/confirm']", { code: "000000" })(page);
    },
    status: 422,
  },
  {
    ...security("security-factor-refused", "newcomer", "button[commandfor='factor']"),
    does: sends("#factor form", { password: "not the one" }),
    status: 422,
  },
  {
    ...security("security-new-codes", "colleague", "button[commandfor='codes']"),
    does: sends("#codes form", { password: PASSWORD }),
  },
  {
    ...security("security-password-refused", "colleague", "button[commandfor='password']"),
    does: sends("#password form", { current: "not the one", password: "short" }),
    status: 422,
  },
  {
    ...security("security-delete-refused", "colleague", "button[commandfor='delete']"),
    does: sends("#delete form", { email: "another@example.com" }),
    status: 422,
  },
];
