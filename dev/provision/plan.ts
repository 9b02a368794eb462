// Decides what must be made in the Cloudflare account before the Worker can be deployed, from the bindings of
// wrangler.toml and what exists. Pure; nothing that exists is ever changed or replaced.
import type { SecretName } from "../secrets.ts";

/** The resources that the Worker needs. */
export interface Wanted {
  databases: { binding: string; name: string; id: string }[];
  buckets: string[];
  queues: string[];
  secrets: SecretName[];
}

/** The resources that the account has. */
export interface Found {
  databases: { name: string; id: string }[];
  buckets: string[];
  queues: string[];
  secrets: string[];
}

export type Step =
  | { do: "create-database"; binding: string; name: string }
  /** Writes the id into wrangler.toml. */
  | { do: "note-database"; binding: string; id: string }
  | { do: "create-bucket"; name: string }
  | { do: "create-queue"; name: string }
  | { do: "set-secrets"; names: SecretName[] };

/** Returns the steps that make the missing resources. */
export function plan(wanted: Wanted, found: Found): Step[] {
  const databases = wanted.databases.flatMap(({ binding, name, id }): Step[] => {
    const there = found.databases.find((each) => each.name === name);
    if (!there) return [{ do: "create-database", binding, name }];
    return there.id === id ? [] : [{ do: "note-database", binding, id: there.id }];
  });
  const missing = (names: string[], there: string[]) =>
    [...new Set(names)].filter((name) => !there.includes(name));
  const secrets = wanted.secrets.filter((name) => !found.secrets.includes(name));
  return [
    ...databases,
    ...missing(wanted.buckets, found.buckets).map((name): Step => ({ do: "create-bucket", name })),
    ...missing(wanted.queues, found.queues).map((name): Step => ({ do: "create-queue", name })),
    ...(secrets.length > 0 ? [{ do: "set-secrets", names: secrets } as const] : []),
  ];
}

/**
 * wrangler.toml with another database_id for one binding; the rest of the text stays as it is.
 * @throws when it holds no such binding with an id
 */
export function noteDatabaseId(toml: string, binding: string, id: string): string {
  // A table begins at a line with a bracket and ends before the next one.
  const tables = toml.split(/^(?=\[)/m);
  const index = tables.findIndex(
    (table) =>
      table.startsWith("[[d1_databases]]") &&
      new RegExp(`^binding\\s*=\\s*"${binding}"`, "m").test(table) &&
      /^database_id\s*=/m.test(table),
  );
  const table = tables[index];
  if (table === undefined) throw new Error(`wrangler.toml has no database_id for ${binding}.`);
  tables[index] = table.replace(/^(database_id\s*=\s*)"[^"]*"/m, `$1"${id}"`);
  return tables.join("");
}
