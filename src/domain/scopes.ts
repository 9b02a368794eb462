// What an API key may do.
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

/** Whether `held` allows what `needed` asks; `*` allows everything. */
export function allows(held: readonly Scope[], needed: Scope): boolean {
  return held.includes("*") || held.includes(needed);
}
