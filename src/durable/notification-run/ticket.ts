// The ticket of a claim: with it the claimant reports within the session in which it claimed. An object's requests are billed
// by the session, and calls on what a call returned belong to the session of that call (footnote 1 of
// https://developers.cloudflare.com/durable-objects/platform/pricing/), so a batch costs one request instead of two.
//
// An open session keeps the object active, which is billed by the second: a second costs as much as ten requests. In the
// ordinary lane many batches are out at once and share it. In the slow lane few are out, for half a minute each, so there is
// no ticket.
import { RpcTarget } from "cloudflare:workers";
import type { ClaimTicketPort, Report } from "../../domain/ports/notifications.ts";

export class ClaimTicket extends RpcTarget implements ClaimTicketPort {
  readonly #take: ClaimTicketPort["complete"];

  /** A ticket whose report goes to `take`. */
  constructor(take: ClaimTicketPort["complete"]) {
    super();
    this.#take = take;
  }

  async complete(...report: Report): Promise<void> {
    await this.#take(...report);
  }
}
