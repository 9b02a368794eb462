// How requests reach APNs, which speaks HTTP/2 only. Behind an interface, because what `fetch` speaks
// depends on where the Worker runs.
import { exchange, type Exchange, type Fetch } from "../exchange.ts";

export interface ApnsRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Posts a request and gives the whole answer; never throws. */
export type ApnsTransport = (request: ApnsRequest) => Promise<Exchange>;

/** By `fetch`: HTTP/2 to Apple where the platform offers it. */
export function fetchTransport(fetch: Fetch): ApnsTransport {
  return ({ url, headers, body }) => exchange(fetch, url, { headers, body });
}
