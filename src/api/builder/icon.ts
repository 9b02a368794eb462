// GET /jobs/{id}/icon: returns the icon that the app had when the build was triggered.
import { jobIcon } from "../../domain/builds/accept-job.ts";
import { builderOperation } from "../../http/operation.ts";
import { protocolError } from "./errors.ts";
import { JobParams, refusedReport, reportedJob } from "./report.ts";

export const icon = builderOperation({
  method: "get",
  path: "/jobs/{id}/icon",
  operationId: "jobIcon",
  summary: "Fetch a job's icon",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  success: { status: 200, description: "The image.", also: ["image/*"] },
  run: async (ctx, { params, request }) => {
    const { lock, lease } = await reportedJob(ctx, params.id, request);
    const held = await lock.report(lease, { kind: "check" });
    if (held.kind !== "taken") return refusedReport(held);
    const object = await jobIcon(ctx, params.id);
    if (object === null) return protocolError(404, { error: "not_found", message: "No icon." });
    const type = object.httpMetadata?.contentType ?? "application/octet-stream";
    return new Response(object.body, { headers: { "content-type": type } });
  },
});
