// How pages of the dashboard are declared: what a page shows, and the forms that post to it. A refused form shows its page
// again, with what was typed and what is wrong at each field; one that did its work leads on.
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AccountCtx, Ctx, Person, PersonCtx } from "../../domain/context.ts";
import { requireActive } from "../../domain/accounts/suspension.ts";
import { authenticateMember, authenticatePerson } from "../../domain/people/authenticate-person.ts";
import type { Right, Role } from "../../domain/people/roles.ts";
import { sessionToken } from "../../identity/cookie.ts";
import { sha256Hex } from "../../kit/crypto.ts";
import { refuse, type Thing } from "../../kit/refusal.ts";
import { countRequest, requireRight, type Rate } from "../../http/authenticate.ts";
import type { HttpEnv } from "../../http/env.ts";
import {
  countByAccount,
  countByAddress,
  operation,
  type Input,
  type Operation,
} from "../../http/operation.ts";
import { admit as admitCounted } from "../../http/quota.ts";
import { requireSameOrigin } from "../../http/same-origin.ts";
import { accountCookie, accountOf } from "./cookies.ts";
import type { Document } from "./document.tsx";
import type { Fields } from "./fields.ts";
import type { FormState } from "./form-state.ts";
import type { Part } from "./part.tsx";
import { get, led, post } from "./run-page.ts";

export { goTo } from "./run-page.ts";

/** A member who looks at a page of an account, and their role there. */
export type Looker = AccountCtx & { person: Person; role: Role };

/** The context of pages of an account. */
export type MemberCtx = Looker & {
  /** Counts the request among the account's, as the API does with what costs much. Refuses `rate_limited`. */
  count: (rate: Rate) => Promise<void>;
};

export type Seen<Params> = Input<Params> & { form: FormState };
export type Posted<Params> = Input<Params> & { fields: Fields };

/**
 * What comes of a form: the page that it leads to, what the page itself shows once, the page with these fields in the form
 * (after a button that changes what there is to fill in), or another answer.
 */
export type Outcome =
  | { to: string; says?: string; cookies?: readonly string[] }
  | { made: unknown }
  | { again: Fields }
  | Response;

interface Described<Params extends z.ZodObject> {
  /** Below /dashboard, in the notation of OpenAPI. */
  path: string;
  operationId: string;
  summary: string;
  params?: { schema: Params; thing: Thing };
  /** Requests a minute from one network address. */
  rate?: Rate;
}

/** A form of a page. */
export interface Form<C> {
  /** Below the page's path, in the notation of OpenAPI: "" or "/{key}/end". */
  path: string;
  operationId: string;
  summary: string;
  params?: { schema: z.ZodObject; thing: Thing };
  may?: Right;
  rate?: Rate;
  /** The largest file that it takes, bytes; that of an icon by default. */
  upload?: number;
  run(ctx: C, input: Posted<never>): Promise<Outcome>;
}

/** Declares a form whose path has these parameters: those of its page, and its own. */
export function form<C, Params extends z.ZodObject>(
  declared: Omit<Form<C>, "run" | "params"> & {
    params?: { schema: Params; thing: Thing };
    run: (ctx: C, input: Posted<z.output<Params>>) => Promise<Outcome>;
  },
): Form<C> {
  return declared;
}

/** A number in a path, as ids are. What is none is not found. */
export const Id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** What a page answers with: its document, with the frame around it (shell.tsx, door.tsx). */
export type View = Document;

export interface Declared<C, Params extends z.ZodObject> extends Described<Params> {
  show: (ctx: C, input: Seen<z.output<Params>>) => Promise<View | Response>;
  forms?: readonly Form<C>[];
  /** Parts that move, by the names by which `?part=` asks for them (part.tsx). */
  parts?: Readonly<Record<string, (ctx: C, input: Seen<z.output<Params>>) => Promise<Part>>>;
}

/** A page for whoever comes. */
export function visitorPage<Params extends z.ZodObject>(page: Declared<Ctx, Params>): Operation[] {
  return operationsOf(page, async (c) => c.env.connection.open("primary"));
}

/** A page for whoever is signed in. */
export function personPage<Params extends z.ZodObject>(
  page: Declared<PersonCtx, Params>,
): Operation[] {
  return operationsOf(page, personOf);
}

/** An operation of a page of the installation. */
export interface OperatorOperation extends Operation {
  forOperators: true;
}

/** A page of the installation, for operators. To everybody else there is none. */
export function operatorPage<Params extends z.ZodObject>(
  page: Declared<PersonCtx, Params>,
): OperatorOperation[] {
  const operations = operationsOf(page, async (c) => {
    const ctx = await personOf(c);
    return ctx.person.isOperator ? ctx : refuse({ code: "not_found", what: "route" });
  });
  return operations.map((each) => ({ ...each, forOperators: true }));
}

