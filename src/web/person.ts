// Operations of people who are signed in.
import type { z } from "@hono/zod-openapi";
import { authenticateMember, authenticatePerson } from "../domain/people/authenticate-person.ts";
import type { AccountCtx, Ctx, Person } from "../domain/context.ts";
import type { Scope } from "../domain/scopes.ts";
import { sessionToken } from "../identity/cookie.ts";
import { refuse } from "../kit/refusal.ts";
import { requireScope } from "../http/authenticate.ts";
import type { Documented } from "../http/documented.ts";
import { operation, type Operation, type Run } from "../http/operation.ts";
import { requireSameOrigin } from "../http/same-origin.ts";

/** An operation for whoever is signed in. */
export function personOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & { run: Run<Ctx & { person: Person }, Params, Output> },
): Operation {
  return operation("person", null, docs, async (c) => {
    const { connection } = c.env;
    const origin = connection.publicUrl || new URL(c.req.url).origin;
    requireSameOrigin(c.req.raw, origin);
    const ctx = connection.open("primary");
    const token = sessionToken({ origin, request: c.req.raw }, ctx.signIn.secret);
    const person = token === null ? null : await authenticatePerson(ctx, token);
    return { ...ctx, person: person ?? refuse({ code: "unauthenticated" }) };
  });
}

/**
 * An operation for members of the account that the path names as {account}, whose role has `scope`. To everybody else
 * there is no such account.
 */
export function memberOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & { scope: Scope; run: Run<AccountCtx, Params, Output> },
): Operation {
  return operation("person", docs.scope, docs, async (c) => {
    const { connection } = c.env;
    const origin = connection.publicUrl || new URL(c.req.url).origin;
    requireSameOrigin(c.req.raw, origin);
    const ctx = connection.open("primary");
    const token = sessionToken({ origin, request: c.req.raw }, ctx.signIn.secret);
    const id = Number(c.req.param("account"));
    const found = token === null ? null : await authenticateMember(ctx, token, id);
    if (found === null) return refuse({ code: "unauthenticated" });
    if (found === "stranger") return refuse({ code: "not_found", what: "account" });
    c.set("accountId", found.accountId);
    requireScope(found, docs.scope);
    return { ...ctx, principal: found };
  });
}
