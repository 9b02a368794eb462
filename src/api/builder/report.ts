// What all calls about a job share: they find the build of the path and the lease of the header, report to the lock of
// the app, which accepts reports only under a valid lease, and answer the lock's refusals.
import { z } from "@hono/zod-openapi";
import { appOfBuild } from "../../domain/builds/accept-job.ts";
import type { Builder } from "../../domain/builds/builders.ts";
import type { BuildLockPort, LeaseRef, ReportResult } from "../../domain/ports/builds.ts";
import type { Ctx } from "../../domain/context.ts";
import { json } from "../../http/answer.ts";
import { refuse } from "../../kit/refusal.ts";
import { FENCING_HEADER } from "../../protocol/builder.ts";
import { leaseLost, protocolError } from "./errors.ts";

export const JobParams = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
});

/** The job of a report, and the lock that accepts the report. */
interface ReportedJob {
  appId: number;
  lock: BuildLockPort;
  lease: LeaseRef;
}

/** Returns the job and the lease that a request names. Refuses `not_found` for an unknown build. */
export async function reportedJob(
  ctx: Ctx & { builder: Builder },
  buildId: number,
  request: Request,
): Promise<ReportedJob> {
  const appId = await appOfBuild(ctx, buildId);
  if (appId === null) refuse({ code: "not_found", what: "build" });
  const fencingToken = request.headers.get(FENCING_HEADER) ?? "";
  return {
    appId,
    lock: ctx.buildLock(appId),
    lease: { buildId, builderId: ctx.builder.id, fencingToken },
  };
}

/** Makes the answer to a report that the lock refused. Throws for any other result, which would be a fault of ours. */
export function refusedReport(result: ReportResult): Response {
  switch (result.kind) {
    case "gap":
      return json({ status: 416, body: { offset: result.offset } });
    case "artifact_missing":
      return protocolError(422, {
        error: "artifact_missing",
        message: "This artifact was not uploaded.",
      });
    case "over":
      return leaseLost(result.reason);
    default:
      throw new Error(`the lock answered "${result.kind}" to another kind of report`);
  }
}
