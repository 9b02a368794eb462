// Describes an operation in OpenAPI 3.1, from the operation itself.
import { z, type RouteConfig } from "@hono/zod-openapi";
import { BOOKMARK_HEADER } from "./bookmark.ts";
import { bodySchema, contents } from "./openapi-files.ts";
import { plainHeaders } from "./openapi-plain.ts";
import { OF_KEY } from "./authenticate.ts";
import {
  Bookmark,
  Challenge,
  IdempotencyKey,
  Limits,
  NewBookmark,
  Replayed,
  RetryAfter,
} from "./openapi-headers.ts";
import type { Access, Operation } from "./operation.ts";
import { MAY_HAVE_MORE } from "./unasked.ts";

export interface ErrorDocs {
  /** The body of errors, and that of a 422; null where the surface answers invalid fields with a 400 like others. */
  error: z.ZodType;
  invalid: z.ZodType | null;
}

/** References to the same in the document's components. */
export interface ErrorRefs {
  error: { $ref: string };
  invalid: { $ref: string } | null;
}

const STATUS_TEXT: Record<number, string> = {
  400: "The request could not be parsed.",
  401: "The key or token is missing, unknown or expired.",
  403: "The key does not grant the right to do this, or its account is suspended.",
  404: "The resource does not exist or belongs to another account.",
  409: "The Idempotency-Key was used before with another request body, or the first request is still running.",
  413: "The request body is too large.",
  422: "Some fields are not valid.",
  429: "The rate limit of this minute is exceeded, or the address has sent too many wrong keys, tokens, ids or links in it.",
  500: "A fault of ours. The answer has the id of the request, and nothing internal; the request may be repeated.",
};

/** A 400 where the contract's API has no 422. */
const INVALID_400 = "The request could not be parsed, or some fields are not valid.";

/** What operations without a scope need. */
const NEEDS: Record<Access, string> = {
  person: "Needs somebody who is signed in.",
  key: "Needs an API key.",
  operator: "Needs the operators' token.",
  builder: "Needs a builder's token.",
  app: "Needs the app's public key.",
  subscriber: "Needs the token that the device got when it registered.",
  channel: "Needs the channel's key.",
  anyone: "Needs no key.",
};

/** What the plan decides, for the account as a whole and for each of its keys. */
const PLAN_LIMIT = {
  account: "An account may make as many requests a minute, with all its keys, as its plan allows.",
  key: "Each API key may make as many requests a minute as its account's plan allows.",
};

/** For whom the requests of an operation with its own limit are counted. */
const COUNTED_FOR: Record<Access, string> = {
  person: "person",
  key: "account",
  operator: "network address",
  builder: "builder",
  app: "app and network address",
  subscriber: "app and network address",
  channel: "channel",
  anyone: "app and network address",
};

const SECURITY = {
  person: "session",
  key: "apiKey",
  operator: "adminToken",
  builder: "builderToken",
  app: "appKey",
  subscriber: "subscriberToken",
  channel: "channelKey",
} as const;

/** Returns the entry of the OpenAPI document for `operation` at `path`. */
export function describe(operation: Operation, path: string, errors: ErrorRefs): RouteConfig {
  const { docs, access } = operation;
  return {
    method: docs.method,
    path,
    operationId: docs.operationId,
    summary: docs.summary,
    description: [docs.description, ...needs(operation)].filter(Boolean).join(" "),
    tags: [docs.tag],
    security: access === "anyone" ? [] : [{ [SECURITY[access]]: [] }],
    "x-scope": operation.scope,
    "x-rate-limit": limitsOf(operation),
    request: request(operation),
    responses: { ...successes(operation), ...refused(operation, errors) },
  };
}

