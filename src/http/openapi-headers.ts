// The headers of requests and answers, as the OpenAPI document describes them.
import { z } from "@hono/zod-openapi";
import { LARGE_KIB, MAX_ANSWER_KIB, MAX_ANSWERS_KIB } from "../domain/accounts/idempotency.ts";
import { BOOKMARK } from "./bookmark.ts";
import { MAX_KEY } from "./idempotency.ts";

export const Bookmark = z.string().regex(BOOKMARK).optional().openapi({
  description: "The bookmark that a write returned: the read is guaranteed to see that write.",
});

export const NewBookmark = z.string().regex(BOOKMARK).openapi({
  description: "A bookmark. Send it with a read that must see this write.",
});
export const Limits = {
  "X-RateLimit-Limit": z
    .int()
    .openapi({ description: "The number of requests allowed in a minute." }),
  "X-RateLimit-Remaining": z
    .int()
    .openapi({ description: "The number of requests left in this minute." }),
  "X-RateLimit-Reset": z.int().openapi({ description: "When the minute ends, in Unix seconds." }),
  // Of all limits that the request was counted by, beginning with the one that X-RateLimit tells of.
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
export const Challenge = z.string().optional().openapi({
  description:
    "Asks for a bearer token, or says that the API key has expired or which scope it lacks (RFC 6750, section 3).",
  example: 'Bearer error="insufficient_scope", scope="apps:write"',
});
export const RetryAfter = z
  .int()
  .openapi({ description: "The number of seconds until the next minute begins." });
export const Replayed = z.literal("true").optional().openapi({
  description:
    "Present if the response is a replay of the one to an earlier request with the same Idempotency-Key.",
});

export const IdempotencyKey = z
  .string()
  .min(1)
  .max(MAX_KEY)
  .optional()
  .openapi({
    description:
      "A repeated request with the same key returns the response to the first one, which is kept for 24 hours, or until " +
      `the newer ones of the account take ${MAX_ANSWERS_KIB} KiB; each counts as 1 KiB at least, and those of more than ` +
      `${LARGE_KIB} KiB go first. A response of more than ${MAX_ANSWER_KIB} KiB is not kept.`,
  });
