// SendingShare: one object for each account, which divides among the account's runs how many batches these may have out,
// that is in a queue or claimed. So however much one customer sends at once, what another sends waits behind a bounded
// number of batches.
//
// It keeps nothing: what it knows is in memory, and the runs' next reports tell it again. A run that says nothing for a
// while counts as having nothing out, so that nothing given to a run that has died or ended is lost. Where it knows too
// little, the account has somewhat more out for some seconds.
import { DurableObject } from "cloudflare:workers";
import type { Lane, SendingSharePort, Wanted } from "../domain/ports/notifications.ts";
import { DIVISIONS, LaneShare } from "./lane-share.ts";

export class SendingShare extends DurableObject implements SendingSharePort {
  readonly #ordinary = new LaneShare(DIVISIONS.ordinary);
  readonly #slow = new LaneShare(DIVISIONS.slow);

  async ask(
    run: number,
    lanes: Record<Lane, Wanted>,
  ): Promise<Record<Lane, number> & { againMs: number }> {
    const now = Date.now();
    const ordinary = this.#ordinary.ask(run, lanes.ordinary, now);
    const slow = this.#slow.ask(run, lanes.slow, now);
    const waits = [
      ...(ordinary.granted < lanes.ordinary.wanted ? [ordinary.againMs] : []),
      ...(slow.granted < lanes.slow.wanted ? [slow.againMs] : []),
    ];
    const againMs = waits.length > 0 ? Math.min(...waits) : 0;
    return { ordinary: ordinary.granted, slow: slow.granted, againMs };
  }
}
