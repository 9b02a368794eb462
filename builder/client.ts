// The builder's client of the protocol in src/protocol/builder.ts: requests jobs, and makes a client for each.
import { FENCING_HEADER, LeaseOffer } from "../src/protocol/builder.ts";
import type { LeaseRequest } from "../src/protocol/builder.ts";
import { readBody } from "./answers.ts";
import { createApi, jsonBody } from "./api.ts";
import type { ApiOptions } from "./api.ts";
import { createJobClient } from "./job-client.ts";
import type { JobClient } from "./job-client.ts";

export interface BuilderClient {
  /** Requests a job once. Returns null if there was none in time. Throws ApiFault or the signal's reason. */
  lease(request: LeaseRequest, signal: AbortSignal): Promise<LeaseOffer | null>;
  /** Makes the client for the calls about one offered job. */
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
