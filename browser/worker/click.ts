// What a click on a notification does: it comes to a tab of the site that is open, or opens one.
import type { PushClick } from "../api.ts";
import { MAX_CLICKS, MAX_OPENING_MS } from "../shared/limits.ts";
import { report } from "./receipts.ts";
import { pick, type Payload } from "./show.ts";
import { update } from "./store.ts";
import { keptHere } from "./subscription.ts";
import { tell, windows } from "./tell.ts";

declare const self: ServiceWorkerGlobalScope;

export async function clicked(payload: Payload, action: string): Promise<void> {
  const { receipt, click } = payload;
  const url = payload.actions?.find?.((each) => each?.action === action)?.url ?? payload.url;
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
  // A fragment names a place in the same document.
  const isThere = ({ url }: WindowClient) => url.split("#")[0] === target.split("#")[0];
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
    const { clicks } = state;
    state.clicks = clicks.filter((each) => each.app !== app);
    return clicks
      .filter((each) => each.app === app && each.at > Date.now() - MAX_OPENING_MS)
      .map(({ value }) => value);
  });
}
