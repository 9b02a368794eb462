// Where workers are registered, by their scopes.
import { OWN_SCOPE } from "../shared/port.ts";

/** The registration with exactly this scope: the browser finds those above it too. */
export async function registrationOf(
  scope: string,
): Promise<ServiceWorkerRegistration | undefined> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  const found = await container?.getRegistration(scope);
  return found?.scope === scope ? found : undefined;
}

/** Ends what a scope was for that the site has given up for another: the worker too, if it did nothing else. */
export async function leaveScope(scope: string): Promise<void> {
  const registration = await registrationOf(scope);
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
  if (scope.endsWith(OWN_SCOPE)) await registration?.unregister();
}
