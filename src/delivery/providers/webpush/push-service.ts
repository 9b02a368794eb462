// A push service as one batch asks it: whether anything is sent to it, and the headers that its messages share. Both are
// known at once after the first message, since each wait for what is known takes time.
import { isKnownService, readsDeclared, type Origin } from "../../../kit/push/services.ts";
import type { Urgency } from "../../../kit/push/content.ts";
import { collapseTopic } from "../collapse.ts";
import type { ProviderDeps, Verdict, WebPushSender } from "../types.ts";
import { ttlHeaders } from "./ttl-headers.ts";
import { unfitHost } from "./unfit-host.ts";

/** What the headers of a message depend on besides its push service and its sender. `ttl` is in seconds. */
export interface HeaderFields {
  ttl: number;
  urgency: Urgency;
  collapseId: string;
}

export class PushService {
  /** The origin of its endpoints. */
  readonly origin: string;
  readonly isKnown: boolean;
  readonly readsDeclared: boolean;
  readonly #hostname: string;
  /** The sender that it is open for, with the header that says so; null as long as nobody knows whether it is fit. */
  #open: { sender: WebPushSender; authorization: string } | null = null;
  /** The headers of the last message. */
  #last: { fields: HeaderFields; headers: Headers } | null = null;

  constructor({ origin, hostname }: Origin) {
    this.origin = origin;
    this.#hostname = hostname;
    this.isKnown = isKnownService(hostname);
    this.readsDeclared = readsDeclared(hostname);
  }

  /** Whether it is known that messages of `sender` can be sent to it. */
  isOpenTo({ publicKey, subject }: WebPushSender): boolean {
    const { sender } = this.#open ?? {};
    return sender?.publicKey === publicKey && sender.subject === subject;
  }

  /**
   * Finds out whether messages of `sender` can be sent to it, and signs for them at `now`, ms. Returns the verdict if they
   * can't; what is only so at present is asked again for the next message.
   */
  async open(
    deps: Pick<ProviderDeps, "leadsTo" | "vapid">,
    sender: WebPushSender,
    now: number,
  ): Promise<Verdict | null> {
    const unfit = await unfitHost(deps, this.#hostname);
    if (unfit !== null) return unfit;
    const authorization = await deps.vapid.authorization(sender, this.origin, now);
    this.#open = { sender, authorization };
    this.#last = null;
    return null;
  }

  /** Returns the headers of a message of the sender that it is open to. They are made when something has changed. */
  headers(fields: HeaderFields): Headers {
    const last = this.#last;
    if (last !== null && isSame(last.fields, fields)) return last.headers;
    const { ttl, urgency, collapseId } = fields;
    const headers = new Headers({
      authorization: this.#open?.authorization ?? "",
      ...ttlHeaders(this.#hostname, ttl),
      urgency,
      topic: collapseTopic(collapseId),
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
    });
    this.#last = { fields, headers };
    return headers;
  }
}

function isSame(one: HeaderFields, other: HeaderFields): boolean {
  return (
    one.ttl === other.ttl && one.urgency === other.urgency && one.collapseId === other.collapseId
  );
}
