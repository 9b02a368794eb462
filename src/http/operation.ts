// One operation of an API: its name, who may call it, its input and output, and the verb behind it. The checks have this order:
// key (401), rate (429), suspended account (403), scope (403), bookmark (422), a well-formed path (404), the further limit
// (429), Idempotency-Key (422, 409), and then those of the verb (404; 413 and 400 for the body's form; 422, 409, 402, 503). A
// channel's id is checked before its key. Where no key is needed, the rate comes first, unless it is counted for an app: that
// is found before (404). Instead of a 401, and of a 404 or 403 that tells of a wrong guess, there is a 429 for an address that
// guessed too often (wrong-credentials.ts). A surface (surface.ts) mounts operations and describes them in the OpenAPI
// document.
import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { orSuspended, requireActive } from "../domain/accounts/suspension.ts";
import type { Scope } from "../domain/scopes.ts";
import type { Builder } from "../domain/builds/builders.ts";
import type { AccountCtx, Ctx, From } from "../domain/context.ts";
import type { App } from "../domain/apps/find-app.ts";
import type { Channel } from "../domain/channels/find-channel.ts";
import type { Subscriber } from "../domain/subscribers/find-subscriber.ts";
import { refuse, type Thing } from "../kit/refusal.ts";
import { json } from "./answer.ts";
import { NO_BODY, readJson } from "./body.ts";
import { requestedSession, requireBookmark } from "./bookmark.ts";
import {
  addressOf,
  countRequest,
  requireApp,
  requireBuilder,
  requireChannel,
  requireKey,
  requireOperator,
  requireScope,
  requireSubscriber,
  type Rate,
} from "./authenticate.ts";
import type { HttpEnv } from "./env.ts";
import { withIdempotency } from "./idempotency.ts";
import { readQuery } from "./query.ts";
import type { Documented } from "./documented.ts";
import { admit } from "./quota.ts";
import { MAY_HAVE_MORE, refuseUnasked } from "./unasked.ts";
import { boundGuesses } from "./wrong-credentials.ts";

export interface Input<Params> {
  params: Params;
  /** The unparsed query parameters: the verb parses them after it has found the resource. */
  query: Record<string, string>;
  /** The unparsed JSON body: `{}` if there is none, Unreadable if it is not JSON. */
  body: unknown;
  /** The request itself, for headers and bodies that are not JSON. */
  request: Request;
  /** The origin of the links that answers contain. */
  origin: string;
}

export type Access =
  | "person"
  | "key"
  | "operator"
  | "builder"
  | "app"
  | "subscriber"
  | "channel"
  | "anyone";

export interface Operation {
  access: Access;
  scope: Scope | null;
  docs: Documented<z.ZodObject, z.ZodType>;
  handle: (c: Context<HttpEnv>) => Promise<Response>;
}

export type Run<C, Params extends z.ZodObject, Output extends z.ZodType> = (
  ctx: C,
  input: Input<z.output<Params>>,
) => Promise<z.input<Output> | Response>;

/** An operation for holders of an API key with `scope`. */
export function keyOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & { scope: Scope; run: Run<AccountCtx, Params, Output> },
): Operation {
  return operation("key", docs.scope, docs, async (c) => {
    const ctx = c.env.connection.open(requestedSession(c.req.raw));
    const { principal, counted } = await requireKey(
      ctx,
      c.req.raw.headers.get("authorization"),
      c.env.connection.rateLimiter,
      docs.rate ?? docs.planRate,
    );
    c.set("accountId", principal.accountId);
    admit(c.var.quotas, counted);
    requireActive(principal.account);
    requireScope(principal, docs.scope);
    requireBookmark(c.req.raw);
    return { ...ctx, principal };
  });
}

/** An operation for operators. */
export function operatorOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & { run: Run<Ctx, Params, Output> },
): Operation {
  return operation("operator", null, docs, async (c) => {
    await requireOperator(c.env.connection.adminToken, c.req.raw.headers.get("authorization"));
    return c.env.connection.open("primary");
  });
}

/** An operation for builders. */
export function builderOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & { run: Run<Ctx & { builder: Builder }, Params, Output> },
): Operation {
  return operation("builder", null, docs, async (c) => {
    const ctx = c.env.connection.open("primary");
    return { ...ctx, builder: await requireBuilder(ctx, c.req.raw.headers.get("authorization")) };
  });
}

/**
 * An operation for an app's pages and devices, which send the app's public key. A device that has registered before can
 * send its token too: `device` is its subscriber in this app, or null without a token. Requests are counted by app and
 * network address.
 */
export function appOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & {
    run: Run<Ctx & { app: App; device: Subscriber | null }, Params, Output>;
  },
): Operation {
  return operation("app", null, docs, async (c) => {
    const ctx = c.env.connection.open(requestedSession(c.req.raw));
    const { headers } = c.req.raw;
    const found = await requireApp(ctx, headers.get("x-app-key"), headers.get("authorization"));
    await countByAddress(c, docs.rate, found.app.id);
    return { ...ctx, ...found };
  });
}

/** An operation for the device of one subscriber. Requests are counted by app and network address. */
export function subscriberOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & { run: Run<Ctx & { subscriber: Subscriber }, Params, Output> },
): Operation {
  return operation("subscriber", null, docs, async (c) => {
    const ctx = c.env.connection.open("primary");
    const subscriber = await requireSubscriber(ctx, c.req.raw.headers.get("authorization"));
    await countByAddress(c, docs.rate, subscriber.appId);
    return { ...ctx, subscriber };
  });
}

