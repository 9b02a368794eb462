// Which hosts keep a customer's messages waiting: what an isolate has seen of them lately. A message to a slow host
// leaves for a lane of its own instead of holding up the messages behind it.
//
// What one customer's messages met is never held against another's: whoever can make a path of a shared host hang
// would otherwise slow down everybody there.
import { Bounded } from "./bounded.ts";
import { MINUTE_MS } from "./time.ts";

/** How long a host counts as slow after it kept a message waiting, ms. */
export const SLOW_MS = 5 * MINUTE_MS;
/** How long a host that answered in time is trusted to do so again, ms. */
const PROMPT_MS = 10 * MINUTE_MS;
/** Hosts that may be slow before all hosts of the same customer are taken to be slow which have not answered lately. */
export const MOST_SLOW_HOSTS = 4;
/** Most customers whose hosts an isolate keeps. */
const MAX_OWNERS = 500;
/** Most hosts of each kind that an isolate keeps for a customer. */
const MAX_HOSTS = 200;

interface OwnersHosts {
  /** Until when each host counts as slow, ms. */
  slow: Bounded<string, number>;
  /** Until when each host is trusted to answer in time, ms. */
  prompt: Bounded<string, number>;
  /** The ends of the latest times for which a host became slow, ms; the earliest first. */
  slowUntil: number[];
}

export class HostPace {
  readonly #owners = new Bounded<number, OwnersHosts>(MAX_OWNERS);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a message of the customer `owner` would probably wait for `host`, a name with its port. */
  isSlow(owner: number, host: string): boolean {
    const hosts = this.#owners.get(owner);
    if (!hosts) return false;
    const now = this.#now();
    if ((hosts.slow.get(host) ?? 0) > now) return true;
    if ((hosts.prompt.get(host) ?? 0) > now) return false;
    return hosts.slowUntil.filter((until) => until > now).length >= MOST_SLOW_HOSTS;
  }

  /** Notes that `host` kept a message of `owner` waiting until its time was over. */
  noteSlow(owner: number, host: string): void {
    const hosts = this.#hostsOf(owner);
    const now = this.#now();
    const wasSlow = (hosts.slow.get(host) ?? 0) > now;
    hosts.slow.put(host, now + SLOW_MS);
    hosts.prompt.delete(host);
    if (!wasSlow) hosts.slowUntil = [...hosts.slowUntil, now + SLOW_MS].slice(-MOST_SLOW_HOSTS);
  }

  /** Notes that `host` answered a message of `owner` in time. */
  notePrompt(owner: number, host: string): void {
    const hosts = this.#hostsOf(owner);
    hosts.slow.delete(host);
    hosts.prompt.put(host, this.#now() + PROMPT_MS);
  }

  #hostsOf(owner: number): OwnersHosts {
    return (
      this.#owners.get(owner) ??
      this.#owners.put(owner, {
        slow: new Bounded(MAX_HOSTS),
        prompt: new Bounded(MAX_HOSTS),
        slowUntil: [],
      })
    );
  }
}
