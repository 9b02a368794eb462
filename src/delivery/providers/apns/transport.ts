// Sends requests to APNs, which speaks only HTTP/2. It is behind an interface, since it depends on the host of the
// Worker whether `fetch` can do that.
import { exchange, type Exchange, type Fetch } from "../exchange.ts";

export interface ApnsRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Posts a request and returns the whole answer. Never throws. */
export type ApnsTransport = (request: ApnsRequest) => Promise<Exchange>;

/** Sends by `fetch`, in HTTP/2 if the host supports it. */
export function fetchTransport(fetch: Fetch): ApnsTransport {
  return ({ url, headers, body }) =>
    exchange(fetch, url, { headers, body, successBody: "drained" });
}
