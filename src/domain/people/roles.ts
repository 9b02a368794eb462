// What members may do: one table of rights. The scopes of API keys are rights too, so that a page asks for the same as
// the operation that does the same; the others are people's alone.
import type { Scope } from "../scopes.ts";

/** Every role, from the one that may do everything to the one that only looks. */
export const ROLES = ["owner", "developer", "marketer", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const ALL: readonly Role[] = ROLES;
const SENDERS: readonly Role[] = ["owner", "developer", "marketer"];
const BUILDERS: readonly Role[] = ["owner", "developer"];
const OWNERS: readonly Role[] = ["owner"];

/** Something that a member may do, by their role. */
export type Right =
  | Exclude<Scope, "*">
  | "members:read"
  | "members:write"
  | "keys:read"
  | "keys:write"
  | "audit:read"
  | "account:delete"
  | "keystores:write"
  | "credentials:write"
  | "webhooks:write"
  | "channels:write";

/** Who has each right. What concerns the account itself (keys, members, its name, its end) is its owners' alone. */
export const ROLES_WITH: Readonly<Record<Right, readonly Role[]>> = {
  "account:read": ALL,
  "account:write": OWNERS,
  "account:delete": OWNERS,
  "members:read": ALL,
  "members:write": OWNERS,
  "keys:read": OWNERS,
  "keys:write": OWNERS,
  "audit:read": OWNERS,
  "apps:read": ALL,
  "apps:write": BUILDERS,
  "builds:read": ALL,
  "builds:write": BUILDERS,
  "keystores:write": BUILDERS,
  "credentials:write": BUILDERS,
  "webhooks:write": BUILDERS,
  "push:read": ALL,
  "push:write": SENDERS,
  "channels:write": SENDERS,
};

const SCOPES = [
  "account:read",
  "account:write",
  "apps:read",
  "apps:write",
  "builds:read",
  "builds:write",
  "push:read",
  "push:write",
] as const satisfies readonly (Right & Scope)[];

/** The scopes that somebody in this role has where a verb compares scopes. */
export function scopesOf(role: Role): readonly Scope[] {
  return role === "owner" ? ["*"] : SCOPES.filter((scope) => ROLES_WITH[scope].includes(role));
}

/** Whether somebody in this role has the right. */
export function hasRight(role: Role, right: Right): boolean {
  return ROLES_WITH[right].includes(role);
}
