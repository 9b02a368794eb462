// What members may do, as scopes: the same that API keys have, so that one check serves both.
import type { Role } from "../context.ts";
import type { Scope } from "../scopes.ts";

const READ: readonly Scope[] = ["account:read", "apps:read", "builds:read", "push:read"];

/** The scopes of each role. The account's own things (keys, members, deletion) are its owners' alone. */
export const SCOPES_OF: Readonly<Record<Role, readonly Scope[]>> = {
  owner: ["*"],
  developer: [...READ, "apps:write", "builds:write", "push:write"],
  marketer: [...READ, "push:write"],
  viewer: READ,
};

/** What a member can have the right to: what API keys can, and what is people's own. */
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

const OWNERS: readonly Role[] = ["owner"];
const DEVELOPERS: readonly Role[] = ["owner", "developer"];
const MARKETERS: readonly Role[] = ["owner", "developer", "marketer"];
const ALL: readonly Role[] = ["owner", "developer", "marketer", "viewer"];

/** Who has each right. */
const ROLES_WITH: Readonly<Record<Right, readonly Role[]>> = {
  "account:read": ALL,
  "account:write": OWNERS,
  "account:delete": OWNERS,
  "apps:read": ALL,
  "apps:write": DEVELOPERS,
  "builds:read": ALL,
  "builds:write": DEVELOPERS,
  "push:read": ALL,
  "push:write": MARKETERS,
  "members:read": ALL,
  "members:write": OWNERS,
  "keys:read": OWNERS,
  "keys:write": OWNERS,
  "audit:read": OWNERS,
  "keystores:write": DEVELOPERS,
  "credentials:write": DEVELOPERS,
  "webhooks:write": DEVELOPERS,
  "channels:write": MARKETERS,
};

/** Whether members of this role have the right. */
export const hasRight = (role: Role, right: Right): boolean => ROLES_WITH[right].includes(role);
