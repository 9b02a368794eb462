// Refuses what another site has a browser send with a person's cookie (CSRF).
import { refuse } from "../kit/refusal.ts";

/**
 * Refuses `forbidden` unless a request that changes something comes from a page of ours, as browsers say in
 * Sec-Fetch-Site (W3C Fetch Metadata), or older ones in Origin. One that says neither is none of a browser's own.
 */
export function requireSameOrigin(request: Request, origin: string): void {
  const { method, headers } = request;
  if (method === "GET" || method === "HEAD") return;
  const site = headers.get("sec-fetch-site");
  const isOurs = site === null ? headers.get("origin") === origin : site === "same-origin";
  if (!isOurs) refuse({ code: "forbidden", message: "This was not sent by a page of this site." });
}
