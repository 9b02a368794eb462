// What is pushed: the content of a notification in one language, and how large it becomes for a provider.
import type { Provider } from "./credentials.ts";

/** How soon a device should be woken for a message (RFC 8030 section 5.3). */
export type Urgency = "very-low" | "low" | "normal" | "high";

/** Fields of a provider's own message that the owner sets for one subscriber platform. */
export type Overrides = Readonly<Record<string, unknown>>;

/** A notification in one language: plain JSON that never changes, the same for all recipients of that language. */
export interface PushContent {
  /** The notification's UUID. */
  readonly notificationId: string;
  readonly title: string;
  readonly body: string;
  readonly icon: string | null;
  readonly image: string | null;
  readonly url: string | null;
  /** Buttons. One without a URL opens the notification's; `dismiss` only closes it, and has none. */
  readonly actions: readonly {
    readonly title: string;
    readonly action: string;
    readonly url?: string;
  }[];
  readonly data: Readonly<Record<string, unknown>> | null;
  /** 0: a single attempt, which reaches only a device that is online at that moment. */
  readonly ttlSeconds: number;
  /** When the message becomes worthless, ms since 1970. */
  readonly expiresAt: number;
  readonly urgency: Urgency;
  /** A device replaces a message by a later one with the same id. At most 64 bytes. */
  readonly collapseId: string;
  readonly overrides: {
    readonly android: Overrides | null;
    readonly ios: Overrides | null;
    readonly web: Overrides | null;
  };
}

/** How large a message is at most for one provider, which refuses it when `bytes` exceeds `limit`. */
export interface PayloadSize {
  provider: Provider;
  bytes: number;
  /** The most bytes that the provider accepts. */
  limit: number;
}
