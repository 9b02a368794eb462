// Whose turn it is in a batch, so that hosts which do not answer cost a batch little: in the ordinary lane a stranger is
// asked for one recipient alone until it has answered, and recipients of a slow host are left for the slow lane; and
// after some time nobody's turn comes any more, in either lane. Hosts are known by `takerOf` (kit/push/services.ts).
import type { Addressed, Lane } from "../domain/ports/notifications.ts";
import { MOST_SLOW_HOSTS, SLOW_MS, type HostPace } from "../kit/host-pace.ts";
import { isTrustedTaker, Origins, takerOf } from "../kit/push/services.ts";
import { SECOND_MS } from "../kit/time.ts";

/**
 * The time budget of a batch in each lane, ms: no send begins later than `begin`, and none is waited for longer than
 * `end`. At a usual push service a batch takes a second or two. What all hosts of a customer that hang cost the others
 * at first is one batch of the ordinary lane; the slow lane has room for three sends that hang, one after the other.
 */
export const BUDGETS: Record<Lane, { begin: number; end: number }> = {
  ordinary: { begin: 5 * SECOND_MS, end: 12 * SECOND_MS },
  slow: { begin: 21 * SECOND_MS, end: 31 * SECOND_MS },
};

/** A stranger whose answer takes longer than this is slow, ms: fifty, six at a time, take over 15 s. */
const SLOW_ANSWER_MS = 2 * SECOND_MS;
/**
 * A stranger that took longer than this without an answer is slow too, and so is one whose answers took longer in an
 * ordinary batch whose time was over before all had their turn, ms: at half of it fifty have theirs in time.
 */
const HINDERING_MS = SECOND_MS / 2;
/**
 * How long a push service of the browsers' makers, FCM or APNs is slow after it did not answer, ms. Nobody can make these
 * hang for one customer, so they are soon tried again.
 */
const TRUSTED_SLOW_MS = 30 * SECOND_MS;
/** Most hosts that a batch tells its run of. */
const MOST_TOLD = 8;

/** Who is asked for a recipient: its name by `takerOf`, and whether nobody can make it hang for one customer. */
interface Host {
  name: string;
  isTrusted: boolean;
}

export class Turns {
  readonly #owner: number;
  readonly #lane: Lane;
  readonly #pace: HostPace;
  readonly #now: () => number;
  readonly #beganAt: number;
  readonly #waiting: Addressed[];
  /** Who is asked for each recipient. */
  readonly #hosts: ReadonlyMap<Addressed, Host>;
  /** How many recipients each host is being asked for. */
  readonly #underWay = new Map<Host, number>();
  /** Hosts that answered in this batch, and that did not. */
  readonly #answered = new Set<Host>();
  readonly #silent = new Set<Host>();
  /** Strangers that took so long that they may keep others from having their turn. */
  readonly #hindering = new Set<Host>();
  /** Settles when a turn ends; null as long as nobody waits for it. */
  #changed: PromiseWithResolvers<void> | null = null;

