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
