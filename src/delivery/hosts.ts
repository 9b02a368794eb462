// Where the hosts of push endpoints lead: anybody with an app's public key can register an endpoint, and what is
// sent there must not reach into a private network. Names are looked up once an hour and isolate.
import { resolvesTo } from "../domain/webhooks/target.ts";
import { isPublicHost } from "../kit/public-host.ts";
import { HOUR_MS, SECOND_MS } from "../kit/time.ts";
import { Bounded } from "../kit/bounded.ts";
import type { Fetch } from "./providers/exchange.ts";
import type { Whereabouts } from "./providers/index.ts";

/** The browsers' own push services: sending to them waits for no look-up, and depends on none. */
const PUSH_SERVICES =
  /(^|\.)(fcm\.googleapis\.com|push\.services\.mozilla\.com|notify\.windows\.com|push\.apple\.com)$/;
/** How long it is known where a name leads, ms. */
const KNOWN_MS = HOUR_MS;
/** How long a name that could not be resolved is not asked for again, ms. */
const UNKNOWN_MS = 10 * SECOND_MS;
/** Hosts an isolate remembers. */
const MAX_HOSTS = 1000;

/**
 * What tells where a host leads; where private targets are allowed, every one counts as public. It keeps answers
 * only, never promises: one that belongs to an invocation which was cut off would never settle for the others.
 */
export function createHosts(
  fetch: Fetch,
  now: () => number,
  allowPrivateTargets: boolean,
): (hostname: string) => Promise<Whereabouts> {
  const looked = new Bounded<string, { until: number; answer: Whereabouts }>(MAX_HOSTS);
  return async (hostname) => {
    if (allowPrivateTargets || PUSH_SERVICES.test(hostname)) return "public";
    if (!isPublicHost(hostname)) return "private";
    const known = looked.get(hostname);
    if (known && known.until > now()) return known.answer;
    const answer = await resolvesTo({ fetch }, hostname);
    looked.put(hostname, { until: now() + (answer === "unknown" ? UNKNOWN_MS : KNOWN_MS), answer });
    return answer;
  };
}
