// POST /jobs/{id}/complete, /fail and /release: how a builder lets go of a job.
import { z } from "@hono/zod-openapi";
import { builderOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { CompleteReport, FailReport } from "../../protocol/builder.ts";
import { leaseLost, protocolError } from "./errors.ts";
import { JobParams, reportOf } from "./report.ts";

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
    const report = parse(CompleteReport, body);
    const { lock, lease } = await reportOf(ctx, params.id, request);
    ctx.defer(ctx.builderPool().done(ctx.builder.id, params.id));
    const done = await lock.complete(lease, {
      sha256: report.artifact_sha256,
      size: report.artifact_size,
    });
    if (done.ok) return { ok: true };
    if (done.reason === "artifact_missing") {
      const message = "This artifact was not uploaded.";
      return protocolError(422, { error: "artifact_missing", message });
    }
    return leaseLost(done.reason);
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
    const report = parse(FailReport, body);
    const { lock, lease } = await reportOf(ctx, params.id, request);
    ctx.defer(ctx.builderPool().done(ctx.builder.id, params.id));
    const done = await lock.fail(lease, report);
    return done.ok ? { ok: true } : leaseLost(done.reason);
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
  run: async (ctx, { params, request }) => {
    const { lock, lease } = await reportOf(ctx, params.id, request);
    ctx.defer(ctx.builderPool().done(ctx.builder.id, params.id));
    const done = await lock.release(lease);
    return done.ok ? { ok: true } : leaseLost(done.reason);
  },
});
