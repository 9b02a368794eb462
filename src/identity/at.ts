// Where a request of somebody who comes in was made, which verbs need for cookies, links and limits.
import { networkOf } from "../kit/network.ts";

export interface At {
  /** The origin of our pages, as in links. */
  origin: string;
  request: Request;
}

/** The network address that the request comes from, as Cloudflare reports it. */
export function networkAt({ request }: At): string {
  return networkOf(request.headers.get("cf-connecting-ip") ?? "local");
}
