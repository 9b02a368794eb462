// The builder's side of the protocol in src/protocol/builder.ts: asks for jobs, and makes the client of each.
import { FENCING_HEADER, LeaseOffer } from "../src/protocol/builder.ts";
import type { LeaseRequest } from "../src/protocol/builder.ts";
import { readBody } from "./answers.ts";
import { createApi, jsonBody } from "./api.ts";
import type { ApiOptions } from "./api.ts";
import { createJobClient } from "./job-client.ts";
import type { JobClient } from "./job-client.ts";

export interface BuilderClient {
  /** Asks once for a job; null when none came in time. Throws ApiFault or the signal's reason. */
  lease(request: LeaseRequest, signal: AbortSignal): Promise<LeaseOffer | null>;
  /** The calls about one offered job. */
  job(offer: LeaseOffer): JobClient;
}

export function createClient(options: ApiOptions): BuilderClient {
  const { timing } = options;
  const api = createApi(options);
  return {
    async lease(request, signal) {
      const call = {
        method: "POST",
        path: "/lease",
        ...jsonBody(request),
        expect: [200, 204],
        timeoutMs: request.wait_ms + timing.requestTimeout,
      } as const;
      const answer = await api.once(call, signal);
      return answer.status === 204 ? null : readBody(LeaseOffer, answer);
    },
    job: (offer) =>
      createJobClient(api, {
        path: `/jobs/${offer.build_id}`,
        headers: { [FENCING_HEADER]: offer.fencing_token },
        timing,
      }),
  };
}
