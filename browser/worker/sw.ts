// The service worker, which a site's own worker file imports: it registers, shows pushes, reports them, and opens what a
// click is for. A site may import it into the worker that it has: then only what is Slipway's is touched, and kept from the
// site's own listeners, which would show or open it once more.
import type { PushClick } from "../api.ts";
import type { Asked, Subscribed } from "../shared/port.ts";
import { clicked } from "./click.ts";
import { sendKept, report, SYNC } from "./receipts.ts";
import { messageOf, payloadOf, show, type Payload } from "./show.ts";
import { update, type Kept } from "./store.ts";
import { askOwn, keep, keptHere, settle } from "./subscription.ts";
import { tellPages } from "./tell.ts";

declare const self: ServiceWorkerGlobalScope;

/** How long after a click a page still counts as opened by it, ms. */
const MAX_OPENING_MS = 60_000;

let turn: Promise<unknown> = Promise.resolve();

/** Does `work` after what was begun before, so that two tabs don't register twice. */
function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  const done = turn.then(work, work);
  turn = done;
  return done;
}

self.addEventListener("push", (event) => {
  const payload = payloadOf(event);
  if (payload.receipt) event.stopImmediatePropagation();
  event.waitUntil(pushed(payload));
});

async function pushed(payload: Payload): Promise<void> {
  let kept: Kept | undefined;
  const { receipt } = payload;
  try {
    kept = await keptHere();
    // Nothing says that it is ours: it is left to the site's own listeners.
    if (!kept && !receipt) return;
  } catch {
    // A browser that keeps nothing now still has to show it.
  }
  await show(payload);
  await Promise.allSettled([
    receipt ? report(receipt) : sendKept(),
    tellPages({ app: kept?.app, message: messageOf(payload) }),
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

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(renew());
});

self.addEventListener("sync", (event: any) => {
  // If it fails, the browser tries again later.
  if (event.tag === SYNC) event.waitUntil(sendKept());
});

/** Registers the subscription if it is another than the API has. */
function renew(): Promise<unknown> {
  return inTurn(async () => {
    const kept = await keptHere();
    const subscription = await self.registration.pushManager.getSubscription();
    if (kept && subscription?.endpoint !== kept.endpoint) await settle(kept);
  });
}

self.addEventListener("message", (event) => {
  const asked = event.data?.slipway as Asked | undefined;
  const [port] = event.ports;
  if (!asked || !port) return;
  event.stopImmediatePropagation();
  const answer = () => answerTo(asked);
  event.waitUntil(
    (asked.call === "state" || asked.call === "clicks" ? answer() : inTurn(answer)).then(
      (value) => port.postMessage({ value }),
      ({ code, message }) => port.postMessage({ error: code ?? "unsupported", message }),
    ),
  );
});

async function answerTo(asked: Asked): Promise<unknown> {
  const { site } = asked;
  const { app } = site;
  const kept = await update(({ apps }) => apps[app]);
  switch (asked.call) {
    case "state":
      return subscribedAs(kept);
    case "clicks":
      return takeClicks(app);
    case "load":
      if (!kept) return;
      await settle(await keep(site, {}));
      return sendKept();
    case "subscribe":
      return subscribedAs(await settle(await keep(site, { wanted: true }), asked.more));
    case "unsubscribe":
      // What the API can't be told now, it is told with the next load.
      return void (await settle(await keep(site, { wanted: false })).catch(() => null));
    case "own":
      return askOwn(kept, asked.method, asked.path, asked.body);
  }
}

/** Returns what a page may know of the subscription. */
async function subscribedAs(kept: Kept | undefined): Promise<Subscribed> {
  const comes =
    kept?.endpoint &&
    Notification.permission === "granted" &&
    (await self.registration.pushManager.getSubscription());
  return { id: comes ? kept.id : null, tags: kept?.tags };
}

/** Hands the clicks over that are waiting for a page. */
function takeClicks(app: string): Promise<PushClick[]> {
  return update((state) => {
    const mine = state.clicks.filter((each) => each.app === app);
    state.clicks = state.clicks.filter((each) => each.app !== app);
    return mine.filter(({ at }) => at > Date.now() - MAX_OPENING_MS).map(({ value }) => value);
  });
}
