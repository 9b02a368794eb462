// How long a message may still wait for its device.
import { SECOND_MS } from "../../kit/time.ts";
import type { PushContent } from "../../kit/push/content.ts";

type Lifetime = Pick<PushContent, "ttlSeconds" | "expiresAt">;

/** Whether a message is too old to be sent. One with a TTL of 0 is never: it is tried once, at once. */
export function isExpired(content: Lifetime, now: number): boolean {
  return content.ttlSeconds > 0 && content.expiresAt <= now;
}

/** The TTL to send with at `now`, whole seconds: what a retry has left of it, at least 1, or 0 for 0. */
export function secondsLeft(content: Lifetime, now: number): number {
  if (content.ttlSeconds === 0) return 0;
  const left = Math.ceil((content.expiresAt - now) / SECOND_MS);
  return Math.min(Math.max(left, 1), content.ttlSeconds);
}
