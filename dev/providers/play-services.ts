// What stands in for Play services on phones and for the part of FCM behind them: it hands out tokens, and keeps what was
// pushed to one, encrypted as it came, until the phone fetches it. Only the phone has the key.
import type { Recipient, Recipients } from "./recipients.ts";

/** Messages kept for one phone that does not fetch them: FCM keeps so many for a device that is offline. */
const MESSAGES_KEPT = 100;
/** Longest a fetch waits for a message, ms: below the time-outs of those who ask. */
const MAX_WAIT_MS = 20_000;

/** Who asks for a token: an app for one of its subscriptions, for messages that this VAPID key signs. */
export interface TokenRequest {
  /** The package of the app. */
  app: string;
  /** What tells its subscriptions apart, `wp:` and an id of its own. */
  subtype: string;
  /** The VAPID public key, base64url. */
  sender: string;
}

export interface PhoneMessage {
  id: string;
  /** The encrypted body in base64; null for a message without one. */
  body: string | null;
}

interface Line {
  waiting: PhoneMessage[];
  /** Wakes who waits for a message. */
  arrived: (() => void) | null;
}

export class PlayServices {
  readonly #recipients: Recipients;
  #tokens = new Map<string, string>();
  #lines = new Map<string, Line>();

  constructor(recipients: Recipients) {
    this.#recipients = recipients;
  }

  /** The token for this request; who asks the same again gets the same, unless it has ended. Null when there are too many. */
  register({ app, subtype, sender }: TokenRequest): string | null {
    const name = `${app} ${subtype} ${sender}`;
    const known = this.#tokens.get(name);
    const recipient = known === undefined ? undefined : this.#find(known);
    if (known !== undefined && recipient?.diedAt === null) return known;
    const made = this.#recipients.addPhone(sender);
    if (made === null) return null;
    this.#tokens.set(name, made.id);
    this.#lines.set(made.id, { waiting: [], arrived: null });
    return made.id;
  }

  /** Ends a token, as uninstalling the app does. False when it is unknown. */
  end(token: string): boolean {
    const recipient = this.#find(token);
    if (!recipient) return false;
    recipient.diedAt ??= Date.now();
    return true;
  }

  /** Keeps a message for the phone of this token. */
  keep(token: string, message: PhoneMessage): void {
    const line = this.#lines.get(token);
    if (!line) return;
    line.waiting = [...line.waiting, message].slice(-MESSAGES_KEPT);
    line.arrived?.();
  }

  /**
   * The messages that came for this token, oldest first, once there is one; none after MAX_WAIT_MS. Those up to `after`, the
   * id of one, have arrived, and are kept no more. Null for an unknown token.
   */
  async fetch(token: string, after: string): Promise<PhoneMessage[] | null> {
    const line = this.#lines.get(token);
    if (!line) return null;
    line.waiting = line.waiting.slice(line.waiting.findIndex(({ id }) => id === after) + 1);
    if (line.waiting.length > 0) return line.waiting;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => resolve(), MAX_WAIT_MS);
    line.arrived = () => resolve();
    await promise;
    clearTimeout(timer);
    return line.waiting;
  }

  clear(): void {
    this.#tokens = new Map();
    this.#lines = new Map();
  }

  #find(token: string): Recipient | undefined {
    return this.#lines.has(token) ? this.#recipients.get("webpush", token) : undefined;
  }
}
