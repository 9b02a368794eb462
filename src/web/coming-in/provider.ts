// Signing in by GitHub and Google: leads there, and takes who comes back. Where they go on to waits in a cookie meanwhile.
import { z } from "@hono/zod-openapi";
import { finishProvider, startProvider, type ProviderEnd } from "../../identity/providers.ts";
import { ownPath } from "../../identity/own-path.ts";
import { refuse } from "../../kit/refusal.ts";
import { cookieOf } from "../dashboard/cookies.ts";
import { form, goTo, visitorPage } from "../dashboard/page.ts";
import { PAGE_RATE } from "../rate.ts";
import { signInView } from "./sign-in-view.tsx";
import { DOOR_RATE, nextOf, withNext } from "./visitor.ts";

const NEXT = "slipway_next";
/** As long as the sign-in there may take, s. */
const NEXT_S = 600;
const PATH = "/dashboard/auth";

const nextCookie = (next: string, maxAgeS: number) =>
  `${NEXT}=${encodeURIComponent(next)}; Path=${PATH}; Max-Age=${maxAgeS}; SameSite=Lax; HttpOnly`;

const Params = z.object({ provider: z.enum(["github", "google"]) });

export const providerPages = [
  ...visitorPage({
    path: "/auth/{provider}",
    operationId: "showProvider",
    summary: "Nothing: a form of the sign-in page leads to GitHub and Google",
    params: { schema: Params, thing: "route" },
    show: async (ctx, input) => {
      if (input.form.posted !== null) return signInView(ctx, input, nextOf(input));
      return refuse({ code: "method_not_allowed", allow: ["POST"] });
    },
    forms: [
      form({
        path: "",
        operationId: "startProvider",
        summary: "Go to GitHub or Google to sign in by it",
        params: { schema: Params, thing: "route" },
        rate: DOOR_RATE,
        run: async (ctx, { params, fields, request, origin }) => {
          const { cookies, to } = await startProvider(ctx, { request, origin }, params.provider);
          return { to, cookies: [...cookies, nextCookie(ownPath(fields.text("next")), NEXT_S)] };
        },
      }),
    ],
  }),
  ...visitorPage({
    path: "/auth/callback/{provider}",
    operationId: "finishProvider",
    summary: "Sign in by what GitHub or Google says",
    params: { schema: Params, thing: "route" },
    rate: PAGE_RATE,
    show: async (ctx, { params, request, origin }) => {
      const { cookies, end } = await finishProvider(ctx, { request, origin }, params.provider);
      const next = ownPath(cookieOf(request, NEXT));
      return goTo(afterwards(end, next), [...cookies, nextCookie("", 0)]);
    },
  }),
];

function afterwards(end: ProviderEnd, next: string): string {
  if (end === "signed_in") return next;
  if (end === "second") return withNext("/dashboard/sign-in/second", next);
  const failed = `failed=${end}`;
  const to = withNext("/dashboard/sign-in", next);
  return to.includes("?") ? `${to}&${failed}` : `${to}?${failed}`;
}
