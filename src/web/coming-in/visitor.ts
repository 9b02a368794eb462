// Who comes to a page of the door, and where it leads them.
import type { Ctx, Person } from "../../domain/context.ts";
import { authenticatePerson } from "../../domain/people/authenticate-person.ts";
import type { At } from "../../identity/at.ts";
import { sessionToken } from "../../identity/cookie.ts";
import { ownPath } from "../../identity/own-path.ts";
import type { FormState } from "../dashboard/form-state.ts";

/**
 * Forms of the door that one network address may post in a minute. The verbs count tries, which cost a hash or a mail, more
 * narrowly.
 */
export const DOOR_RATE = { name: "door-forms", limit: 60 } as const;

/** Whoever is signed in where the request comes from; null for nobody. */
export async function personAt(ctx: Ctx, at: At): Promise<Person | null> {
  const token = sessionToken(at, ctx.signIn.secret);
  return token === null ? null : authenticatePerson(ctx, token);
}

/** What the page's address said as `name` or, once its form was posted, the form: "" for nothing. */
export function carried(
  { query, form }: { query: Record<string, string>; form: FormState },
  name: string,
): string {
  return form.posted === null ? (query[name] ?? "") : form.fields.text(name);
}

/** The page of ours to which somebody goes on, as the page's address or its form says. */
export function nextOf(input: { query: Record<string, string>; form: FormState }): string {
  return ownPath(carried(input, "next"));
}

/** The path of a page of the door which goes on to `next`. */
export function withNext(path: string, next: string): string {
  return next === "/dashboard" ? path : `${path}?next=${encodeURIComponent(next)}`;
}
