// The senders of one batch: each is found once, and again when its bearer token is refused.
import type { Ctx } from "../domain/context.ts";
import type { Provider } from "../kit/push/credentials.ts";
import type { Sender } from "./providers/index.ts";
import type { AppCredentials, Found, Senders } from "./senders.ts";

export class BatchSenders {
  readonly #ctx: Ctx;
  readonly #senders: Senders;
  readonly #credentials: AppCredentials;
  /** What was looked for last, by provider. */
  readonly #found = new Map<Provider, Promise<Found>>();

  /** The senders of an app that has these credentials when its batch begins. */
  constructor(ctx: Ctx, senders: Senders, credentials: AppCredentials) {
    this.#ctx = ctx;
    this.#senders = senders;
    this.#credentials = credentials;
  }

  /**
   * Returns the sender for `provider`, another one than that which was `refused`. Rejects, for those who ask meanwhile, where the
   * keeper of its token can't be reached.
   */
  async of(provider: Provider, refused: Sender | null = null): Promise<Found> {
    for (;;) {
      const looked = this.#found.get(provider);
      const found = await looked;
      if (found?.ok && found.sender !== refused) return found;
      // Unless another one looks for it again already.
      if (this.#found.get(provider) === looked) return this.#find(provider, refused);
    }
  }

  async #find(provider: Provider, refused: Sender | null): Promise<Found> {
    const found = this.#senders.find(this.#ctx, provider, this.#credentials.get(provider), refused);
    this.#found.set(provider, found);
    try {
      return await found;
    } catch (error) {
      if (this.#found.get(provider) === found) this.#found.delete(provider);
      throw error;
    }
  }
}
