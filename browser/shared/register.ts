// Registers this browser's push subscription at the API, so that it stays the same subscriber.
import { ask, type RefusedAnswer } from "./ask.ts";
import { keep, type Kept } from "./kept.ts";

interface Keys {
  public_key: string;
  vapid_public_key: string | null;
}

/** Returns the app's present keys. */
export function keysOf({ api, app }: Pick<Kept, "api" | "app">): Promise<Keys> {
  return ask<Keys>(api, "GET", `apps/${app}/keys`);
}

/** What proves to be the subscriber; nothing before there is one. */
export function bearer(token: string): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

/**
 * Registers `subscription` with `more`, and keeps that. The app's public key is looked up where it is refused, and a token
 * that nobody knows any more is given up: then the browser is a new subscriber.
 */
export async function register(
  given: Kept,
  subscription: PushSubscription,
  more?: object,
): Promise<Kept> {
  const { endpoint, keys } = subscription.toJSON();
  let kept = given;
  for (;;) {
    const { api, app, key, token, tags } = kept;
    try {
      const registered = await ask<{ id: string; token: string }>(
        api,
        "POST",
        `apps/${app}/subscribers`,
        { "x-app-key": key, ...bearer(token) },
        {
          platform: "web",
          endpoint,
          keys,
          language: navigator.language,
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          // A new one gets the tags that the former had from here.
          ...(token || !tags ? {} : { tags }),
          ...more,
        },
      );
      kept = { ...kept, ...registered, endpoint: subscription.endpoint };
      await keep(kept);
      return kept;
    } catch (error) {
      if ((error as RefusedAnswer).status !== 401) throw error;
      const { public_key: present } = await keysOf(kept);
      if (present === key && !token) throw error;
      kept = present === key ? { ...kept, token: "" } : { ...kept, key: present };
    }
  }
}
