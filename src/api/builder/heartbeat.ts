// POST /jobs/{id}/heartbeat: extends the lease, or reports that it has ended.
import { builderOperation } from "../../http/operation.ts";
import { HeartbeatAnswer } from "../../protocol/builder.ts";
import { JobParams, reportedJob } from "./report.ts";

export const heartbeat = builderOperation({
  method: "post",
  path: "/jobs/{id}/heartbeat",
  operationId: "heartbeat",
  summary: "Extend a lease",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  success: { status: 200, description: "Whether to go on.", schema: HeartbeatAnswer },
  run: async (ctx, { params, request }) => {
    const { lock, lease } = await reportedJob(ctx, params.id, request);
    ctx.defer(ctx.builderPool().seen(ctx.builder.id, params.id));
    const held = await lock.report(lease, { kind: "heartbeat" });
    return held.kind === "over" ? { cancel: true, reason: held.reason } : { cancel: false };
  },
});
