// What all calls about a job share: the job in the path, the lease in the header, and the app whose lock
// decides whether that lease still holds.
import { z } from "@hono/zod-openapi";
import { appOfBuild } from "../../domain/builds/accept-job.ts";
import type { Builder } from "../../domain/builds/builders.ts";
import type { BuildLockPort, LeaseRef } from "../../domain/ports/builds.ts";
import type { Ctx } from "../../domain/context.ts";
import { refuse } from "../../kit/refusal.ts";
import { FENCING_HEADER } from "../../protocol/builder.ts";

export const JobParams = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
});

export interface Report {
  appId: number;
  lock: BuildLockPort;
  lease: LeaseRef;
}

/** The lease a request speaks for. Refuses `not_found` for an unknown build. */
export async function reportOf(
  ctx: Ctx & { builder: Builder },
  buildId: number,
  request: Request,
): Promise<Report> {
  const appId = await appOfBuild(ctx, buildId);
  if (appId === null) refuse({ code: "not_found", what: "build" });
  const fencingToken = request.headers.get(FENCING_HEADER) ?? "";
  return {
    appId,
    lock: ctx.buildLock(appId),
    lease: { buildId, builderId: ctx.builder.id, fencingToken },
  };
}
