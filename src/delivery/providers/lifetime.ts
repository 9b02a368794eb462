// Computes how long a message may still wait for its device.
import { SECOND_MS } from "../../kit/time.ts";
import type { PushContent } from "../../kit/push/content.ts";

type Lifetime = Pick<PushContent, "ttlSeconds" | "expiresAt">;

/** Whether a message has expired. A message with a TTL of 0 never does: it has a single attempt, made at once. */
export function isExpired(content: Lifetime, now: number): boolean {
  return content.ttlSeconds > 0 && content.expiresAt <= now;
}

/** Returns the TTL that is left at `now`, in whole seconds: at least 1, or 0 for a TTL of 0. */
export function secondsLeft(content: Lifetime, now: number): number {
  if (content.ttlSeconds === 0) return 0;
  const left = Math.ceil((content.expiresAt - now) / SECOND_MS);
  return Math.min(Math.max(left, 1), content.ttlSeconds);
}