/** The context of whoever is signed in. Refuses `unauthenticated`, `rate_limited`. */
async function personOf(c: Context<HttpEnv>): Promise<PersonCtx> {
  const ctx = c.env.connection.open("primary");
  const token = tokenOf(c, ctx);
  const person = token && (await counted(c, token, authenticatePerson(ctx, token)));
  return { ...ctx, person: person || refuse({ code: "unauthenticated" }) };
}

/** An operation of an account's page, with the right that it takes. */
export interface MemberOperation extends Operation {
  may: Right;
}

/** A page of the account that the path names as {account}, for members whose role gives `may`. To others there is none. */
export function memberPage<Params extends z.ZodObject>(
  page: Declared<MemberCtx, Params> & { may: Right },
): MemberOperation[] {
  const operations = operationsOf(page, async (c, may = page.may) => {
    const ctx = c.env.connection.open("primary");
    const token = tokenOf(c, ctx);
    const id = Id.safeParse(c.req.param("account"));
    const found = token && (await counted(c, token, authenticateMember(ctx, token, id.data ?? 0)));
    if (!found) return refuse({ code: "unauthenticated" });
    if (found === "stranger" || found.by.kind !== "person") {
      return refuse({ code: "not_found", what: "account" });
    }
    const { person, role, visit } = found.by;
    if (visit && c.req.method !== "GET" && c.req.method !== "HEAD") {
      refuse({ code: "forbidden", message: ONLY_LOOKS });
    }
    c.set("accountId", found.accountId);
    c.set("isVisit", visit !== undefined);
    // Operators look at suspended accounts too.
    if (!visit) requireActive(found.account);
    requireRight(found, may);
    return {
      ...ctx,
      principal: found,
      person,
      role,
      count: async (rate) => countByAccount(c, rate),
    };
  });
  const rights = [page.may, ...(page.forms ?? []).map(({ may = page.may }) => may)];
  return operations.map((each, index) => ({
    ...each,
    may: rights[index] ?? page.may,
    handle: async (c) => remembered(c, each.handle),
  }));
}

/** What an operator who visits an account is told of its forms, also of those that any viewer may send. */
const ONLY_LOOKS = "You look at this account as an operator, and can change nothing in it.";

/** Has the browser remember which account its person looked at, for the next time that they come; not one that they visit. */
async function remembered(
  c: Context<HttpEnv>,
  handle: (c: Context<HttpEnv>) => Promise<Response>,
): Promise<Response> {
  const answer = await handle(c);
  const { accountId, isVisit } = c.var;
  if (answer.ok && !isVisit && accountId !== 0 && accountOf(c.req.raw) !== accountId) {
    answer.headers.append("set-cookie", accountCookie(accountId));
  }
  return answer;
}

/**
 * Requests a minute of one session, pages, pictures and moving parts together: a person with a dozen pages in view that ask
 * each second, who opens a list with its pictures now and then.
 */
const SESSION_RATE = { name: "dashboard", limit: 1200 };

/** What `found` finds by the session's token, while the request is counted. Refuses `rate_limited`. */
async function counted<Found>(
  c: Context<HttpEnv>,
  token: string,
  found: Promise<Found>,
): Promise<Found> {
  const hit = countRequest(c.env.connection.rateLimiter, SESSION_RATE, await sha256Hex(token));
  const [who, ofSession] = await Promise.all([found, hit]);
  admitCounted(c.var.quotas, ofSession);
  return who;
}

const originOf = (c: Context<HttpEnv>) => c.env.connection.publicUrl || new URL(c.req.url).origin;

/** The token of the session that the request has; null for none. */
const tokenOf = (c: Context<HttpEnv>, ctx: Ctx) =>
  sessionToken({ origin: originOf(c), request: c.req.raw }, ctx.signIn.secret);

/** The operations of a page: its GET, and one for each form. */
function operationsOf<C extends Ctx, Params extends z.ZodObject>(
  page: Declared<C, Params>,
  admit: (c: Context<HttpEnv>, may?: Right) => Promise<C>,
): Operation[] {
  const common = { tag: "Pages", success: { status: 200, description: "The page." } } as const;
  const { path, operationId, summary, params, forms = [] } = page;
  const shown = operation<C, Params, z.ZodType>(
    "person",
    null,
    {
      ...common,
      method: "get",
      path,
      operationId,
      summary,
      ...(params ? { params } : {}),
      run: async (ctx, input) => get(page, ctx, input),
    },
    async (c) => {
      await countByAddress(c, page.rate);
      return admit(c);
    },
  );
  const posted = forms.map((each) => {
    const ofForm = each.params ?? params;
    return operation<C, z.ZodObject, z.ZodType>(
      "person",
      null,
      {
        ...common,
        method: "post",
        path: path + each.path,
        operationId: each.operationId,
        summary: each.summary,
        ...(ofForm ? { params: ofForm } : {}),
        run: async (ctx, input) => post(page, each, ctx, input),
      },
      async (c) => {
        requireSameOrigin(c.req.raw, originOf(c));
        await countByAddress(c, each.rate);
        return admit(c, each.may);
      },
    );
  });
  return [shown, ...posted].map((each) => ({ ...each, handle: async (c) => led(c, each.handle) }));
}
