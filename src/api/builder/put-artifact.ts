// PUT /jobs/{id}/artifact: streams the artifact into R2, which checks its digest.
import { z } from "@hono/zod-openapi";
import { storeArtifact } from "../../domain/builds/store-artifact.ts";
import { builderOperation } from "../../http/operation.ts";
import { refuse } from "../../kit/refusal.ts";
import { MAX_ARTIFACT_BYTES, SHA256_HEADER } from "../../protocol/builder.ts";
import { protocolError } from "./errors.ts";
import { JobParams, refusedReport, reportedJob } from "./report.ts";

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
