// Tells pages of the site what happened in the worker.
import { MAX_HEARING_MS } from "../shared/limits.ts";
import type { Told } from "../shared/port.ts";

declare const self: ServiceWorkerGlobalScope;

/** The site's tabs, the last used first. No page is below our scope, so that none is controlled. */
export function windows(): Promise<readonly WindowClient[]> {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

export async function tellPages(told: Told): Promise<void> {
  for (const page of await windows()) page.postMessage({ slipway: told });
}

/** Tells one page of a click. Returns the port by which it waits to be told to go on, if it heard. */
export function tell(page: WindowClient, told: Told): Promise<MessagePort | undefined> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const late = setTimeout(() => {
      port1.postMessage(false);
      resolve(undefined);
    }, MAX_HEARING_MS);
    port1.onmessage = () => {
      clearTimeout(late);
      resolve(port1);
    };
    page.postMessage({ slipway: told }, [port2]);
  });
}
