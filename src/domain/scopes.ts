// The scopes of an API key.
import { z } from "zod";

export const Scope = z.enum([
  "account:read",
  "account:write",
  "apps:read",
  "apps:write",
  "builds:read",
  "builds:write",
  "push:read",
  "push:write",
  "*",
]);
export type Scope = z.infer<typeof Scope>;

/** Whether the scopes `held` include `needed`; `*` includes every scope. */
export function allows(held: readonly Scope[], needed: Scope): boolean {
  return held.includes("*") || held.includes(needed);
}
