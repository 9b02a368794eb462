// Where a push is sent: to its endpoint. Google's push service, where the apps that Slipway builds have theirs, is a part of
// FCM, so it is asked where the configuration says that FCM is.
import type { ProviderDeps } from "../types.ts";

/** The origin of the endpoints that Play services and Chrome hand out. */
const GOOGLE = "https://fcm.googleapis.com";

/** Returns the address to post to. The VAPID token stays one for the endpoint's own origin. */
export function serviceUrl({ fcmUrl }: Pick<ProviderDeps, "fcmUrl">, endpoint: URL): string {
  if (endpoint.origin !== GOOGLE) return endpoint.href;
  return fcmUrl + endpoint.pathname + endpoint.search;
}
