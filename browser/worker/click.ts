// What a click on a notification does: it comes to a tab of the site that is open, or opens one.
import type { PushClick } from "../api.ts";
import { report } from "./receipts.ts";
import { pick, type Payload } from "./show.ts";
import { update } from "./store.ts";
import { keptHere } from "./subscription.ts";
import { tell, windows } from "./tell.ts";

declare const self: ServiceWorkerGlobalScope;

/** Most that wait for a page. */
const MAX_CLICKS = 10;
/** How long after a click a page still counts as opened by it, ms. */
const MAX_OPENING_MS = 60_000;

/** An address without its fragment, which names a place in the same document. */
const documentOf = (url: string) => url.split("#")[0];

export async function clicked(payload: Payload, action: string): Promise<void> {
  const { receipt, click, actions } = payload;
  const url = actions?.find?.((each) => each?.action === action)?.url ?? payload.url;
  const value: PushClick = { ...pick(payload, "tag data"), ...(url && { url }), action };
  await Promise.allSettled([
    // The link counts by itself.
    (url || !click) && report(receipt?.replace(/delivered$/, "clicked")),
    go(url ?? click ?? "/", value),
  ]);
}

/** Goes to `address`. */
async function go(address: string, value: PushClick): Promise<void> {
  const target = new URL(address, location.origin).href;
  const kept = await keptHere().catch(() => null);
  const isHere = target.startsWith(`${location.origin}/`);
  const isAny = isHere && kept?.click === "origin";
  const isThere = ({ url }: WindowClient) => documentOf(url) === documentOf(target);
  const page = (await windows()).find((each) => isAny || isThere(each));
  // For the page that comes to the screen, of which the first takes it: so only one hears of it.
  if (kept && (isHere || !value.url)) {
    await update((state) => {
      state.clicks = [...state.clicks, { app: kept.app, at: Date.now(), value }].slice(-MAX_CLICKS);
    });
  }
  const isToStay = isAny && kept.open === "focus";
  // A page without our SDK can't be sent anywhere.
  const port = page && (await tell(page, { app: kept?.app, go: isToStay ? page.url : target }));
  if (page && (port || isToStay || isThere(page))) {
    // Before it goes, since the page that comes in its place is another client.
    await page.focus().catch(() => null);
    port?.postMessage(true);
  } else await self.clients.openWindow(target);
}

/** Hands the clicks over that are waiting for a page. */
export function takeClicks(app: string): Promise<PushClick[]> {
  return update((state) => {
    const mine: PushClick[] = [];
    state.clicks = state.clicks.filter((each) => {
      const isMine = each.app === app;
      if (isMine && each.at > Date.now() - MAX_OPENING_MS) mine.push(each.value);
      return !isMine;
    });
    return mine;
  });
}
