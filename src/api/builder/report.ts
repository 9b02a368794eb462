// What all calls about a job share: the job in the path, the lease in the header, the app whose lock takes the
// report if that lease still holds, and the form of a refusal.
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

/** A job that a builder reports of, and the lock that takes the report. */
interface ReportedJob {
  appId: number;
  lock: BuildLockPort;
  lease: LeaseRef;
}

/** The lease a request speaks for. Refuses `not_found` for an unknown build. */
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

/** The answer to a report that the lock refused. Throws for any other answer of the lock, a fault of ours. */
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
