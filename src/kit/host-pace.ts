// Which hosts keep a customer's messages waiting: what an isolate has seen of them lately. A message to a slow host
// leaves for a lane of its own instead of holding up the messages behind it.
//
// What one customer's messages met is never held against another's: whoever can make a path of a shared host hang
// would otherwise slow down everybody there. And an answer in time never ends a slow time early, since whoever lets
// every other message hang would otherwise be waited for again and again.
import { Bounded } from "./bounded.ts";
import { MINUTE_MS, SECOND_MS } from "./time.ts";

/** How long a host counts as slow after it kept a message waiting, ms. */
export const SLOW_MS = 5 * MINUTE_MS;
/** How long a host that answered in time is trusted to do so again while others are slow, ms. */
const PROMPT_MS = 10 * MINUTE_MS;
/** Hosts that become slow before only those are trusted which have answered since: it is no single host's failure. */
export const MOST_SLOW_HOSTS = 4;
/** How long before its host became slow a message had been sent at most, ms: answers since then count as later ones. */
const WAITED_MS = 15 * SECOND_MS;
/** Most customers whose hosts an isolate keeps. */
const MAX_OWNERS = 500;
/** Most hosts of each kind that an isolate keeps for a customer. */
const MAX_HOSTS = 200;

interface OwnersHosts {
  /** Until when each host counts as slow, ms. */
  slow: Bounded<string, number>;
  /** When each host last answered in time, ms. */
  prompt: Bounded<string, number>;
  /** The latest times at which a host became slow, ms; the earliest first. */
  slowSince: number[];
}

export class HostPace {
  readonly #owners = new Bounded<number, OwnersHosts>(MAX_OWNERS);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether `host`, a name with its port, itself kept a message of the customer `owner` waiting lately. */
  wasSlow(owner: number, host: string): boolean {
    return (this.#owners.get(owner)?.slow.get(host) ?? 0) > this.#now();
  }

  /**
   * Whether a message of `owner` would probably wait for `host`. While one of the owner's hosts is slow, those count as
   * slow too that have not answered lately: each of many dead hosts would otherwise have to be waited for once.
   */
  isSlow(owner: number, host: string): boolean {
    const hosts = this.#owners.get(owner);
    if (!hosts) return false;
    if (this.wasSlow(owner, host)) return true;
    const now = this.#now();
    const since = hosts.slowSince.filter((at) => at > now - SLOW_MS);
    const [first] = since;
    if (first === undefined) return false;
    const isMany = since.length >= MOST_SLOW_HOSTS;
    return this.answeredAt(owner, host) < (isMany ? first - WAITED_MS : now - PROMPT_MS);
  }

  /** When `host` last answered a message of `owner` in time, ms; -Infinity: that is not known. */
  answeredAt(owner: number, host: string): number {
    return this.#owners.get(owner)?.prompt.get(host) ?? -Infinity;
  }

  /** Notes that `host` kept a message of `owner` waiting; it counts as slow for `forMs`. */
  noteSlow(owner: number, host: string, forMs = SLOW_MS): void {
    const hosts = this.#hostsOf(owner);
    const now = this.#now();
    if (!this.wasSlow(owner, host)) {
      hosts.slowSince = [...hosts.slowSince, now].slice(-MOST_SLOW_HOSTS);
    }
    hosts.slow.put(host, Math.max(now + forMs, hosts.slow.get(host) ?? 0));
  }

  /** Notes that `host` answered a message of `owner` in time. */
  notePrompt(owner: number, host: string): void {
    this.#hostsOf(owner).prompt.put(host, this.#now());
  }

  /** Notes that `host` does not answer `owner` at present, which says nothing of the owner's other hosts. */
  noteOutage(owner: number, host: string, forMs: number): void {
    this.#hostsOf(owner).slow.put(host, this.#now() + forMs);
  }

  /** Ends the slow time of `host`, which nobody can make hang for one customer alone. */
  noteHealed(owner: number, host: string): void {
    this.#owners.get(owner)?.slow.delete(host);
  }

  #hostsOf(owner: number): OwnersHosts {
    return (
      this.#owners.get(owner) ??
      this.#owners.put(owner, {
        slow: new Bounded(MAX_HOSTS),
        prompt: new Bounded(MAX_HOSTS),
        slowSince: [],
      })
    );
  }
}
