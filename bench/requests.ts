// What benchmarks of sending send, and the plainest requests that carry it: no links, no overrides, one text for all.

/** The text of every message. */
export const CONTENT = {
  title: "New Feature Available",
  body: "Check out our redesigned dashboard.",
};

/** A push subscription of a browser; the keys are base64url. */
export interface Subscription {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** A request by POST. */
export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

/** Returns the request that sends to one device by FCM. `url` is that of the project's `messages:send`. */
export function fcmPost(url: string, bearer: string, token: string): Post {
  return {
    url,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    body: JSON.stringify({ message: { token, notification: CONTENT } }),
  };
}

/** Returns the request that sends to one device by APNs at `origin`. */
export function apnsPost(origin: string, bearer: string, topic: string, token: string): Post {
  return {
    url: `${origin}/3/device/${token}`,
    headers: {
      authorization: `bearer ${bearer}`,
      "content-type": "application/json",
      "apns-topic": topic,
      "apns-push-type": "alert",
    },
    body: JSON.stringify({ aps: { alert: CONTENT } }),
  };
}
