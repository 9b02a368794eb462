// The screens by which people come in, and of their sign-in and security.
import type { Screen } from "../screen.ts";

const door = (name: string, path: string, more: Partial<Screen> = {}): Screen => ({
  name,
  path: () => `/dashboard${path}`,
  role: "visitor",
  ...more,
});

/** The page of somebody's sign-in. The button that adds a passkey is there by a script. */
function security(name: string, role: "owner" | "colleague", opens?: string): Screen {
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
];
