// Tells pages of the site what happened in the worker.
import type { Told } from "../shared/port.ts";

declare const self: ServiceWorkerGlobalScope;

/** How long a page may take to say that it heard, ms: one that has our SDK does so at once. */
const MAX_HEARING_MS = 500;

/** The site's tabs, the last used first. No page is below our scope, so that none is controlled. */
export function windows(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

export async function tellPages(told: Told): Promise<void> {
  for (const page of await windows()) page.postMessage({ slipway: told });
}

/** Tells one page. Returns whether it heard. */
export function tell(page: WindowClient, told: Told): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(true);
    setTimeout(() => resolve(false), MAX_HEARING_MS);
    page.postMessage({ slipway: told }, [port2]);
  });
}
