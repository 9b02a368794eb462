// Reads what a request's URL says. A path or query that is not percent-encoded UTF-8 (RFC 3986 section 2.1) is refused
// instead of being taken as it stands: `%zz` would be a name that nobody meant.
import type { core } from "zod";
import { refuse } from "../kit/refusal.ts";

/** Refuses `malformed` for a path in which a percent sign does not begin a character. */
export function requireEncodedPath(url: string): void {
  if (decoded(new URL(url).pathname) === null) refuse(malformed("path"));
}

/**
 * Returns the parameters of the query. Refuses `malformed` if it is not percent-encoded, and `invalid` for a parameter
 * that is given twice: nobody can know which one was meant.
 */
export function readQuery(url: string): Record<string, string> {
  const pairs = new URL(url).search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "");
  const read = pairs.map((pair) => {
    const [name = "", ...value] = pair.replaceAll("+", " ").split("=");
    return [decoded(name), decoded(value.join("="))] as const;
  });
  const query = new Map<string, string>();
  const issues: core.$ZodIssue[] = [];
  for (const [name, value] of read) {
    if (name === null || value === null) return refuse(malformed("query"));
    if (query.has(name)) issues.push(issueOf(name, "must be given once"));
    query.set(name, value);
  }
  if (issues.length > 0) refuse({ code: "invalid", issues });
  return Object.fromEntries(query);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function malformed(part: "path" | "query") {
  const message = `The ${part} is not percent-encoded UTF-8: a percent sign begins no character.`;
  return { code: "malformed", message } as const;
}

function issueOf(name: string, message: string): core.$ZodIssue {
  return { code: "custom", path: [name], message, input: undefined };
}
