// A job in a builder's hands: accept it, keep its lease, fetch its pictures, write its log, upload its artifact, let go of it.
import { z } from "@hono/zod-openapi";
import { acceptJob, jobPicture } from "../../domain/builds/accept-job.ts";
import type { Builder } from "../../domain/builds/builders.ts";
import { storeArtifact } from "../../domain/builds/store-artifact.ts";
import type { Ctx } from "../../domain/context.ts";
import type { Report } from "../../domain/ports/builds.ts";
import { readBytes } from "../../http/body.ts";
import { builderOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { refuse } from "../../kit/refusal.ts";
import {
  CompleteReport,
  FailReport,
  HeartbeatAnswer,
  type IconPicture,
  Job,
  LogAnswer,
  MAX_ARTIFACT_BYTES,
  MAX_LOG_CHUNK_BYTES,
  SHA256_HEADER,
} from "../../protocol/builder.ts";
import { protocolError } from "./errors.ts";
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
    const held = await lock.report(lease, { kind: "heartbeat" });
    const pool = ctx.builderPool();
    if (held.kind === "over") {
      // It drops the job now, and says so only with its next request for work, which may be a while.
      ctx.defer(pool.done(ctx.builder.id, params.id));
      return { cancel: true, reason: held.reason };
    }
    ctx.defer(pool.seen(ctx.builder.id, params.id));
    return { cancel: false };
  },
});

/** The operation that gives a builder one picture of its job. */
const pictureOperation = (picture: IconPicture, path: string, operationId: string, what: string) =>
  builderOperation({
    method: "get",
    path,
    operationId,
    summary: `Fetch a job's ${what}`,
    tag: "Builder",
    params: { schema: JobParams, thing: "build" },
    success: { status: 200, description: "The image.", also: ["image/*"] },
    run: async (ctx, { params, request }) => {
      const { lock, lease } = await reportedJob(ctx, params.id, request);
      const held = await lock.report(lease, { kind: "check" });
      if (held.kind !== "taken") return refusedReport(held);
      const object = await jobPicture(ctx, params.id, picture);
      if (object === null) {
        return protocolError(404, { error: "not_found", message: `No ${what}.` });
      }
      const type = object.httpMetadata?.contentType ?? "application/octet-stream";
      return new Response(object.body, { headers: { "content-type": type } });
    },
  });

export const icon = pictureOperation("icon", "/jobs/{id}/icon", "jobIcon", "icon");

export const foreground = pictureOperation(
  "foreground",
  "/jobs/{id}/icon/foreground",
  "jobForeground",
  "foreground layer",
);

export const monochrome = pictureOperation(
  "monochrome",
  "/jobs/{id}/icon/monochrome",
  "jobMonochrome",
  "monochrome layer",
);

const Offset = z.strictObject({
  offset: z
    .string()
    .regex(/^\d{1,12}$/, "must be a whole number of at most 12 digits")
    .transform(Number),
});

export const appendLog = builderOperation({
  method: "post",
  path: "/jobs/{id}/log",
  operationId: "appendLog",
  summary: "Append to a job's log",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  query: Offset,
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

export const putArtifact = builderOperation({
  method: "put",
  path: "/jobs/{id}/artifact",
  operationId: "putArtifact",
  summary: "Upload a job's artifact",
  tag: "Builder",
  params: { schema: JobParams, thing: "build" },
  rawBody: ["application/octet-stream"],
  success: { status: 200, description: "Stored.", schema: z.object({ size: z.int() }) },
  run: async (ctx, { params, request }) => {
    const size = Number(request.headers.get("content-length") ?? Number.NaN);
    const sha256 = request.headers.get(SHA256_HEADER) ?? "";
    if (
      !Number.isSafeInteger(size) ||
      size <= 0 ||
      !/^[0-9a-f]{64}$/.test(sha256) ||
      !request.body
    ) {
      const message = `Content-Length and ${SHA256_HEADER} are needed.`;
      return protocolError(422, { error: "invalid_request", message });
    }
    if (size > MAX_ARTIFACT_BYTES) refuse({ code: "too_large", limit: MAX_ARTIFACT_BYTES });
    const { appId, lock, lease } = await reportedJob(ctx, params.id, request);
    const stored = await storeArtifact(ctx, {
      appId,
      lock,
      lease,
      body: request.body,
      size,
      sha256,
    });
    if (stored.kind === "mismatch") {
      const message = "The bytes do not have the size and SHA-256 announced.";
      return protocolError(422, { error: "artifact_mismatch", message });
    }
    return stored.kind === "taken" ? { size } : refusedReport(stored);
  },
});

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
  const done = await lock.report(lease, report);
  // After the lock has queued a build that comes back, which then counts as one whose account was not served.
  ctx.defer(ctx.builderPool().done(ctx.builder.id, buildId));
  return done.kind === "taken" ? { ok: true as const } : refusedReport(done);
}
