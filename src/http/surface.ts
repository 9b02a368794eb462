// A surface: a group of operations under one prefix with one form of errors. It answers every wrong method with 405 and
// Allow, and every unknown path with 404, before it checks any key.
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Next } from "hono";
import { refuse, RefusalError, type Refusal } from "../kit/refusal.ts";
import { json, type Answer } from "./answer.ts";
import { BOOKMARK_HEADER, isRead } from "./bookmark.ts";
import { reference } from "./openapi-plain.ts";
import { describe, type ErrorDocs } from "./openapi.ts";
import { requireEncodedPath } from "./query.ts";
import type { Connection, HttpEnv } from "./env.ts";
import type { Operation } from "./operation.ts";
import { quotaHeaders } from "./quota.ts";

export interface Surface {
  /** With a slash at the beginning and none at the end: /api/v1. */
  prefix: string;
  operations: readonly Operation[];
  /** If present, and where it says no, nothing of the surface is there: its paths are unknown. */
  isThere?: (connection: Connection) => boolean;
  /** Makes the surface's answer to a refusal: JSON, or a page. */
  refusal: (refusal: Refusal, requestId: string, request: Request) => Answer | Response;
  /** Makes the surface's answer to a fault of ours, which reveals nothing internal. */
  fault: (requestId: string, request: Request) => Answer | Response;
  /** If present, the surface is described in the OpenAPI document. */
  errors?: ErrorDocs;
}

/** Adds `surface` to `app`. */
export function mount(app: OpenAPIHono<HttpEnv>, surface: Surface): void {
  const methods = new Map<string, string[]>();
  const guarded = (handle: (c: Context<HttpEnv>) => Promise<Response>) => {
    return async (c: Context<HttpEnv>, next: Next): Promise<Response | void> =>
      surface.isThere?.(c.env.connection) === false
        ? next()
        : finish(c, await attempt(c, surface, handle));
  };

  for (const operation of surface.operations) {
    const path = surface.prefix + operation.docs.path;
    const pattern = path.replaceAll(/\{(\w+)\}/g, ":$1");
    const method = operation.docs.method.toUpperCase();
    methods.set(pattern, [...(methods.get(pattern) ?? []), method]);
    app.on(method, pattern, guarded(operation.handle));
  }
  for (const [pattern, allowed] of methods) {
    const allow = allowed.includes("GET") ? [...allowed, "HEAD"] : allowed;
    app.all(
      pattern,
      guarded(async () => refuse({ code: "method_not_allowed", allow })),
    );
  }
  for (const pattern of [surface.prefix, `${surface.prefix}/*`]) {
    app.all(
      pattern,
      guarded(async () => refuse({ code: "not_found", what: "route" })),
    );
  }
}

/** Describes the operations of `surface` in the OpenAPI document, if it has `errors`. */
export function describeSurface(registry: OpenAPIHono["openAPIRegistry"], surface: Surface): void {
  const { errors, prefix, operations } = surface;
  if (!errors) return;
  const { error, invalid } = errors;
  const refs = {
    error: reference(registry, error),
    invalid: invalid && reference(registry, invalid),
  };
  for (const operation of operations) {
    registry.registerPath(describe(operation, prefix + operation.docs.path, refs));
  }
}

async function attempt(
  c: Context<HttpEnv>,
  surface: Surface,
  handle: (c: Context<HttpEnv>) => Promise<Response>,
): Promise<Response> {
  try {
    requireEncodedPath(c.req.raw.url);
    return await handle(c);
  } catch (error) {
    const { requestId } = c.var;
    if (error instanceof RefusalError) {
      return sent(surface.refusal(error.refusal, requestId, c.req.raw));
    }
    c.env.connection.log.error("fault", error, { id: requestId });
    return sent(surface.fault(requestId, c.req.raw));
  }
}

function sent(answer: Answer | Response): Response {
  return answer instanceof Response ? answer : json(answer);
}

/**
 * Completes an answer with the headers set so far, those of the rate limits that the request was counted by and, after a
 * write, with the bookmark for reading it.
 */
function finish(c: Context<HttpEnv>, response: Response): Response {
  const answer = c.newResponse(response.body, response);
  for (const [name, value] of Object.entries(quotaHeaders(c.var.quotas))) {
    answer.headers.set(name, value);
  }
  const bookmark = c.env.connection.bookmark();
  if (!isRead(c.req.raw) && bookmark !== null && !answer.headers.has(BOOKMARK_HEADER)) {
    answer.headers.set(BOOKMARK_HEADER, bookmark);
  }
  return answer;
}
