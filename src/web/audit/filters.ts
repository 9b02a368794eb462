// By what the audit log is filtered: who did it, and the kind of thing.
import { KINDS } from "../../domain/audit/deeds.ts";

/** Who can be filtered by: a member, a key, all keys, or the operator. */
const WHO = /^(person:\w{1,64}|key:\d{1,16}|keys|operator)$/;

export interface Filters {
  who?: string;
  kind?: string;
}

/** What the form asks for; what it does not offer is not filtered by. */
export function filtersOf(query: Readonly<Record<string, string>>): Filters {
  const { who = "", kind = "" } = query;
  return {
    ...(WHO.test(who) ? { who } : {}),
    ...((KINDS as readonly string[]).includes(kind) ? { kind } : {}),
  };
}
