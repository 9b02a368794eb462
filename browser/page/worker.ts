// The page's end of what it asks the worker for, and where the worker is registered.
import type { Refusal } from "../api.ts";
import { MAX_ANSWER_MS, MAX_LOOK_MS } from "../shared/limits.ts";
import {
  OWN_SCOPE,
  refusal,
  type Answer,
  type Call,
  type Registration,
  type Site,
} from "../shared/port.ts";
import type { InitOptions } from "./api.ts";
import type { Extra } from "./extra.ts";
import { registrationOf } from "./scopes.ts";

export interface Worker {
  /** Asks it. Refuses as it does, and `not_subscribed` if it is not there. */
  call: <Value>(asked: Call) => Promise<Value>;
  /**
   * Makes the subscription what the user wants, by the worker's present address and scope; what a former scope left behind
   * ends. Does nothing where nobody ever subscribed, unless `wanted`.
   */
  settle: (wanted?: boolean, more?: Registration) => Promise<{ id: string } | undefined>;
}

export function makeWorker(
  options: InitOptions & { api: string },
  extra: () => Promise<Extra>,
): Worker {
  const { app, key, api, worker = "/slipway-sw.js", click, open } = options;
  const site: Site = { app, key, api, click, open };
  const url = new URL(worker, document.baseURI).href;
  const scope = new URL(options.scope ?? OWN_SCOPE, options.scope ? document.baseURI : url).href;
  /** Where the scope is kept in which this browser subscribed. */
  const name = `slipway:${app}`;

  const call: Worker["call"] = async (asked) => {
    const active = (await registrationOf(scope))?.active;
    if (!active) throw refusal("not_subscribed", "subscribe first");
    return new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data: { value, error, message } }: MessageEvent<Answer>) =>
        error ? reject(refusal(error, message as string)) : resolve(value as never);
      setTimeout(
        reject,
        asked.call === "look" ? MAX_LOOK_MS : MAX_ANSWER_MS,
        refusal("unsupported", "no answer"),
      );
      active.postMessage({ slipway: { site, ...asked } }, [port2]);
    });
  };

  const settle: Worker["settle"] = async (wanted, more) => {
    const found = await registrationOf(scope);
    const former: string | undefined = localStorage[name] ?? found?.scope;
    if (!former && !wanted) return;
    // One that is there is left as it is: it may be the site's own.
    if (found?.active?.scriptURL !== url) {
      await navigator.serviceWorker
        // Our part of it is looked up together with the site's.
        .register(url, { scope, updateViaCache: "none" })
        .then(activated);
    }
    const value = await call<{ id: string }>({ call: "settle", wanted, more } as Call);
    if (former && former !== scope) await (await extra()).leaveScope(former);
    localStorage[name] = scope;
    return value;
  };
  return {
    call: (asked) => call<never>(asked).catch(coded),
    settle: (wanted, more) => settle(wanted, more).catch(coded),
  };
}

/** Throws it with a code: what the browser does not allow has a number as its code, or none. */
function coded(error: Refusal): never {
  throw error.code?.length ? error : refusal("unsupported", error.message);
}

/** Waits until it can be subscribed for. */
async function activated({
  installing,
  waiting,
  active,
}: ServiceWorkerRegistration): Promise<void> {
  const worker = installing ?? waiting;
  if (active || !worker) return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(refusal("unsupported", "no worker"));
    });
  });
}