function request(operation: Operation): NonNullable<RouteConfig["request"]> {
  const { docs } = operation;
  const headers = z.object({
    ...(docs.idempotent ? { "Idempotency-Key": IdempotencyKey } : {}),
    ...(takesBookmark(operation) ? { [BOOKMARK_HEADER]: Bookmark } : {}),
    ...docs.headers?.shape,
  });
  return {
    ...(docs.params ? { params: pathSchema(docs.path, docs.params.schema) } : {}),
    ...(docs.query ? { query: docs.query } : {}),
    ...(Object.keys(headers.shape).length > 0 ? { headers } : {}),
    ...(docs.body
      ? {
          body: {
            required: !docs.body.safeParse({}).success,
            content: {
              "application/json": {
                schema: docs.body,
                ...(docs.example === undefined ? {} : { example: docs.example }),
              },
            },
          },
        }
      : {}),
    ...(docs.rawBody
      ? {
          body: {
            required: true,
            content: Object.fromEntries(
              docs.rawBody.map((type) => [type, { schema: bodySchema(type) }]),
            ),
          },
        }
      : {}),
  };
}

/** The parameters in a path. One that is only called `id` is that of what stands before it: /apps/{id} has an app's. */
function pathSchema(path: string, schema: z.ZodObject): z.ZodObject {
  const id = schema.shape["id"];
  if (!(id instanceof z.ZodType) || id.description !== undefined) return schema;
  const [, things = ""] = /([a-z-]+)s\/\{id\}/.exec(path) ?? [];
  const description = `The id of the ${things.replaceAll("-", " ")}.`;
  return schema.extend({ id: id.openapi({ description }) });
}

/** The answers that are no refusals. */
function successes(operation: Operation): RouteConfig["responses"] {
  const { success } = operation.docs;
  const headers = plainHeaders(answerHeaders(operation).extend(success.headers?.shape ?? {}));
  const answer = (
    description: string,
    schema: z.ZodType | undefined,
    types: readonly string[],
  ) => ({
    description,
    headers,
    ...(schema || types.length > 0
      ? {
          content: {
            ...(schema ? { "application/json": { schema } } : {}),
            ...Object.fromEntries(types.map((type) => [type, { schema: contents(type) }])),
          },
        }
      : {}),
  });
  const { changed, others = {} } = success;
  return {
    [success.status]: answer(success.description, success.schema, success.also ?? []),
    ...(changed === undefined ? {} : { 200: answer(changed, success.schema, []) }),
    ...Object.fromEntries(
      Object.entries(others).map(([status, other]) => {
        const told = answer(other.description, other.schema, other.also ?? []);
        const own = answerHeaders(operation).extend(other.headers?.shape ?? {});
        return [status, { ...told, headers: plainHeaders(own) }];
      }),
    ),
  };
}

/** The refusals, and the answer to a fault of ours. */
function refused(operation: Operation, errors: ErrorRefs): RouteConfig["responses"] {
  const { refusalExamples = {} } = operation.docs;
  const answer = ([status, description]: [number, string]) => [
    status,
    {
      description,
      ...refusalHeaders(operation.access, status),
      content: {
        "application/json": {
          schema: (status === 422 ? errors.invalid : null) ?? errors.error,
          ...(status === 409 && refusalExamples[409] ? { examples: refusalExamples[409] } : {}),
        },
      },
    },
  ];
  return Object.fromEntries(refusals(operation, errors.invalid !== null).map(answer));
}

/** The headers of a refusal, but for those of the rate limits, which the document describes in general. */
function refusalHeaders(access: Access, status: number) {
  if (status === 429) {
    return { headers: plainHeaders(z.object({ ...Limits, "Retry-After": RetryAfter })) };
  }
  const isOfKey = (status === 401 || status === 403) && access === "key";
  const isOfOperator = status === 401 && access === "operator";
  return isOfKey || isOfOperator
    ? { headers: plainHeaders(z.object({ "WWW-Authenticate": Challenge })) }
    : {};
}

