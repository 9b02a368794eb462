// The service worker, which a site's own worker file imports: it shows pushes, reports them, and opens what a click is for.
// A site may import it into the worker that it has: then only what is Slipway's is touched, and not shown again by others.
import type { PushClick } from "../api.ts";
import { keysOf, register } from "../shared/register.ts";
import type { Kept } from "../shared/kept.ts";
import { report, sendKept } from "../shared/receipts.ts";
import { alone, read } from "../shared/store.ts";
import { clicked } from "./click.ts";
import { payloadOf, show, type Payload, type Shown } from "./show.ts";
import { tellPages } from "./tell.ts";

declare const self: ServiceWorkerGlobalScope;

/** Background Sync (WICG), where there is one. */
type Syncing = ServiceWorkerRegistration & { sync?: { register: (tag: string) => Promise<void> } };
type SyncEvent = ExtendableEvent & { tag: string };

/** The tag of our background syncs, and the name of our part of a notification's data. */
const OURS = "slipway";

/** Returns what is kept of the app of this worker. */
async function keptHere(): Promise<Kept | undefined> {
  const { scope } = self.registration;
  return Object.values((await read("apps")) ?? {}).find((kept) => kept.scope === scope);
}

self.addEventListener("push", (event) => {
  const payload = payloadOf(event);
  // A listener of the site's own would show it once more.
  if (payload.receipt !== undefined) event.stopImmediatePropagation();
  event.waitUntil(pushed(payload));
});

async function pushed(payload: Payload): Promise<void> {
  let kept: Kept | undefined;
  try {
    kept = await keptHere();
    // Nothing says that it is ours: it is left to the site's own worker.
    if (!kept && payload.receipt === undefined) return;
  } catch {
    // A browser that keeps nothing now still has to show it.
  }
  await show(payload);
  await Promise.allSettled([
    payload.receipt === undefined ? sendKept() : reported(payload.receipt),
    tellPages({ app: kept?.app, message: payload.message }),
    renew(),
  ]);
}

self.addEventListener("notificationclick", (event) => {
  const shown = (event.notification.data as { slipway?: Shown } | null)?.slipway;
  if (!shown) return;
  event.stopImmediatePropagation();
  event.notification.close();
  if (event.action === "dismiss") return;
  const url = shown.urls[event.action] ?? shown.message.url;
  const { tag, data } = shown.message;
  const value: PushClick = JSON.parse(JSON.stringify({ url, action: event.action, tag, data }));
  event.waitUntil(
    Promise.allSettled([
      // The link that is followed without a URL counts by itself.
      url !== undefined && shown.receipt
        ? reported(shown.receipt.replace(/delivered$/, "clicked"))
        : null,
      keptHere()
        .catch(() => undefined)
        .then((kept) => clicked(kept, value, shown.click)),
    ]),
  );
});

self.addEventListener("pushsubscriptionchange", (event) => {
  const { newSubscription } = event as { newSubscription?: PushSubscription };
  event.waitUntil(renew(newSubscription));
});

self.addEventListener("sync", (event) => {
  if ((event as SyncEvent).tag !== OURS) return;
  (event as SyncEvent).waitUntil(
    sendKept().then((isAll) => {
      // The browser tries again later.
      if (!isAll) throw new Error("still offline");
    }),
  );
});

async function reported(url: string): Promise<void> {
  if (!(await report(url))) await (self.registration as Syncing).sync?.register(OURS);
}

/** Registers the subscription where it is another than the API has. */
async function renew(given?: PushSubscription | null): Promise<void> {
  await alone(async () => {
    const kept = await keptHere();
    if (!kept?.wanted) return;
    const { pushManager } = self.registration;
    const subscription =
      given ??
      (await pushManager.getSubscription()) ??
      (await pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: (await keysOf(kept)).vapid_public_key,
      }));
    if (subscription.endpoint === kept.endpoint) return;
    await register(kept, subscription);
    await tellPages({ app: kept.app, change: true });
  });
}
