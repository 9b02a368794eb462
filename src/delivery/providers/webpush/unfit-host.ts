// Tells which hosts of endpoints nothing is sent to: neither messages nor what verifies a credential.
import { isPublicHost, neverResolves } from "../../../kit/public-host.ts";
import { MINUTE_MS } from "../../../kit/time.ts";
import type { ProviderDeps, Verdict } from "../types.ts";

/**
 * How long after the first attempt a host is waited for that is no known push service, ms: anybody can register one, and
 * would otherwise keep a notification from ending for hours.
 */
export const STRANGER_MS = 15 * MINUTE_MS;
/** The reason of the verdict for a host that is not resolved. */
export const UNKNOWN_HOST = "unknown host";

/** Returns the verdict for a host that nothing is sent to; null for all others. */
export async function unfitHost(
  { leadsTo }: Pick<ProviderDeps, "leadsTo">,
  hostname: string,
): Promise<Verdict | null> {
  const gone = { kind: "gone", reason: "no push service can be at this host" } as const;
  if (neverResolves(hostname)) return gone;
  switch (await leadsTo(hostname)) {
    case "public":
      return null;
    case "unknown":
      return { kind: "retry", reason: UNKNOWN_HOST, afterMs: null, limitMs: STRANGER_MS };
    case "private":
      // A host that is private by its own name was stored before such names were refused, and stays private. What a
      // public name leads to can change.
      return isPublicHost(hostname)
        ? { kind: "rejected", reason: "the endpoint leads to a private address" }
        : gone;
  }
}
