// Reports to the API what became of a notification: that it was delivered, that it was clicked. What can't be sent is kept,
// and sent with the next push, the next load of a page, or when the browser says that there is a network again.
import { MAX_RECEIPTS } from "../shared/limits.ts";
import { refusal } from "../shared/port.ts";
import { isForLater } from "./status.ts";
import { update } from "./store.ts";

declare const self: ServiceWorkerGlobalScope;

/** Background Sync (WICG), where there is one. */
type Syncing = ServiceWorkerRegistration & { sync?: { register: (tag: string) => Promise<void> } };

/** The tag of our background syncs. */
export const SYNC = "slipway";

/** Reports to `url`, if there is one, and what was kept before, now or later. */
export async function report(url: string | undefined): Promise<void> {
  if (url) {
    // Kept first, since the browser may end the worker at any time.
    await update((state) => {
      state.receipts = [...state.receipts, url].slice(-MAX_RECEIPTS);
    }).catch(() => isSent(url));
  }
  await sendKept().catch(() => (self.registration as Syncing).sync?.register(SYNC));
}

/** Sends what is kept. Throws if that can't be sent now: then the others wait too. */
export async function sendKept(): Promise<void> {
  for (const url of await update(({ receipts }) => receipts)) {
    if (!(await isSent(url))) throw refusal("offline", "no answer");
    await update((state) => {
      state.receipts = state.receipts.filter((each) => each !== url);
    });
  }
}

/** Whether it need not be sent again: it was taken, or refused for good. No header, so that no browser asks first. */
function isSent(url: string): Promise<boolean> {
  return fetch(url, { method: "POST" }).then(
    ({ status }) => !isForLater(status),
    () => false,
  );
}
