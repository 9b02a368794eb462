// POST /jobs/{id}/accept: returns the job with its signing key.
import { acceptJob } from "../../domain/builds/accept-job.ts";
import { builderOperation } from "../../http/operation.ts";
import { Job } from "../../protocol/builder.ts";
import { JobParams, refusedReport, reportedJob } from "./report.ts";

export const accept = builderOperation({
  method: "post",
  path: "/jobs/{id}/accept",
  operationId: "acceptJob",
  summary: "Accept a job",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  success: { status: 200, description: "The job.", schema: Job },
  run: async (ctx, { params, request }) => {
    const { appId, lease } = await reportedJob(ctx, params.id, request);
    const accepted = await acceptJob(ctx, appId, lease);
    ctx.defer(ctx.builderPool().seen(ctx.builder.id, params.id));
    return accepted.kind === "job" ? accepted.job : refusedReport(accepted);
  },
});
