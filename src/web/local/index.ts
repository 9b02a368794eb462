// The address that `npm start` prints: it signs whoever opens it in to the local stack's account. A deployment has none of it.
import type { Context } from "hono";
import { z } from "@hono/zod-openapi";
import type { HttpEnv } from "../../http/env.ts";
import { operation, type Operation } from "../../http/operation.ts";
import type { Surface } from "../../http/surface.ts";
import { signInLocally } from "../../identity/local-sign-in.ts";
import { refuse } from "../../kit/refusal.ts";
import { constantTimeEqual } from "../../kit/secret.ts";
import { faultPage, refusalPage } from "../dashboard/errors.tsx";
import { goTo } from "../dashboard/page.ts";
import { accountsPath } from "../dashboard/places.ts";

/** The hosts by which this machine names itself. */
const THIS_MACHINE: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Refuses `not_found` to who does not know the token that this start of the stack made, and comes from elsewhere. */
async function requireThisMachine(c: Context<HttpEnv>): Promise<void> {
  const { localSignIn } = c.env.connection;
  const { hostname } = new URL(c.req.url);
  const isKnown = await constantTimeEqual(c.req.param("token") ?? "", localSignIn ?? "");
  if (localSignIn === null || !isKnown || !THIS_MACHINE.has(hostname)) {
    refuse({ code: "not_found", what: "route" });
  }
}

const signInOperation: Operation = operation(
  "anyone",
  null,
  {
    method: "get",
    path: "/{token}/{account}/{role}",
    operationId: "signInLocally",
    summary: "Sign in to an account of the local stack",
    tag: "Pages",
    params: {
      schema: z.object({ token: z.string(), account: z.string(), role: z.string() }),
      thing: "route",
    },
    success: { status: 200, description: "Leads to the account's pages." },
    run: async (ctx, { params: { account, role }, request, origin }) => {
      const input = { account, role };
      const { cookies, accountId, isOperator } = await signInLocally(
        ctx,
        { origin, request },
        input,
      );
      return goTo(isOperator ? accountsPath() : `/dashboard/${accountId}`, cookies);
    },
  },
  async (c) => {
    await requireThisMachine(c);
    return c.env.connection.open("primary");
  },
);

export const localPages: Surface = {
  prefix: "/local",
  operations: [signInOperation],
  isThere: ({ localSignIn }) => localSignIn !== null,
  refusal: refusalPage,
  fault: faultPage,
};
