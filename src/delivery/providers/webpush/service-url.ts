// Where a push is sent: to its endpoint. Google's push service, where the apps that Slipway builds have theirs, is a part of
// FCM, so it is asked where the configuration says that FCM is.
import type { ProviderDeps } from "../types.ts";

/** The origin of the endpoints that Play services and Chrome hand out. */
const GOOGLE = "https://fcm.googleapis.com";

/**
 * Returns the address to post to for an endpoint, a URL whose origin is `origin`. The VAPID token stays one for that. Only
 * where Google's push service is asked elsewhere is the endpoint parsed: `fetch` does that by itself.
 */
export function serviceUrl(
  { fcmUrl }: Pick<ProviderDeps, "fcmUrl">,
  endpoint: string,
  origin: string,
): string {
  if (origin !== GOOGLE || fcmUrl === GOOGLE) return endpoint;
  const { pathname, search } = new URL(endpoint);
  return fcmUrl + pathname + search;
}
