// The browser's push subscription, and what the API has of it: both are made what the user last wanted, on each load of a
// page. One tab at a time does so.
import { ask, refusal, type RefusedAnswer } from "../shared/ask.ts";
import { keep, keptOf, type Kept } from "../shared/kept.ts";
import { bearer, keysOf, register } from "../shared/register.ts";
import { alone } from "../shared/store.ts";
import type { InitOptions } from "./api.ts";

/** The end of the scope that is ours alone: a worker with it has nothing else to do. */
const OWN_SCOPE = "slipway-push/";

export interface Subscription {
  /** The subscription that the browser has now. */
  present: () => Promise<PushSubscription | null | undefined>;
  /** Keeps whether the user wants pushes. */
  want: (wanted: boolean) => Promise<void>;
  note: (changes: Partial<Kept>) => Promise<void>;
  /**
   * Makes it so. `more` is sent with a registration. Returns what is kept, nothing before the first `want()`.
   */
  settle: (more: object) => Promise<Kept | undefined>;
}

export function makeSubscription(options: InitOptions & { api: string }): Subscription {
  const { app, key, api, worker = "/slipway-sw.js", click = "exact", open = "navigate" } = options;
  const workerUrl = new URL(worker, document.baseURI).href;
  const scope = new URL(options.scope ?? OWN_SCOPE, options.scope ? document.baseURI : workerUrl)
    .href;
  const now = { app, key, api, click, open };

  /** The registration with exactly this scope: the browser finds those above it too. */
  async function registrationOf(wanted: string): Promise<ServiceWorkerRegistration | undefined> {
    const found = await navigator.serviceWorker.getRegistration(wanted);
    return found?.scope === wanted ? found : undefined;
  }

  async function note(changes: Partial<Kept>): Promise<void> {
    const blank = { ...now, scope, wanted: false, endpoint: "", id: "", token: "" };
    await keep({ ...blank, ...(await keptOf(app)), ...changes });
  }

  async function subscribe(kept: Kept, more: object): Promise<Kept> {
    const { public_key, vapid_public_key: vapid } = await keysOf(kept);
    if (!vapid) throw refusal("unsupported", "Web Push is not set up for this app");
    const registration = await navigator.serviceWorker.register(workerUrl, {
      scope,
      // Ours is looked up with the site's own.
      updateViaCache: "none",
    });
    await active(registration);
    const { pushManager } = registration;
    let subscription = await pushManager.getSubscription();
    if (subscription && keyOf(subscription) !== vapid) {
      await subscription.unsubscribe();
      subscription = null;
    }
    subscription ??= await pushManager
      .subscribe({ userVisibleOnly: true, applicationServerKey: vapid })
      .catch(({ name, message }: DOMException) => {
        const code =
          name === "NotAllowedError" ? "denied" : name === "AbortError" ? "offline" : "unsupported";
        throw refusal(code, message);
      });
    const registered = await register(
      { ...kept, ...now, key: public_key, scope },
      subscription,
      more,
    );
    if (kept.scope !== scope) await giveUp(kept.scope);
    return registered;
  }

  /** Ends what is left behind by another scope. */
  async function giveUp(former: string): Promise<void> {
    const registration = await registrationOf(former);
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
    if (former.endsWith(OWN_SCOPE)) await registration?.unregister();
  }

  async function end(kept: Kept): Promise<Kept> {
    const registration = await registrationOf(kept.scope);
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
    if (kept.endpoint) {
      await ask(api, "DELETE", `subscribers/${kept.id}`, bearer(kept.token)).catch(
        (error: RefusedAnswer) => {
          // It is gone already.
          if (error.status !== 401 && error.status !== 404) throw error;
        },
      );
      await note({ endpoint: "" });
    }
    return kept;
  }

  return {
    present: async () => (await registrationOf(scope))?.pushManager.getSubscription(),
    want: (wanted) => alone(() => note({ wanted })),
    note,
    settle: (more) =>
      alone(async () => {
        const kept = await keptOf(app);
        if (!kept) return kept;
        return kept.wanted && Notification.permission === "granted"
          ? subscribe(kept, more)
          : end(kept);
      }),
  };
}

/** Waits until the worker can be subscribed for. */
async function active({
  active: now,
  installing,
  waiting,
}: ServiceWorkerRegistration): Promise<void> {
  const worker = installing ?? waiting;
  if (now || !worker) return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant")
        reject(refusal("unsupported", "the worker's file can't be run"));
    });
  });
}

/** The VAPID key that a subscription was made with, in base64url. */
function keyOf({ options }: PushSubscription): string {
  const bytes = new Uint8Array(options.applicationServerKey ?? []);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
