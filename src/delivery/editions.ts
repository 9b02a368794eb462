// The editions of a notification for one batch: its content in each language, and the texts that each recipient's message has
// of its own, which are the token of its links and, where the notification is reported by message ids, the message id.
import { pushContent, translationsIn } from "../domain/notifications/content.ts";
import type { Sendable } from "../domain/notifications/load-sendable.ts";
import { LinkTokens, linksBy, MAX_LINK_TOKEN } from "../domain/notifications/links.ts";
import {
  isReportable,
  messageId,
  MESSAGE_ID_CHARACTERS,
  withMessageId,
} from "../domain/notifications/message-id.ts";
import type { Edition, Own } from "./providers/index.ts";

const NO_LINKS = { click: null, receipt: null };

export class Editions {
  readonly #key: string;
  readonly #origin: string;
  readonly #sendable: Sendable;
  readonly #expiresAt: number;
  readonly #tokens: LinkTokens;
  readonly #translationOf: (language: string | null) => string | null;
  /** By the translation. */
  readonly #known = new Map<string | null, Edition>();

  /**
   * The editions of `sendable` that expire at `expiresAt`, ms. `key` authenticates links, which lead to `origin`; "" for
   * messages without links.
   */
  constructor(key: string, origin: string, sendable: Sendable, expiresAt: number) {
    const { id, appId, content } = sendable;
    this.#key = key;
    this.#origin = origin;
    this.#sendable = sendable;
    this.#expiresAt = expiresAt;
    this.#tokens = new LinkTokens(key, { appId, notificationId: id });
    this.#translationOf = translationsIn(Object.keys(content.translations ?? {}));
  }

  /** Returns the edition for a language. */
  of(language: string | null): Edition {
    const translation = this.#translationOf(language);
    const known = this.#known.get(translation);
    if (known) return known;
    const made = this.#make(language);
    this.#known.set(translation, made);
    return made;
  }

  /** Returns the own texts of one recipient of an edition. */
  ownOf({ ownLengths: [token, id] }: Edition, subscriberId: number): Own {
    return [
      token === 0 ? "" : this.#tokens.of(subscriberId),
      id === 0 ? "" : messageId(this.#key, this.#sendable.id, subscriberId),
    ];
  }

  #make(language: string | null): Edition {
    const sendable = { ...this.#sendable, expiresAt: this.#expiresAt };
    const content = pushContent(sendable.content, sendable, language);
    const isReported = isReportable(content.data, content.notificationId);
    const origin = this.#origin;
    return {
      content,
      ownLengths: [origin === "" ? 0 : MAX_LINK_TOKEN, isReported ? MESSAGE_ID_CHARACTERS : 0],
      filled: ([token = "", id = ""]) => ({
        content: isReported ? withMessageId(content, id) : content,
        links: origin === "" ? NO_LINKS : linksBy(origin, token),
      }),
    };
  }
}
