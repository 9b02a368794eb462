// POST /lease: waits for a build that this builder can make.
import { builderOperation } from "../../http/operation.ts";
import { parse } from "../../kit/parse.ts";
import { ACCEPT_WITHIN_MS, LeaseOffer, LeaseRequest } from "../../protocol/builder.ts";

export const lease = builderOperation({
  method: "post",
  path: "/lease",
  operationId: "lease",
  summary: "Wait for a job",
  tag: "Builder",
  body: LeaseRequest,
  success: { status: 200, description: "A job to accept.", schema: LeaseOffer },
  run: async (ctx, { body, request }) => {
    const wanted = parse(LeaseRequest, body);
    const pool = ctx.builderPool();
    const waiterId = crypto.randomUUID();
    // A builder that hangs up leaves the queue, since a job offered to it would be lost until the offer expires.
    request.signal.addEventListener("abort", () => ctx.defer(pool.leave(waiterId)));
    const offer = await pool.lease({
      waiterId,
      builderId: ctx.builder.id,
      capabilities: wanted.capabilities,
      currentJobs: wanted.current_jobs,
      slots: wanted.slots ?? null,
      drain: ctx.builder.drain,
      waitMs: wanted.wait_ms,
    });
    if (!offer) return new Response(null, { status: 204 });
    return {
      build_id: offer.buildId,
      fencing_token: offer.fencingToken,
      accept_within_ms: ACCEPT_WITHIN_MS,
    };
  },
});
