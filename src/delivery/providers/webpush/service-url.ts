// Where a push is sent: to its endpoint, but where Google's push service is concerned, to wherever FCM is in this
// installation. Apps that Slipway builds have their endpoints there, and no stand-in can be reached by that name.
import type { ProviderDeps } from "../types.ts";

/** The origin of the endpoints that Play services and Chrome hand out. */
const GOOGLE = "https://fcm.googleapis.com";

/** Returns the address to post to. The VAPID token stays one for the endpoint's own origin. */
export function serviceUrl({ fcmUrl }: Pick<ProviderDeps, "fcmUrl">, endpoint: URL): string {
  if (endpoint.origin !== GOOGLE) return endpoint.href;
  return fcmUrl + endpoint.pathname + endpoint.search;
}
