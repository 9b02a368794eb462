// The messages of one batch. What its recipients have in common, such as a message's JSON and headers, is made once for all
// of them, and kept no longer than the batch.
import { ApnsMessages } from "./apns/send.ts";
import { FcmMessages } from "./fcm/send.ts";
import { isExpired } from "./lifetime.ts";
import type {
  Address,
  ApnsAddress,
  Edition,
  FcmAddress,
  Own,
  ProviderDeps,
  Sender,
  SendResult,
  Verdict,
} from "./types.ts";
import { WebPushMessages, type Sealed } from "./webpush/send.ts";

/** The message to one recipient, as far as it is made before the recipient's turn. */
export type Prepared =
  | { provider: "fcm"; edition: Edition; own: Own; address: FcmAddress }
  | { provider: "apns"; edition: Edition; own: Own; address: ApnsAddress }
  | { provider: "webpush"; edition: Edition; sealed: Sealed | Verdict };

export class Messages {
  readonly #now: () => number;
  readonly #fcm: FcmMessages;
  readonly #apns: ApnsMessages;
  readonly #webPush: WebPushMessages;

  /** The messages of a batch that begins now. */
  constructor(deps: ProviderDeps) {
    this.#now = deps.now;
    this.#fcm = new FcmMessages(deps);
    this.#apns = new ApnsMessages(deps);
    this.#webPush = new WebPushMessages(deps);
  }

  /**
   * Makes the message of `edition` to one address, with these texts of the recipient's own. For Web Push it is encrypted
   * here: it costs less to encrypt a whole batch before its first message is sent than to do it in between.
   */
  prepare(address: Address, edition: Edition, own: Own): Prepared {
    switch (address.provider) {
      case "fcm":
        return { provider: "fcm", edition, own, address };
      case "apns":
        return { provider: "apns", edition, own, address };
      case "webpush": {
        const sealed = this.#webPush.seal(address, edition, own);
        return { provider: "webpush", edition, sealed };
      }
    }
  }

  /**
   * Sends a message and returns the verdict. Never rejects because of a provider: no answer within 10 s is a retry, and
   * `token_expired` asks the caller to send again with a new bearer token. Throws TypeError if message and sender are of
   * different providers, which is a bug.
   */
  async send(message: Prepared, sender: Sender): Promise<SendResult> {
    if (isExpired(message.edition.content, this.#now())) {
      return { kind: "rejected", reason: "expired" };
    }
    if (message.provider === "fcm" && sender.provider === "fcm") {
      return this.#fcm.send(message, sender);
    }
    if (message.provider === "apns" && sender.provider === "apns") {
      return this.#apns.send(message, sender);
    }
    if (message.provider === "webpush" && sender.provider === "webpush") {
      return this.#webPush.send(message.edition.content, message.sealed, sender);
    }
    throw new TypeError(`a sender for ${sender.provider} can't reach ${message.provider}`);
  }
}
