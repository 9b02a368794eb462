// Finds out where the hosts of push endpoints lead: anybody with an app's public key can register an endpoint, and
// messages must not reach into a private network. Each isolate resolves a name once an hour.
import { resolvesTo } from "../domain/webhooks/target.ts";
import { isPublicHost } from "../kit/public-host.ts";
import { HOUR_MS, SECOND_MS } from "../kit/time.ts";
import { Bounded } from "../kit/bounded.ts";
import type { Fetch } from "./providers/exchange.ts";
import type { LeadsTo } from "./providers/index.ts";
import { isKnownService } from "../kit/push/services.ts";

/** How long the result for a name is kept, ms. */
const KNOWN_MS = HOUR_MS;
/** How long to wait before a name that could not be resolved is tried again, ms. */
const UNKNOWN_MS = 10 * SECOND_MS;
/** Most hosts that an isolate keeps. */
const MAX_HOSTS = 1000;

/**
 * Makes the function that returns where a host leads. If private targets are allowed, every host counts as public. It
 * caches answers and never promises: the promise of an invocation that was cut off would never settle for others.
 */
export function createHosts(
  fetch: Fetch,
  now: () => number,
  allowPrivateTargets: boolean,
): (hostname: string) => Promise<LeadsTo> {
  const resolved = new Bounded<string, { until: number; answer: LeadsTo }>(MAX_HOSTS);
  return async (hostname) => {
    if (allowPrivateTargets || isKnownService(hostname)) return "public";
    if (!isPublicHost(hostname)) return "private";
    const known = resolved.get(hostname);
    if (known && known.until > now()) return known.answer;
    const answer = await resolvesTo({ fetch }, hostname);
    resolved.put(hostname, {
      until: now() + (answer === "unknown" ? UNKNOWN_MS : KNOWN_MS),
      answer,
    });
    return answer;
  };
}
