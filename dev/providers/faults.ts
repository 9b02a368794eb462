// Scripted faults of one door. It is decided before the provider checks a request which fault applies to it.
import { z } from "zod";

/** Longest scripted delay, ms: above every timeout a sender may have. */
const MAX_LATENCY_MS = 120_000;
/** Longest Retry-After, s: a day, so that senders' own caps can be tried. */
const MAX_RETRY_AFTER_S = 86_400;

const Share = z.number().min(0).max(1);
/** When a fault strikes: at the next so many requests, then at this share of them, by chance. */
const Trigger = z.strictObject({
  next: z.int().min(0).default(0),
  share: Share.default(0),
});
/** Retry-After of the answer, s; null: no such header. */
const RetryAfter = z.int().min(0).max(MAX_RETRY_AFTER_S).nullable().default(null);

/** What `PUT /control/faults/:door` takes: the faults from now on, instead of those before. */
export const FaultSettings = z.strictObject({
  /** Delay before each answer, ms. */
  latency_ms: z.int().min(0).max(MAX_LATENCY_MS).default(0),
  /** Share of the live recipients answered as dead, always the same ones. */
  dead_share: Share.default(0),
  /** 429. */
  rate_limited: Trigger.extend({ retry_after: RetryAfter }).optional(),
  /** 5xx. */
  server_error: Trigger.extend({
    status: z.union([z.literal(500), z.literal(502), z.literal(503)]).default(500),
    retry_after: RetryAfter,
  }).optional(),
  /** The connection (HTTP/2: the stream) is reset without an answer. */
  reset: Trigger.optional(),
  /** No answer ever; ends when the client leaves. */
  hang: Trigger.optional(),
});
export type FaultSettings = z.infer<typeof FaultSettings>;

export type Fault =
  | { kind: "rate_limited"; status: 429; retryAfter: number | null }
  | { kind: "server_error"; status: 500 | 502 | 503; retryAfter: number | null }
  | { kind: "reset" }
  | { kind: "hang" };

/** A fault that is answered, unlike a reset or a hang. */
export type AnsweredFault = Extract<Fault, { status: number }>;

/** 32-bit FNV-1a: spreads recipients evenly and the same way in every run. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}

export class Faults {
  #settings: FaultSettings = FaultSettings.parse({});

  /** The settings, with what is left of each `next`. */
  get settings(): FaultSettings {
    return this.#settings;
  }

  set(settings: FaultSettings): void {
    this.#settings = structuredClone(settings);
  }

  clear(): void {
    this.#settings = FaultSettings.parse({});
  }

  /** The fault that strikes this request, or null. Counts `next` down. */
  strike(): Fault | null {
    const { hang, reset, server_error: error, rate_limited: limited } = this.#settings;
    if (hang && this.#hits(hang)) return { kind: "hang" };
    if (reset && this.#hits(reset)) return { kind: "reset" };
    if (error && this.#hits(error)) {
      return { kind: "server_error", status: error.status, retryAfter: error.retry_after };
    }
    if (limited && this.#hits(limited)) {
      return { kind: "rate_limited", status: 429, retryAfter: limited.retry_after };
    }
    return null;
  }

  /** Whether a live recipient belongs to the share that is answered as dead. */
  kills(recipient: string): boolean {
    const share = this.#settings.dead_share;
    return share > 0 && hash(recipient) / 2 ** 32 < share;
  }

  #hits(trigger: z.infer<typeof Trigger>): boolean {
    if (trigger.next > 0) {
      trigger.next -= 1;
      return true;
    }
    return trigger.share > 0 && Math.random() < trigger.share;
  }
}

/** The header of an answered fault, if it has one. */
export function retryAfterHeader(fault: AnsweredFault): Record<string, string> {
  return fault.retryAfter === null ? {} : { "retry-after": String(fault.retryAfter) };
}