/** An operation for holders of the key of the channel in its path; requests are counted by channel. */
export function channelOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & {
    rate: Rate;
    run: Run<Ctx & { channel: Channel }, Params, Output>;
  },
): Operation {
  return operation("channel", null, docs, async (c) => {
    const ctx = c.env.connection.open(requestedSession(c.req.raw));
    const key = c.req.raw.headers.get("x-channel-api-key");
    const { channel, account } = await requireChannel(ctx, c.req.param("channelId") ?? "", key);
    c.set("accountId", channel.accountId);
    await count(c, docs.rate, channel.id);
    requireActive(account);
    return { ...ctx, channel };
  });
}

/** An operation that needs no authentication. Requests are counted by network address. */
export function publicOperation<Params extends z.ZodObject, Output extends z.ZodType>(
  docs: Documented<Params, Output> & { run: Run<Ctx, Params, Output> },
): Operation {
  return operation("anyone", null, docs, async (c) => {
    await countByAddress(c, docs.rate);
    return c.env.connection.open(requestedSession(c.req.raw));
  });
}

/**
 * An operation that needs no authentication, on something of an app or build that the path names. `find` looks that up,
 * refuses `not_found` if there is none, and answers the id of the app or build and whatever else it found; `run` gets all
 * of it. Requests are counted by that id and network address, those that name nothing as wrong credentials: so whoever
 * guesses uses up nothing of what others in the same network may ask for.
 */
export function publicAppOperation<
  Params extends z.ZodObject,
  Output extends z.ZodType,
  Found extends { appId: number } | { buildId: number },
>(
  docs: Documented<Params, Output> & {
    rate: Rate;
    find: (ctx: Ctx, params: z.output<Params>) => Promise<Found>;
    run: Run<Ctx & Found, Params, Output>;
  },
): Operation {
  return operation("anyone", null, docs, async (c) => {
    const ctx = c.env.connection.open(requestedSession(c.req.raw));
    const found = await docs.find(ctx, pathParams(docs, c.req.param()));
    await countByAddress(c, docs.rate, "appId" in found ? found.appId : found.buildId);
    return { ...ctx, ...found };
  });
}

/**
 * Counts a request by its network address; with `id`, apart from those to other apps or builds. Refuses `rate_limited`.
 */
export async function countByAddress(
  c: Context<HttpEnv>,
  rate: Rate | undefined,
  id?: number,
): Promise<void> {
  if (!rate) return;
  const address = addressOf(c.req.raw);
  await count(c, rate, id === undefined ? address : `${id}:${address}`);
}

/** Counts a request by its account; the others of the account count with it. Refuses `rate_limited`. */
export async function countByAccount(c: Context<HttpEnv>, rate: Rate): Promise<void> {
  await count(c, rate, String(c.var.accountId));
}

/** Counts a request of the given caller; the headers of its answer tell. Refuses `rate_limited`. */
async function count(c: Context<HttpEnv>, rate: Rate, caller: string): Promise<void> {
  admit(c.var.quotas, await countRequest(c.env.connection.rateLimiter, rate, caller));
}

/** Makes an operation of whoever `admit` lets in. */
export function operation<C extends Ctx, Params extends z.ZodObject, Output extends z.ZodType>(
  access: Access,
  scope: Scope | null,
  docs: Documented<Params, Output> & { run: Run<C, Params, Output> },
  admit: (c: Context<HttpEnv>) => Promise<C>,
): Operation {
  const handle = async (c: Context<HttpEnv>): Promise<Response> => {
    const ctx = { ...(await admit(c)), from: fromOf(c) };
    const params = pathParams(docs, c.req.param());
    const query = MAY_HAVE_MORE.has(access) ? c.req.query() : readQuery(c.req.raw.url);
    const { bytes, value } = docs.body ? await readJson(c.req.raw) : NO_BODY;
    if (!MAY_HAVE_MORE.has(access)) await refuseUnasked(docs, c.req.raw, query);
    if (docs.alsoLimited?.applies(value)) {
      await countByAccount(c, docs.alsoLimited.rate);
    }
    const input = {
      params,
      query,
      body: value,
      request: c.req.raw,
      origin: c.env.connection.publicUrl || new URL(c.req.url).origin,
    };
    const answer = async () => {
      const result = await orSuspended(ctx, c.var.accountId, docs.run(ctx, input));
      return result instanceof Response
        ? result
        : json({ status: docs.success.status, body: result });
    };
    if (!docs.idempotent || bytes === null) return answer();
    return withIdempotency(ctx, c.req.raw, c.var.accountId, bytes, docs.idempotent.secrets, answer);
  };
  return { access, scope, docs, handle: boundGuesses(access, handle) };
}

/** Longest User-Agent that is kept, characters: those of browsers have about 120. */
const MAX_AGENT = 200;

/** Where a request comes from, for the audit log. */
function fromOf(c: Context<HttpEnv>): From {
  const { headers } = c.req.raw;
  return {
    address: headers.get("cf-connecting-ip"),
    requestId: c.var.requestId,
    agent: headers.get("user-agent")?.slice(0, MAX_AGENT) ?? null,
  };
}

function pathParams<Params extends z.ZodObject>(
  docs: { params?: { schema: Params; thing: Thing } },
  raw: Record<string, string>,
): z.output<Params> {
  if (!docs.params) return {} as z.output<Params>;
  const result = docs.params.schema.safeParse(raw);
  return result.success ? result.data : refuse({ code: "not_found", what: docs.params.thing });
}