  /** The turns of a batch of the customer `owner` that begins now. */
  constructor(
    recipients: readonly Addressed[],
    { owner, lane, pace, now }: { owner: number; lane: Lane; pace: HostPace; now: () => number },
  ) {
    this.#waiting = [...recipients];
    const origins = new Origins();
    const known = new Map<string, Host>();
    this.#hosts = new Map(
      recipients.map((recipient) => {
        const found = hostOf(recipient, origins);
        const host = known.get(found.name) ?? found;
        known.set(host.name, host);
        return [recipient, host];
      }),
    );
    this.#owner = owner;
    this.#lane = lane;
    this.#pace = pace;
    this.#now = now;
    this.#beganAt = now();
  }

  /** The recipients whose turn has not come. */
  get left(): readonly Addressed[] {
    return this.#waiting;
  }

  /** The strangers that did not answer in time, some of them. */
  get slowStrangers(): string[] {
    const strangers = [...this.#silent].filter(({ isTrusted }) => !isTrusted);
    return strangers.slice(0, MOST_TOLD).map(({ name }) => name);
  }

  /** Returns the recipient whose turn it is, once there is one; null when no turn comes any more. */
  async next(): Promise<Addressed | null> {
    for (;;) {
      if (this.#now() >= this.#beganAt + BUDGETS[this.#lane].begin) {
        this.close();
        return null;
      }
      const place = this.#waiting.findIndex((recipient) => this.#mayBegin(this.hostOf(recipient)));
      const [recipient] = place < 0 ? [] : this.#waiting.splice(place, 1);
      if (recipient) {
        const host = this.hostOf(recipient);
        this.#underWay.set(host, (this.#underWay.get(host) ?? 0) + 1);
        return recipient;
      }
      // Who is left is for the slow lane, unless a host that is being asked has not shown its pace.
      if (this.#waiting.every((one) => !this.#underWay.has(this.hostOf(one)))) return null;
      this.#changed ??= Promise.withResolvers<void>();
      await this.#changed.promise;
    }
  }

  /** Notes how a turn of `recipient` went: whether an answer came, and how long that took, ms. */
  end(recipient: Addressed, isAnswered: boolean, tookMs: number): void {
    const host = this.hostOf(recipient);
    const others = (this.#underWay.get(host) ?? 1) - 1;
    if (others > 0) this.#underWay.set(host, others);
    else this.#underWay.delete(host);
    if (isAnswered) this.#answered.add(host);
    if (host.isTrusted) this.#noteTrusted(host, isAnswered, tookMs);
    else this.#noteStranger(host, isAnswered, tookMs);
    this.#changed?.resolve();
    this.#changed = null;
  }

  /** Notes that the batch is over: nobody's turn comes any more. */
  close(): void {
    const isHindered = this.#lane === "ordinary" && this.#waiting.length > 0;
    if (isHindered) for (const host of this.#hindering) this.#noteSlow(host);
  }

  /** Who is asked for a recipient. */
  hostOf(recipient: Addressed): Readonly<Host> {
    const host = this.#hosts.get(recipient);
    if (!host) throw new Error("the recipient is of another batch");
    return host;
  }

  /** The lane in which a recipient is tried next. */
  laneOf(recipient: Addressed): Lane {
    return this.#isSlow(this.hostOf(recipient)) ? "slow" : "ordinary";
  }

  #noteStranger(host: Host, isAnswered: boolean, tookMs: number): void {
    if (tookMs > HINDERING_MS) this.#hindering.add(host);
    if (isAnswered && tookMs <= SLOW_ANSWER_MS) return this.#notePrompt(host);
    // A connection that breaks says nothing where others hold.
    if (tookMs <= HINDERING_MS && this.#answered.has(host)) return;
    this.#silent.add(host);
    // One host that fails at once, as where its name leads nowhere, costs nothing; many such hosts do.
    const isOne = tookMs <= HINDERING_MS && this.#silent.size < MOST_SLOW_HOSTS;
    if (isOne) this.#pace.noteOutage(this.#owner, host.name, SLOW_MS);
    else this.#noteSlow(host);
  }

  #noteTrusted(host: Host, isAnswered: boolean, tookMs: number): void {
    const askedAt = this.#now() - tookMs;
    if (isAnswered) {
      this.#pace.noteHealed(this.#owner, host.name);
      this.#notePrompt(host);
    } else if (tookMs > SLOW_ANSWER_MS && this.#pace.answeredAt(this.#owner, host.name) < askedAt) {
      this.#silent.add(host);
      this.#pace.noteOutage(this.#owner, host.name, TRUSTED_SLOW_MS);
    }
  }

  #noteSlow(host: Host): void {
    this.#silent.add(host);
    this.#pace.noteSlow(this.#owner, host.name);
  }

  #notePrompt(host: Host): void {
    this.#answered.add(host);
    this.#pace.notePrompt(this.#owner, host.name);
  }

  #mayBegin(host: Host): boolean {
    // In the slow lane all are tried, but a host that lets everybody wait is asked no more by this batch.
    if (this.#lane === "slow") return !this.#silent.has(host) || this.#answered.has(host);
    if (this.#isSlow(host)) return false;
    return host.isTrusted || this.#isProven(host) || !this.#underWay.has(host);
  }

  #isProven(host: Host): boolean {
    return this.#answered.has(host) || this.#pace.answeredAt(this.#owner, host.name) > -Infinity;
  }

  #isSlow(host: Host): boolean {
    return isSlow(this.#pace, this.#owner, host);
  }
}

/** Whether the host that is asked for `recipient` would probably keep a message of the customer `owner` waiting. */
export function isSlowFor(pace: HostPace, owner: number, recipient: Addressed): boolean {
  return isSlow(pace, owner, hostOf(recipient));
}

function hostOf({ provider, token }: Addressed, origins?: Origins): Host {
  const name = takerOf(provider, token, origins);
  return { name, isTrusted: isTrustedTaker(name) };
}

function isSlow(pace: HostPace, owner: number, { name, isTrusted }: Host): boolean {
  return isTrusted ? pace.wasSlow(owner, name) : pace.isSlow(owner, name);
}
