// Tells pages of the site what happened in the worker.
import type { PushMessage } from "../api.ts";

declare const self: ServiceWorkerGlobalScope;

/** What a page is told, as `slipway` of the message's data. */
export interface Told {
  /** The app that it is about; none: unknown. */
  app: string | undefined;
  message?: PushMessage;
  /** The subscription is another. */
  change?: true;
  /** A click is kept for the page, which is to go to this address first, unless it is there. */
  click?: { go: string | undefined };
}

/** How long a page may take to say that it heard, ms: one that shows our SDK does so at once. */
const MAX_HEARING_MS = 500;

export async function windows(): Promise<readonly WindowClient[]> {
  // No page is below our scope, so that none is controlled.
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
