// The OpenAPI 3.1 description of an operation, made from the operation itself.
import { z, type RouteConfig } from "@hono/zod-openapi";
import { BOOKMARK_HEADER } from "./bookmark.ts";
import type { Access, Operation } from "./operation.ts";

export interface ErrorDocs {
  /** The body of a plain error and of a validation error; null: that is a 400 like others. */
  error: z.ZodType;
  invalid: z.ZodType | null;
}

const STATUS_TEXT: Record<number, string> = {
  400: "The request can't be read.",
  401: "No key, or one that is unknown or expired.",
  403: "The key lacks the right.",
  404: "Not there, or not yours.",
  409: "An Idempotency-Key was used before for another request, or that one is still running.",
  413: "The body is too large.",
  422: "Some fields are not valid.",
  429: "Too many requests this minute.",
};

const SECURITY = {
  key: "apiKey",
  operator: "adminToken",
  builder: "builderToken",
  app: "appKey",
  subscriber: "subscriberToken",
  channel: "channelKey",
} as const;

/** What the OpenAPI document says of `operation` at `path`. */
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
              ? { headers: z.object({ ...Limits, "Retry-After": RetryAfter }) }
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
  description: "What a write answered: the read sees that write, wherever it is served.",
});

const NewBookmark = z.string().openapi({
  description: "Send it with a read that must see this write.",
});
const Limits = {
  "X-RateLimit-Limit": z.int().openapi({ description: "Requests a minute." }),
  "X-RateLimit-Remaining": z.int().openapi({ description: "Those left this minute." }),
  "X-RateLimit-Reset": z.int().openapi({ description: "When the minute ends, Unix seconds." }),
};
const RetryAfter = z.int().openapi({ description: "Seconds until the next minute begins." });
const Replayed = z.literal("true").optional().openapi({
  description: "Present where the answer is that of an earlier request with the Idempotency-Key.",
});

/** A read by key may name the state it wants to see at least. */
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

const IdempotencyKey = z
  .string()
  .max(255)
  .optional()
  .openapi({ description: "Makes a repeated request answer as the first did; kept 24 hours." });

/** What lacking rights can be answered with. */
const NO_RIGHTS: Record<Access, number[]> = {
  key: [401, 403],
  operator: [401, 403],
  builder: [401, 403],
  app: [401],
  subscriber: [401],
  // its surface has no 422: what is wrong with a body is a 400
  channel: [400, 401],
  anyone: [],
};

function refusals(operation: Operation, has422: boolean): [number, string][] {
  const { docs, access } = operation;
  const statuses = new Set<number>(NO_RIGHTS[access]);
  if (access === "key" || docs.rate) statuses.add(429);
  if (takesBookmark(operation)) statuses.add(400);
  if (docs.params) statuses.add(404);
  if (docs.body ?? docs.rawBody) for (const status of [400, 413, 422]) statuses.add(status);
  if (access === "channel") statuses.delete(422);
  if (docs.query) statuses.add(422);
  if (docs.idempotent) statuses.add(409);
  const own: Record<number, string> = docs.refusals ?? {};
  for (const status of Object.keys(own)) statuses.add(Number(status));
  if (!has422) statuses.delete(422);
  return [...statuses]
    .toSorted((a, b) => a - b)
    .map((status) => [status, own[status] ?? STATUS_TEXT[status] ?? "Refused."]);
}

function binary() {
  return z.string().openapi({ type: "string", format: "binary" });
}

function bodySchema(mediaType: string): z.ZodType {
  return mediaType === "multipart/form-data" ? z.object({ icon: binary() }) : binary();
}
