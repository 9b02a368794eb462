// POST /jobs/{id}/log?offset=N: appends bytes to the build log, at the given offset.
import { z } from "@hono/zod-openapi";
import { readBytes } from "../../http/body.ts";
import { builderOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { LogAnswer, MAX_LOG_CHUNK_BYTES } from "../../protocol/builder.ts";
import { JobParams, refusedReport, reportedJob } from "./report.ts";

const Offset = z.object({
  offset: z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
});

export const appendLog = builderOperation({
  method: "post",
  path: "/jobs/{id}/log",
  operationId: "appendLog",
  summary: "Append to a job's log",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  rawBody: ["text/plain"],
  success: { status: 200, description: "Where the next append goes.", schema: LogAnswer },
  run: async (ctx, { params, query, request }) => {
    const { offset } = parse(Offset, query);
    const bytes = await readBytes(request, MAX_LOG_CHUNK_BYTES);
    const { lock, lease } = await reportedJob(ctx, params.id, request);
    const appended = await lock.report(lease, { kind: "append_log", offset, bytes });
    return appended.kind === "appended" ? { offset: appended.offset } : refusedReport(appended);
  },
});
