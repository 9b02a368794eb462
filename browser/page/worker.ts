// The page's end of what it asks the worker for, and where the worker is registered.
import { refusal, type Answer, type Site } from "../shared/port.ts";
import type { InitOptions } from "./api.ts";

/** The end of the scope that is ours alone: a worker with it has nothing else to do. */
const OWN_SCOPE = "slipway-push/";
/** How long an answer may take, ms: one that waits for others, and for the network each. */
const MAX_ANSWER_MS = 90_000;

export interface Worker {
  /** Whether this browser was ever subscribed, so that there is somebody to ask. */
  isThere: () => Promise<unknown>;
  /** Makes it be there, registered by its present address and scope. */
  begin: () => Promise<void>;
  /** Ends what a former scope left behind, once its subscriber has moved. */
  endFormer: () => Promise<void>;
  /** Asks it. Refuses as it does, and `not_subscribed` if it is not there. */
  call: <Value>(call: string, more?: object) => Promise<Value>;
}

export function makeWorker(options: InitOptions & { api: string }): Worker {
  const { app, key, api, worker = "/slipway-sw.js", click = "exact", open = "navigate" } = options;
  const site: Site = { app, key, api, click, open };
  const url = new URL(worker, document.baseURI).href;
  const scope = new URL(options.scope ?? OWN_SCOPE, options.scope ? document.baseURI : url).href;
  const container = navigator.serviceWorker;
  /** Where the scope is kept in which this browser subscribed. */
  const name = `slipway:${app}`;

  /** The registration with exactly this scope: the browser finds those above it too. */
  async function registrationOf(wanted: string): Promise<ServiceWorkerRegistration | undefined> {
    const found = await container.getRegistration(wanted);
    return found?.scope === wanted ? found : undefined;
  }

  return {
    isThere: async () => localStorage[name] ?? registrationOf(scope),
    async begin() {
      // Our part of it is looked up together with the site's own.
      await activated(await container.register(url, { scope, updateViaCache: "none" }));
    },
    async endFormer() {
      const former: string = localStorage[name] ?? scope;
      localStorage[name] = scope;
      if (former === scope) return;
      const registration = await registrationOf(former);
      await (await registration?.pushManager.getSubscription())?.unsubscribe();
      if (former.endsWith(OWN_SCOPE)) await registration?.unregister();
    },
    async call(call, more) {
      const active = (await registrationOf(scope))?.active;
      if (!active) throw refusal("not_subscribed", "push.subscribe() comes first");
      return new Promise((resolve, reject) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data: { value, error, message } }: MessageEvent<Answer>) =>
          error ? reject(refusal(error, message as string)) : resolve(value as never);
        setTimeout(reject, MAX_ANSWER_MS, refusal("unsupported", "the worker does not answer"));
        active.postMessage({ slipway: { call, site, ...more } }, [port2]);
      });
    },
  };
}

/** Waits until it can be subscribed for. */
async function activated({ installing, waiting, active }: ServiceWorkerRegistration): Promise<void> {
  const worker = installing ?? waiting;
  if (active || !worker) return;
  await new Promise<void>((resolve, reject) => {
    worker.onstatechange = () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(refusal("unsupported", "the worker can't be run"));
    };
  });
}
