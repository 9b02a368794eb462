// The log of a build: as text, and as a stream for the page of a build that goes on.
import { z } from "@hono/zod-openapi";
import { logFrom } from "../../domain/builds/build-logs.ts";
import { buildOfApp } from "../../domain/builds/build-of-app.ts";
import { LAST_EVENT_ID, STREAM_HEADERS, streamLogs } from "../../http/build-log-stream.ts";
import { MINUTE_MS } from "../../kit/time.ts";
import { Id, memberPage } from "../dashboard/page.ts";

/**
 * Longest duration of a page's stream, ms. The page then asks again by itself, which counts again: so an account has at
 * most STREAM_RATE streams for each minute of this open at once, however many pages and people ask.
 */
const PAGE_STREAM_MS = 2 * MINUTE_MS;
/** Streams that an account may begin in a minute: ten people who each have six builds in view. */
const STREAM_RATE = { name: "build-log-streams", limit: 60 };

export const buildLogPage = memberPage({
  path: "/{account}/apps/{app}/builds/{build}/log",
  operationId: "showBuildLog",
  summary: "The log of a build",
  params: { schema: z.object({ account: Id, app: Id, build: Id }), thing: "build" },
  may: "builds:read",
  show: async (ctx, { params, query, request }) => {
    const { build } = await buildOfApp(ctx, params.app, params.build);
    if (!request.headers.get("accept")?.includes("text/event-stream")) {
      const news = await logFrom(ctx, build, 0, build.status, 0);
      return new Response(news?.text ?? "", { headers: TEXT_HEADERS });
    }
    await ctx.count(STREAM_RATE);
    // The answer to a HEAD has no body.
    if (request.method === "HEAD") return new Response(null, { headers: STREAM_HEADERS });
    const from = query["from"] ?? "";
    const first = LAST_EVENT_ID.test(from) ? Number(from) : 0;
    return streamLogs(ctx, build, request, { first, longestMs: PAGE_STREAM_MS });
  },
});

const TEXT_HEADERS = {
  "content-type": "text/plain; charset=utf-8",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
