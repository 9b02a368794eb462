// What a page answers: its document, a part of it alone, what comes of a form that was posted, and for who is not signed in
// the way to where they can.
import type { Context } from "hono";
import type { z } from "@hono/zod-openapi";
import { orSuspended } from "../../domain/accounts/suspension.ts";
import type { Ctx, Person, Principal } from "../../domain/context.ts";
import type { HttpEnv } from "../../http/env.ts";
import type { Input } from "../../http/operation.ts";
import { RefusalError } from "../../kit/refusal.ts";
import { flashCookie } from "./cookies.ts";
import { documentResponse } from "./document.tsx";
import { NO_FIELDS, readFields } from "./fields.ts";
import { refused, UNTOUCHED } from "./form-state.ts";
import { runOnce } from "./once.ts";
import type { Declared, Form, Posted, Seen } from "./page.ts";
import { partResponse } from "./part.tsx";
import { sideFacts } from "./side-facts.ts";

/** A refused form, with what shows its page again. */
class FormRefused extends RefusalError {
  readonly show: () => Promise<Response>;

  constructor(refusal: RefusalError["refusal"], show: () => Promise<Response>) {
    super(refusal);
    this.show = show;
  }
}

/** Refusals that no form can do anything about: they have pages of their own. */
const PAGES_OF_THEIR_OWN: ReadonlySet<string> = new Set([
  "unauthenticated",
  "forbidden",
  "account_suspended",
  "not_found",
  "method_not_allowed",
]);

type PageCtx = Ctx & { principal?: Principal; person?: Person };

/** Answers a GET: with the page, or with the part of it that `?part=` names. */
export async function get<C extends PageCtx, Params extends z.ZodObject>(
  page: Declared<C, Params>,
  ctx: C,
  input: Input<z.output<Params>>,
): Promise<Response> {
  const seen = { ...input, form: UNTOUCHED };
  const name = input.query["part"] ?? "";
  const part = Object.hasOwn(page.parts ?? {}, name) ? page.parts?.[name] : undefined;
  if (part) return partResponse(input.request, await part(ctx, seen));
  return responseOf(page, ctx, seen);
}

/** Runs a form. */
export async function post<C extends PageCtx, Params extends z.ZodObject>(
  page: Declared<C, Params>,
  each: Form<C>,
  ctx: C,
  input: Input<unknown>,
): Promise<Response> {
  let fields = NO_FIELDS;
  // The form's path begins with its page's: its parameters are among the form's.
  const ofPage = input as Input<z.output<Params>>;
  try {
    fields = await readFields(input.request, each.upload);
    const posted = fields;
    // A refusal, which frees the form's id, and no fault.
    const run = async () =>
      orSuspended(
        ctx,
        ctx.principal?.accountId ?? 0,
        each.run(ctx, { ...input, fields: posted } as Posted<never>),
      );
    const outcome = await runOnce(
      ctx,
      { request: input.request, page: pageOf(input.request, each.path) },
      fields,
      run,
    );
    if (outcome instanceof Response) return outcome;
    if ("again" in outcome) {
      const state = { ...UNTOUCHED, posted: each.path, fields: outcome.again };
      return await responseOf(page, ctx, { ...ofPage, form: state });
    }
    if ("made" in outcome) {
      const state = { ...UNTOUCHED, posted: each.path, made: outcome.made };
      return await responseOf(page, ctx, { ...ofPage, form: state });
    }
    return goTo(outcome.to, [
      ...(outcome.cookies ?? []),
      ...(outcome.says === undefined ? [] : [flashCookie(outcome.says)]),
    ]);
  } catch (error) {
    if (!(error instanceof RefusalError) || PAGES_OF_THEIR_OWN.has(error.refusal.code)) throw error;
    const { form: state, status, headers } = refused(each.path, fields, error.refusal);
    throw new FormRefused(error.refusal, async () =>
      responseOf(page, ctx, { ...ofPage, form: state }, { status, headers }),
    );
  }
}

/** The path of the page whose form was posted: as many segments less as the form's own path has. */
function pageOf(request: Request, formPath: string): string {
  const own = formPath.split("/").length - 1;
  const segments = new URL(request.url).pathname.split("/");
  return segments.slice(0, segments.length - own).join("/");
}

async function responseOf<C extends PageCtx, Params extends z.ZodObject>(
  page: Declared<C, Params>,
  ctx: C,
  input: Seen<z.output<Params>>,
  over: { status?: number; headers?: Record<string, string> } = {},
): Promise<Response> {
  const { principal } = ctx;
  // Looked up while the page is put together, since every page of an account shows it.
  const [view, side] = await Promise.all([
    page.show(ctx, input),
    principal ? sideFacts({ ...ctx, principal }) : null,
  ]);
  if (view instanceof Response) return view;
  return documentResponse(input.request, {
    ...view,
    ...over,
    headers: { ...view.headers, ...over.headers },
    ...(side ? { side } : {}),
  });
}

/** Answers with the page of a refused form, and leads who is not signed in to where they can. */
export async function led(
  c: Context<HttpEnv>,
  handle: (c: Context<HttpEnv>) => Promise<Response>,
): Promise<Response> {
  try {
    return await handle(c);
  } catch (error) {
    if (error instanceof FormRefused) return error.show();
    if (error instanceof RefusalError && error.refusal.code === "unauthenticated") {
      const { pathname, search } = new URL(c.req.url);
      const next = c.req.method === "GET" ? `?next=${encodeURIComponent(pathname + search)}` : "";
      return goTo(`/dashboard/sign-in${next}`);
    }
    throw error;
  }
}

/** Leads the browser to a path of ours, by GET. */
export function goTo(path: string, cookies: readonly string[] = []): Response {
  const answer = new Response(null, {
    status: 303,
    headers: { location: path, "cache-control": "no-store" },
  });
  for (const each of cookies) answer.headers.append("set-cookie", each);
  return answer;
}
