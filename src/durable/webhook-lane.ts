// WebhookLane: one object for each account, which makes the attempts at those webhook deliveries of the account that
// would keep other accounts' waiting (domain/webhooks/lane.ts). What waits is in the database; the object keeps only
// whose lane it is, and an alarm for when the next delivery is due. Each alarm makes a few attempts at once.
import { DurableObject } from "cloudflare:workers";
import type { Ctx } from "../domain/context.ts";
import type { WebhookLanePort } from "../domain/ports/webhooks.ts";
import { deliverFromLane } from "../domain/webhooks/attempt-delivery.ts";
import { SECOND_MS } from "../kit/time.ts";

/** The entry of the key-value store that holds the account's id. */
const ACCOUNT_KEY = "account";
/** A failed alarm comes again after this, ms: an overloaded database gets time to recover. */
const REDO_AFTER_MS = 5 * SECOND_MS;

export abstract class WebhookLaneObject<Env> extends DurableObject<Env> implements WebhookLanePort {
  protected abstract context(): Ctx;

  async wake(accountId: number, at: number): Promise<void> {
    const { kv } = this.ctx.storage;
    if (kv.get(ACCOUNT_KEY) === undefined) kv.put(ACCOUNT_KEY, accountId);
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  /** A failure is logged and followed by another alarm, since the platform gives up on a failing one. */
  override async alarm(): Promise<void> {
    const accountId = this.ctx.storage.kv.get<number>(ACCOUNT_KEY);
    if (accountId === undefined) return;
    const ctx = this.context();
    let next: number | null;
    try {
      next = await deliverFromLane(ctx, accountId);
    } catch (error) {
      ctx.log.error("alarm_failed", error, { lane: accountId });
      next = ctx.now() + REDO_AFTER_MS;
    }
    if (next !== null) await this.wake(accountId, next);
    // Nothing is left, unless somebody has woken the lane since it looked.
    else if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.deleteAll();
  }
}