/** Says which key an operation needs, and how often it may be called. */
function needs(operation: Operation): string[] {
  const { access, scope } = operation;
  const key = scope === null ? NEEDS[access] : `Needs an API key with the scope \`${scope}\`.`;
  const limits = limitsOf(operation).map(({ requests, per }) =>
    requests === null
      ? PLAN_LIMIT[per === "account" ? per : "key"]
      : `At most ${requests} requests a minute for each ${per}.`,
  );
  return [key, ...limits];
}

interface Limit {
  /** What RateLimit and RateLimit-Policy call it. */
  name: string;
  /** Requests a window; null: as many as the account's plan says. */
  requests: number | null;
  window_seconds: number;
  /** For whom they are counted. */
  per: string;
}

/** The rate limits of an operation. */
function limitsOf({ docs, access }: Operation): Limit[] {
  const own = (name: string, requests: number | null, per: string) => ({
    name,
    requests,
    window_seconds: 60,
    per,
  });
  const limits: Limit[] = [];
  // An operation's own limit takes the place of the plan's.
  if (docs.rate) limits.push(own(docs.rate.name, docs.rate.limit, COUNTED_FOR[access]));
  else if (docs.planRate) limits.push(own(docs.planRate.name, null, "account"));
  else if (access === "key") limits.push(own(OF_KEY, null, "API key"));
  if (docs.alsoLimited) {
    limits.push(own(docs.alsoLimited.rate.name, docs.alsoLimited.rate.limit, "account"));
  }
  return limits;
}

/** Whether the operation is a read with an API key, which may send a bookmark. */
function takesBookmark({ docs, access }: Operation): boolean {
  return access === "key" && docs.method === "get";
}

function answerHeaders({ docs, access }: Operation): z.ZodObject {
  return z.object({
    ...(access === "key" || docs.rate ? Limits : {}),
    ...(docs.method === "get" ? {} : { [BOOKMARK_HEADER]: NewBookmark }),
    ...(docs.idempotent ? { "Idempotency-Replayed": Replayed } : {}),
  });
}

/** Statuses of refusals for want of authentication or of rights. */
const NO_RIGHTS: Record<Access, number[]> = {
  person: [401, 403],
  key: [401, 403],
  operator: [401, 403],
  builder: [401, 403],
  app: [401],
  subscriber: [401],
  // The channels API has no 422: it answers an invalid body with a 400.
  channel: [400, 401, 403],
  anyone: [],
};

function refusals(operation: Operation, has422: boolean): [number, string][] {
  const { docs, access } = operation;
  const statuses = new Set<number>(NO_RIGHTS[access]);
  // Operations without a rate too: an address that sent too many wrong credentials is told so.
  for (const status of [429, 500]) statuses.add(status);
  // A path or query that is not percent-encoded.
  statuses.add(400);
  if (docs.params) statuses.add(404);
  if (docs.body ?? docs.rawBody) for (const status of [400, 413, 422]) statuses.add(status);
  // Where nothing is asked for, what is given is refused.
  if (docs.query || !MAY_HAVE_MORE.has(access)) statuses.add(422);
  if (docs.method !== "get" && !MAY_HAVE_MORE.has(access)) statuses.add(413);
  if (docs.idempotent) statuses.add(409);
  const own: Record<number, string> = docs.refusals ?? {};
  for (const status of Object.keys(own)) statuses.add(Number(status));
  // The channels API has no 422: it answers an invalid body with a 400.
  const isInvalid400 = !has422 || access === "channel";
  if (isInvalid400) statuses.delete(422);
  const general: Record<number, string | undefined> = {
    ...STATUS_TEXT,
    ...(isInvalid400 ? { 400: INVALID_400 } : {}),
  };
  const says = (status: number): string => {
    const special = own[status];
    if (special === undefined) return general[status] ?? "The request was refused.";
    return status === 409 && docs.idempotent ? `${special} Or: ${general[409]}` : special;
  };
  return [...statuses].toSorted((a, b) => a - b).map((status) => [status, says(status)]);
}
