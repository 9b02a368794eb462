// The devices and subscriptions that the stand-in knows: made here, or registered with a token of one's own.
// Each counts what it received. Push subscriptions keep their private keys, as a browser would.
import { createECDH, randomBytes } from "node:crypto";

/** Recipients of one kind kept at most: five of the largest benchmark's audiences, some 200 MiB. */
const MAX_RECIPIENTS = 500_000;

export const KINDS = ["fcm", "apns", "webpush"] as const;
export type Kind = (typeof KINDS)[number];

export interface Recipient {
  /** FCM or APNs token, or the id in the path of a push endpoint. */
  id: string;
  /** When it was uninstalled or unsubscribed, Unix ms; null: alive. */
  diedAt: number | null;
  /**
   * Whom it registered with: FCM project, APNs topic, VAPID public key (RFC 8292, section 4: a restricted
   * subscription). Null: takes messages of anyone.
   */
  sender: string | null;
  /** FCM only: whether it is an iPhone or browser whose own service refuses what Firebase presents for it. */
  thirdPartyRefuses: boolean;
  /** Web Push only: whether it is one of Microsoft's push service, WNS. */
  wns: boolean;
  /** Web Push only: whether it is an app on a phone, pushed to at Google's push service. */
  isPhone: boolean;
  /** Web Push only; null for a phone or a real browser, which keeps its keys to itself. */
  keys: SubscriptionKeys | null;
  /** Messages received since the last reset. */
  received: number;
}

/** RFC 8291, section 2: the user agent's key pair and authentication secret. */
export interface SubscriptionKeys {
  privateKey: Buffer;
  /** base64url of the uncompressed point. */
  p256dh: string;
  /** base64url of 16 bytes. */
  auth: string;
}

export interface MakeRecipients {
  count: number;
  deadShare: number;
  /** Unix ms; when the dead ones died. */
  diedAt: number;
  sender: string | null;
  thirdPartyRefuses: boolean;
  wns: boolean;
  /** Tokens to register instead of making new ones; of Web Push, the ids of a real browser's endpoints. */
  tokens: string[] | null;
}

/** Length in characters of a new FCM token's two parts, as real ones have. */
const FCM_INSTANCE_CHARS = 22;
const FCM_TOKEN_BYTES = 100;
const APNS_TOKEN_BYTES = 32;
const SUBSCRIPTION_ID_BYTES = 16;
const AUTH_BYTES = 16;

const MAKE_ID: Record<Kind, () => string> = {
  fcm: () => {
    const instance = randomBytes(FCM_INSTANCE_CHARS).toString("base64url");
    const rest = randomBytes(FCM_TOKEN_BYTES).toString("base64url");
    return `${instance.slice(0, FCM_INSTANCE_CHARS)}:APA91b${rest}`;
  },
  apns: () => randomBytes(APNS_TOKEN_BYTES).toString("hex"),
  webpush: () => randomBytes(SUBSCRIPTION_ID_BYTES).toString("base64url"),
};

function makeKeys(): SubscriptionKeys {
  const pair = createECDH("prime256v1");
  return {
    p256dh: pair.generateKeys("base64url"),
    privateKey: pair.getPrivateKey(),
    auth: randomBytes(AUTH_BYTES).toString("base64url"),
  };
}

/** Whether number `index` is one of the share, spread evenly: exactly count x share in all. */
function inShare(index: number, share: number): boolean {
  return Math.floor((index + 1) * share) > Math.floor(index * share);
}

export class Recipients {
  #byKind: Record<Kind, Map<string, Recipient>> = {
    fcm: new Map(),
    apns: new Map(),
    webpush: new Map(),
  };

  get(kind: Kind, id: string): Recipient | undefined {
    return this.#byKind[kind].get(id);
  }

  all(kind: Kind): Iterable<Recipient> {
    return this.#byKind[kind].values();
  }

  /** Adds recipients; a token that is known already starts anew. Null when that would be too many. */
  make(kind: Kind, input: MakeRecipients): Recipient[] | null {
    const known = this.#byKind[kind];
    const count = input.tokens?.length ?? input.count;
    if (known.size + count > MAX_RECIPIENTS) return null;
    return Array.from({ length: count }, (_, index) => {
      const recipient: Recipient = {
        id: input.tokens?.[index] ?? MAKE_ID[kind](),
        diedAt: inShare(index, input.deadShare) ? input.diedAt : null,
        sender: input.sender,
        thirdPartyRefuses: input.thirdPartyRefuses,
        wns: input.wns,
        isPhone: false,
        keys: kind === "webpush" && input.tokens === null ? makeKeys() : null,
        received: 0,
      };
      known.set(recipient.id, recipient);
      return recipient;
    });
  }

  /** Adds an app on a phone, for messages that this VAPID key signs. Null when that would be too many. */
  addPhone(sender: string): Recipient | null {
    const known = this.#byKind.webpush;
    if (known.size >= MAX_RECIPIENTS) return null;
    const about = { diedAt: null, sender, thirdPartyRefuses: false, wns: false, isPhone: true };
    // Its token has the form of any other of FCM's.
    const phone = { id: MAKE_ID.fcm(), ...about, keys: null, received: 0 };
    known.set(phone.id, phone);
    return phone;
  }

  forgetReceived(): void {
    for (const kind of KINDS) for (const one of this.all(kind)) one.received = 0;
  }

  clear(): void {
    for (const kind of KINDS) this.#byKind[kind].clear();
  }
}

/** How a kind's messages spread over its recipients. */
export interface Reach {
  recipients: number;
  /** Recipients that received at least one message. */
  reached: number;
  /** Messages beyond the first, of all recipients. */
  repeats: number;
  max_per_recipient: number;
}

export function reach(recipients: Iterable<Recipient>): Reach {
  const sum: Reach = { recipients: 0, reached: 0, repeats: 0, max_per_recipient: 0 };
  for (const { received } of recipients) {
    sum.recipients += 1;
    if (received > 0) sum.reached += 1;
    if (received > 1) sum.repeats += received - 1;
    sum.max_per_recipient = Math.max(sum.max_per_recipient, received);
  }
  return sum;
}
