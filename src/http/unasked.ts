// Refuses what an operation does not ask for: a query or the fields of a body where it takes none.
import { z } from "zod";
import { parse, Unreadable } from "../kit/parse.ts";
import { readJson } from "./body.ts";
import type { Access } from "./operation.ts";

/**
 * Whose requests may have parameters, and bodies, that the operation does not ask for: links are passed on by programs
 * that append parameters of their own, and installations may say more than we know.
 */
export const MAY_HAVE_MORE: ReadonlySet<Access> = new Set(["anyone", "person"]);

const NOTHING = z.strictObject({});

/**
 * Refuses `invalid` for what an operation does not look at: a query or body where it takes none. What was meant by it
 * (`?dry_run=true`, `{"scheduled_at": ...}`) would not be done. What is unknown beside other things is the verb's to refuse.
 */
export async function refuseUnasked(
  docs: { method: string; query?: unknown; body?: unknown; rawBody?: unknown },
  request: Request,
  query: Record<string, string>,
): Promise<void> {
  if (!docs.query) parse(NOTHING, query);
  if (docs.body !== undefined || docs.rawBody !== undefined || docs.method === "get") return;
  const { value } = await readJson(request);
  // Clients that have nothing to say also write null, and an empty list where their language knows no other.
  const saysNothing = value === null || (Array.isArray(value) && value.length === 0);
  // One that is no JSON would be refused after what the path names, which only the verb finds.
  if (!saysNothing && !(value instanceof Unreadable)) parse(NOTHING, value);
}
