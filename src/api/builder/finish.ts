// POST /jobs/{id}/complete, /fail and /release: a builder's last report of a job.
import { z } from "@hono/zod-openapi";
import type { Builder } from "../../domain/builds/builders.ts";
import type { Ctx } from "../../domain/context.ts";
import type { Report } from "../../domain/ports/builds.ts";
import { builderOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { CompleteReport, FailReport } from "../../protocol/builder.ts";
import { JobParams, refusedReport, reportedJob } from "./report.ts";

const Done = z.object({ ok: z.literal(true) });

export const complete = builderOperation({
  method: "post",
  path: "/jobs/{id}/complete",
  operationId: "completeJob",
  summary: "Report a job as completed",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  body: CompleteReport,
  success: { status: 200, description: "Completed.", schema: Done },
  run: async (ctx, { params, body, request }) => {
    const { artifact_sha256: sha256, artifact_size: size } = parse(CompleteReport, body);
    return letGo(ctx, params.id, request, { kind: "complete", sha256, size });
  },
});

export const fail = builderOperation({
  method: "post",
  path: "/jobs/{id}/fail",
  operationId: "failJob",
  summary: "Report a job as failed",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  body: FailReport,
  success: { status: 200, description: "Noted.", schema: Done },
  run: async (ctx, { params, body, request }) => {
    const failure = parse(FailReport, body);
    return letGo(ctx, params.id, request, { ...failure, kind: "fail" });
  },
});

export const release = builderOperation({
  method: "post",
  path: "/jobs/{id}/release",
  operationId: "releaseJob",
  summary: "Hand a job back",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  success: { status: 200, description: "It waits for another builder.", schema: Done },
  run: async (ctx, { params, request }) => letGo(ctx, params.id, request, { kind: "release" }),
});

/** Passes the builder's last report of a job to the lock, and lets the pool know that the builder has one job less. */
async function letGo(
  ctx: Ctx & { builder: Builder },
  buildId: number,
  request: Request,
  report: Report,
) {
  const { lock, lease } = await reportedJob(ctx, buildId, request);
  ctx.defer(ctx.builderPool().done(ctx.builder.id, buildId));
  const done = await lock.report(lease, report);
  return done.kind === "taken" ? { ok: true as const } : refusedReport(done);
}
