// The service worker, which a site's own worker file imports: it registers, shows pushes, reports them, and opens what a
// click is for. A site may import it into the worker that it has: then only what is Slipway's is touched, and kept from the
// site's own listeners, which would show or open it once more.
import type { PushMessage } from "../api.ts";
import { OWN_SCOPE, refusal, type Asked, type Seen } from "../shared/port.ts";
import { clicked, takeClicks } from "./click.ts";
import { sendKept, report, SYNC } from "./receipts.ts";
import { MESSAGE, payloadOf, pick, show, type Payload } from "./show.ts";
import { update, type Kept } from "./store.ts";
import { askOwn, keep, keptHere, settle } from "./subscription.ts";
import { tellPages } from "./tell.ts";

declare const self: ServiceWorkerGlobalScope;

let turn: Promise<unknown> = Promise.resolve();

/** Does `work` after what was begun before, so that two tabs don't register twice; then tells all of them. */
function inTurn<Value>(app: string | undefined, work: () => Promise<Value>): Promise<Value> {
  // oxlint-disable-next-line typescript/no-misused-promises -- finally() waits for what it is given
  const done = turn.then(work, work).finally(() => tellPages({ app }));
  turn = done;
  return done;
}

self.addEventListener("push", (event) => {
  const payload = payloadOf(event);
  if (payload.receipt) event.stopImmediatePropagation();
  event.waitUntil(pushed(payload));
});

async function pushed(payload: Payload): Promise<void> {
  const { receipt } = payload;
  // A browser that keeps nothing now still has to show it.
  const kept: Partial<Kept> | undefined = await keptHere().catch(() => ({}));
  // Nothing says that it is ours: it is left to the site's own listeners, which our own scope has not.
  if (!kept && !receipt && !self.registration.scope.endsWith(OWN_SCOPE)) return;
  await show(payload);
  await Promise.allSettled([
    report(receipt),
    tellPages({ app: kept?.app, message: pick(payload, MESSAGE) as PushMessage }),
    renew(),
  ]);
}

self.addEventListener("notificationclick", (event) => {
  const { notification, action } = event;
  const payload = notification.data?.slipway as Payload | undefined;
  if (!payload) return;
  event.stopImmediatePropagation();
  notification.close();
  if (action !== "dismiss") event.waitUntil(clicked(payload, action));
});

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew()));

self.addEventListener("sync", (event) => {
  // If it fails, the browser tries again later.
  if ((event as Event & { tag?: string }).tag === SYNC) {
    (event as ExtendableEvent).waitUntil(sendKept());
  }
});

/** Registers the subscription if it is another than the API has. */
async function renew(): Promise<void> {
  const kept = await keptHere();
  const subscription = await self.registration.pushManager.getSubscription();
  if (kept && subscription?.endpoint !== kept.endpoint) {
    // As it is then: the user may be ending it now.
    await inTurn(kept.app, async () => settle((await keptHere()) as Kept));
  }
}

self.addEventListener("message", (event) => {
  const asked = event.data?.slipway as Asked | undefined;
  const [port] = event.ports;
  if (!asked || !port) return;
  event.stopImmediatePropagation();
  event.waitUntil(
    (asked.call === "look" ? answerTo(asked) : inTurn(asked.site.app, () => answerTo(asked))).then(
      (value) => port.postMessage({ value }),
      ({ name, code, message }) =>
        port.postMessage({
          // An exception of the browser has a number as its code, such as that there is no push service now.
          error:
            name === "NotAllowedError" ? "denied" : code > 0 ? "offline" : code || "unsupported",
          message,
        }),
    ),
  );
});

async function answerTo(asked: Asked): Promise<unknown> {
  const { site } = asked;
  const kept = await update(({ apps }) => apps[site.app]);
  if (asked.call === "own") return askOwn(kept, asked.method, asked.path, asked.body);
  if (asked.call === "look") {
    const isReached = kept?.wanted && kept.endpoint && Notification.permission === "granted";
    const seen: Seen = {
      id: (isReached && kept.id) || null,
      tags: kept?.tags,
      clicks: asked.take ? await takeClicks(site.app) : [],
    };
    return seen;
  }
  // What a newer page asks.
  if (asked.call !== "settle") throw refusal("unsupported", "no call");
  const { wanted = kept?.wanted, more } = asked;
  if (wanted === undefined) return;
  const { id } = await settle(await keep(site, { wanted }), more);
  await sendKept().catch(() => null);
  return { id };
}
