// The headers that say how long a push service keeps a message for a browser that is offline (RFC 8030 section 5.2).

/** Microsoft's push service for Edge on Windows, WNS. */
const WNS = /(^|\.)notify\.windows\.com\.?$/;

/** Returns the headers for the push service at `hostname`. `ttl` is in seconds; 0: the message is not kept. */
export function ttlHeaders(hostname: string, ttl: number): Record<string, string> {
  return {
    ttl: String(ttl),
    // WNS refuses a message that is not to be kept unless it is told so in its own words.
    ...(ttl === 0 && WNS.test(hostname) ? { "x-wns-cache-policy": "no-cache" } : {}),
  };
}
