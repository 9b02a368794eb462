// The screens by which people come in, and of their sign-in and security.
import type { Screen } from "../screen.ts";

const door = (name: string, path: string, more: Partial<Screen> = {}): Screen => ({
  name,
  path: () => `/dashboard${path}`,
  role: "visitor",
  ...more,
});

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
  door("invite-ended", "/invite/none", { status: 404 }),
  { name: "accounts", path: () => "/dashboard?choose" },
  { name: "security", path: () => "/dashboard/security", needsScript: true },
  {
    name: "security-passkey",
    path: () => "/dashboard/security",
    opens: "button[commandfor='add-passkey']",
    needsScript: true,
  },
  {
    name: "security-delete",
    path: () => "/dashboard/security",
    opens: "button[commandfor='delete']",
    needsScript: true,
  },
];
