// Coming in: the draft of its pages, which have no design yet.
import { z } from "@hono/zod-openapi";
import { createApiKey, listApiKeys } from "../../domain/accounts/api-keys.ts";
import { publicOperation } from "../../http/operation.ts";
import { requireSameOrigin } from "../../http/same-origin.ts";
import { setUp } from "../../identity/new-user.ts";
import { signIn, signOut } from "../../identity/sign-in.ts";
import { confirmAddress, signUp } from "../../identity/sign-up.ts";
import { doorPage } from "../door.tsx";
import { memberOperation, personOperation } from "../person.ts";
import { readForm } from "./form.ts";

/** Tries of one network address to come in, a minute. */
const DOOR_RATE = { name: "door", limit: 20 } as const;

const page = { tag: "Pages", success: { status: 200, description: "A page." } } as const;
const Account = {
  schema: z.object({ account: z.coerce.number().int().positive() }),
  thing: "account",
} as const;

function goTo(path: string, cookies: readonly string[] = []): Response {
  const answer = new Response(null, {
    status: 303,
    headers: { location: path, "cache-control": "no-store" },
  });
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}

const posted = { ...page, method: "post", rate: DOOR_RATE } as const;

export const postSignUp = publicOperation({
  ...posted,
  path: "/sign-up",
  operationId: "signUp",
  summary: "Sign up",
  run: async (ctx, { request, origin }) => {
    requireSameOrigin(request, origin);
    await signUp(ctx, { origin, request }, await readForm(request));
    return doorPage({
      status: 200,
      title: "Look into your mail",
      text: "A link in it confirms your address.",
    });
  },
});

export const postSetUp = publicOperation({
  ...posted,
  path: "/setup",
  operationId: "setUp",
  summary: "Set up the installation",
  run: async (ctx, { request, origin }) => {
    requireSameOrigin(request, origin);
    const { cookies } = await setUp(ctx, { origin, request }, await readForm(request));
    return goTo("/me", cookies);
  },
});

export const confirmEmail = publicOperation({
  ...page,
  method: "get",
  path: "/verify-email",
  operationId: "confirmAddress",
  summary: "Confirm an address",
  rate: DOOR_RATE,
  run: async (ctx, { query, origin, request }) => {
    await confirmAddress(ctx, { origin, request }, query);
    return goTo("/sign-in");
  },
});

export const postSignIn = publicOperation({
  ...posted,
  path: "/sign-in",
  operationId: "signIn",
  summary: "Sign in",
  run: async (ctx, { request, origin }) => {
    requireSameOrigin(request, origin);
    const { cookies } = await signIn(ctx, { origin, request }, await readForm(request));
    return goTo("/me", cookies);
  },
});

export const postSignOut = personOperation({
  ...posted,
  path: "/sign-out",
  operationId: "signOut",
  summary: "Sign out",
  run: async (ctx, { request, origin }) => {
    const { cookies } = await signOut(ctx, { origin, request });
    return goTo("/sign-in", cookies);
  },
});

export const showMe = personOperation({
  ...page,
  method: "get",
  path: "/me",
  operationId: "showMe",
  summary: "Who is signed in",
  run: async ({ person }) => doorPage({ status: 200, title: person.name, text: person.email }),
});

export const showKeys = memberOperation({
  ...page,
  method: "get",
  path: "/accounts/{account}/api-keys",
  operationId: "showKeys",
  summary: "API keys",
  params: Account,
  scope: "account:read",
  run: async (ctx, { query }) => {
    const { total } = await listApiKeys(ctx, query);
    return doorPage({
      status: 200,
      title: "API keys",
      text: `${ctx.principal.account.name} has ${total}.`,
    });
  },
});

export const postKey = memberOperation({
  ...posted,
  path: "/accounts/{account}/api-keys",
  operationId: "postKey",
  summary: "Make an API key",
  params: Account,
  scope: "account:write",
  run: async (ctx, { request }) => {
    const { key } = await createApiKey(ctx, await readForm(request));
    return doorPage({ status: 200, title: "A new key", text: key });
  },
});
