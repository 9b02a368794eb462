// Describes an operation in OpenAPI 3.1, from the operation itself.
import { z, type RouteConfig } from "@hono/zod-openapi";
import { LARGE_KIB, MAX_ANSWER_KIB, MAX_ANSWERS_KIB } from "../domain/accounts/idempotency.ts";
import { BOOKMARK_HEADER } from "./bookmark.ts";
import type { Access, Operation } from "./operation.ts";
import { MAY_HAVE_MORE } from "./unasked.ts";

export interface ErrorDocs {
  /** The body of errors, and that of a 422; null where the surface answers invalid fields with a 400 like others. */
  error: z.ZodType;
  invalid: z.ZodType | null;
}

const STATUS_TEXT: Record<number, string> = {
  400: "The request could not be parsed.",
  401: "The key is missing, unknown or expired.",
  403: "The key does not grant the right to do this.",
  404: "The resource does not exist or belongs to another account.",
  409: "The Idempotency-Key was used before with another request body, or the first request is still running.",
  413: "The request body is too large.",
  422: "Some fields are not valid.",
  429: "The rate limit of this minute is exceeded, or the address has sent too many wrong keys, tokens, ids or links in it.",
};

const SECURITY = {
  key: "apiKey",
  operator: "adminToken",
  builder: "builderToken",
  app: "appKey",
  subscriber: "subscriberToken",
  channel: "channelKey",
} as const;

/** Returns the entry of the OpenAPI document for `operation` at `path`. */
export function describe(operation: Operation, path: string, errors: ErrorDocs): RouteConfig {
  const { docs, access } = operation;
  const request: NonNullable<RouteConfig["request"]> = {};
  if (docs.params) request.params = docs.params.schema;
  if (docs.query) request.query = docs.query;
  if (docs.body) {
    request.body = {
      required: !docs.body.safeParse({}).success,
      content: { "application/json": { schema: docs.body } },
    };
  }
  if (docs.rawBody) {
    request.body = {
      required: true,
      content: Object.fromEntries(docs.rawBody.map((type) => [type, { schema: bodySchema(type) }])),
    };
  }
  if (docs.idempotent) request.headers = z.object({ "Idempotency-Key": IdempotencyKey });
  if (takesBookmark(operation)) request.headers = z.object({ [BOOKMARK_HEADER]: Bookmark });
  const also = (docs.success.also ?? []).map((type) => [
    type,
    { schema: type.startsWith("text/") ? z.string() : binary() },
  ]);
  return {
    method: docs.method,
    path,
    operationId: docs.operationId,
    summary: docs.summary,
    ...(docs.description ? { description: docs.description } : {}),
    tags: [docs.tag],
    security: access === "anyone" ? [] : [{ [SECURITY[access]]: [] }],
    request,
    responses: {
      [docs.success.status]: {
        description: docs.success.description,
        headers: answerHeaders(operation),
        content: {
          ...(docs.success.schema ? { "application/json": { schema: docs.success.schema } } : {}),
          ...(Object.fromEntries(also) as Record<string, { schema: z.ZodType }>),
        },
      },
      ...(docs.success.changed && docs.success.schema
        ? {
            200: {
              description: docs.success.changed,
              headers: answerHeaders(operation),
              content: { "application/json": { schema: docs.success.schema } },
            },
          }
        : {}),
      ...Object.fromEntries(
        refusals(operation, errors.invalid !== null).map(([status, description]) => [
          status,
          {
            description,
            ...(status === 429
              ? { headers: z.object({ ...Limits, ...LimitFields, "Retry-After": RetryAfter }) }
              : {}),
            content: {
              "application/json": {
                schema: (status === 422 ? errors.invalid : null) ?? errors.error,
              },
            },
          },
        ]),
      ),
    },
  };
}

const Bookmark = z.string().optional().openapi({
  description: "The bookmark that a write returned: the read is guaranteed to see that write.",
});

const NewBookmark = z.string().openapi({
  description: "A bookmark. Send it with a read that must see this write.",
});
const Limits = {
  "X-RateLimit-Limit": z
    .int()
    .openapi({ description: "The number of requests allowed in a minute." }),
  "X-RateLimit-Remaining": z
    .int()
    .openapi({ description: "The number of requests left in this minute." }),
  "X-RateLimit-Reset": z.int().openapi({ description: "When the minute ends, in Unix seconds." }),
};
/** Of all limits that the request was counted by, beginning with the one that X-RateLimit tells of. */
const LimitFields = {
  RateLimit: z.string().openapi({
    description:
      "The limits that the request was counted by, as a list of RFC 9651 " +
      "(draft-ietf-httpapi-ratelimit-headers-11): `r` is the number of requests left in this minute, `t` the number of " +
      "seconds until it ends. The first is the one that has the fewest left, of which the X-RateLimit headers tell too.",
    example: '"default";r=599;t=30',
  }),
  "RateLimit-Policy": z.string().openapi({
    description:
      "The same limits, in the same order: `q` is the number of requests allowed in a window of `w` seconds.",
    example: '"default";q=600;w=60',
  }),
};
const RetryAfter = z
  .int()
  .openapi({ description: "The number of seconds until the next minute begins." });
const Replayed = z.literal("true").optional().openapi({
  description:
    "Present if the response is a replay of the one to an earlier request with the same Idempotency-Key.",
});

/** Whether the operation is a read with an API key, which may send a bookmark. */
function takesBookmark({ docs, access }: Operation): boolean {
  return access === "key" && docs.method === "get";
}

function answerHeaders({ docs, access }: Operation): z.ZodObject {
  return z.object({
    ...(access === "key" || docs.rate ? { ...Limits, ...LimitFields } : {}),
    ...(docs.method === "get" ? {} : { [BOOKMARK_HEADER]: NewBookmark }),
    ...(docs.idempotent ? { "Idempotency-Replayed": Replayed } : {}),
  });
}

const IdempotencyKey = z
  .string()
  .max(255)
  .optional()
  .openapi({
    description:
      "A repeated request with the same key returns the response to the first one, which is kept for 24 hours, or until " +
      `the newer ones of the account take ${MAX_ANSWERS_KIB} KiB; each counts as 1 KiB at least, and those of more than ` +
      `${LARGE_KIB} KiB go first. A response of more than ${MAX_ANSWER_KIB} KiB is not kept.`,
  });

/** Statuses of refusals for want of authentication or of rights. */
const NO_RIGHTS: Record<Access, number[]> = {
  key: [401, 403],
  operator: [401, 403],
  builder: [401, 403],
  app: [401],
  subscriber: [401],
  // The channels API has no 422: it answers an invalid body with a 400.
  channel: [400, 401],
  anyone: [],
};

function refusals(operation: Operation, has422: boolean): [number, string][] {
  const { docs, access } = operation;
  const statuses = new Set<number>(NO_RIGHTS[access]);
  // Operations without a rate too: an address that sent too many wrong credentials is told so.
  statuses.add(429);
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
  if (!has422 || access === "channel") statuses.delete(422);
  return [...statuses]
    .toSorted((a, b) => a - b)
    .map((status) => [status, own[status] ?? STATUS_TEXT[status] ?? "The request was refused."]);
}

function binary() {
  return z.string().openapi({ type: "string", format: "binary" });
}

function bodySchema(mediaType: string): z.ZodType {
  return mediaType === "multipart/form-data" ? z.object({ icon: binary() }) : binary();
}
