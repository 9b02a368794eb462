// How long a message may still live, and whether it has expired.
import { expect, test } from "vitest";
import { isExpired, secondsLeft } from "../../../../src/delivery/providers/lifetime.ts";
import { NOW } from "../../../support/push-content.ts";

/** TTL in seconds, time left in ms, TTL to send with, whether it is too late. */
test.each([
  [3600, 3_600_000, 3600, false],
  [3600, 1_800_000, 1800, false],
  [3600, 1_800_001, 1801, false],
  [3600, 7_200_000, 3600, false],
  [3600, 1, 1, false],
  // the clock may pass the end between the two questions
  [3600, 0, 1, true],
  [3600, -5000, 1, true],
  [0, 0, 0, false],
  [0, -5000, 0, false],
])(
  "a TTL of %i s with %i ms left is sent as %i s, expired: %s",
  (ttlSeconds, leftMs, seconds, expired) => {
    const lifetime = { ttlSeconds, expiresAt: NOW + leftMs };
    expect(secondsLeft(lifetime, NOW)).toBe(seconds);
    expect(isExpired(lifetime, NOW)).toBe(expired);
  },
);
