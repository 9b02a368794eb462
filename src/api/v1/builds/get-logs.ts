// GET /builds/{id}/logs: the log so far as JSON, or live as an event stream.
import { z } from "@hono/zod-openapi";
import { readLogs } from "../../../domain/builds/build-logs.ts";
import { findBuild } from "../../../domain/builds/visible.ts";
import { keyOperation } from "../../../http/operation.ts";
import { BuildStatusForm, IdParams } from "../forms.ts";
import { STREAM_HEADERS, streamLogs } from "./log-stream.ts";

export const getLogs = keyOperation({
  method: "get",
  path: "/builds/{id}/logs",
  operationId: "getBuildLogs",
  summary: "Get build logs",
  description:
    "With `Accept: text/event-stream` the log is streamed as it grows: events `log` {offset, text}, " +
    "`status` {status} and at last `end`. A stream that broke goes on from its `Last-Event-ID`.",
  tag: "Builds",
  scope: "builds:read",
  params: { schema: IdParams, thing: "build" },
  success: {
    status: 200,
    description: "The log so far.",
    schema: z.object({
      build_id: z.int(),
      status: BuildStatusForm,
      logs: z.string(),
      error_message: z.string().nullable(),
    }),
    also: ["text/event-stream"],
  },
  run: async (ctx, { params, request }) => {
    if (request.headers.get("accept")?.includes("text/event-stream")) {
      const build = await findBuild(ctx, params.id);
      // nobody would read the stream of a HEAD
      if (request.method === "HEAD") return new Response(null, { headers: STREAM_HEADERS });
      return streamLogs(ctx, build, request);
    }
    const { build, text } = await readLogs(ctx, params.id);
    return {
      build_id: build.id,
      status: build.status,
      logs: text,
      error_message: build.errorMessage,
    };
  },
});
