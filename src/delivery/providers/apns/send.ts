// Sends messages through APNs.
import { Stencils } from "../stencil.ts";
import type { ApnsAddress, ApnsSender, Edition, Own, ProviderDeps, SendResult } from "../types.ts";
import { buildApnsPayload } from "./payload.ts";
import { buildApnsRequest } from "./request.ts";
import { apnsVerdict } from "./verdicts.ts";

type Deps = Pick<ProviderDeps, "apns" | "now" | "apnsUrl">;

/** The messages of a batch to APNs. */
export class ApnsMessages {
  readonly #deps: Deps;
  readonly #stencils = new Stencils();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Sends a message to one device. `token_expired` asks the caller to send again with a new provider token. */
  async send(
    { address, edition, own }: { address: ApnsAddress; edition: Edition; own: Own },
    sender: ApnsSender,
  ): Promise<SendResult> {
    const { apns, now, apnsUrl } = this.#deps;
    const stencil = this.#stencils.of(edition, "", ({ content, links }) =>
      JSON.stringify(buildApnsPayload(content, links)),
    );
    const message = { content: edition.content, body: stencil.textWith(own) };
    const answer = await apns(buildApnsRequest(address, message, sender, apnsUrl));
    if (!answer.answered) return { kind: "retry", reason: answer.reason, afterMs: null };
    return apnsVerdict(answer, address.registeredAt, now());
  }
}
