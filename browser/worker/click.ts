// What a click on a notification does: it comes to a tab of the site that is open, or opens one.
import { report } from "./receipts.ts";
import type { Payload } from "./show.ts";
import { update, type Kept } from "./store.ts";
import { keptHere } from "./subscription.ts";
import { tell, windows } from "./tell.ts";

declare const self: ServiceWorkerGlobalScope;

/** Most that wait for a page. */
const MAX_CLICKS = 10;

/** An address without its fragment, which names a place in the same document. */
const documentOf = (url: string) => url.split("#")[0];

export async function clicked(payload: Payload, action: string): Promise<void> {
  const { tag, data, receipt, click, actions } = payload;
  const url = actions?.find((each) => each.action === action)?.url ?? payload.url;
  const kept = await keptHere().catch(() => undefined);
  await Promise.allSettled([
    // The link counts by itself.
    (url || !click) && receipt ? report(receipt.replace(/delivered$/, "clicked")) : null,
    go(kept, url, click && action ? `${click}?action=${encodeURIComponent(action)}` : click, {
      action,
      ...(url && { url }),
      ...(tag && { tag }),
      ...(data !== undefined && { data }),
    }),
  ]);
}

/** Goes to `url`, or where `link` leads, which is not known before it is followed. */
async function go(
  kept: Kept | undefined,
  url: string | undefined,
  link: string | undefined,
  value: { action: string; url?: string },
): Promise<void> {
  const { origin } = self.location;
  const target = new URL(url ?? link ?? "/", origin).href;
  const isHere = target.startsWith(`${origin}/`);
  const isAny = kept?.click === "origin" && isHere;
  const page = (await windows()).find(
    (each) => isAny || documentOf(each.url) === documentOf(target),
  );
  // For the page that comes to the screen, of which the first takes it: so only one hears of it.
  if (kept && (isHere || !url)) {
    await update((state) => {
      state.clicks = [...state.clicks, { app: kept.app, at: Date.now(), value }].slice(-MAX_CLICKS);
    }).catch(() => null);
  }
  const isToGo = !isAny || kept.open === "navigate";
  if (page && (await isThere(page, kept, isToGo ? target : undefined))) await page.focus();
  else await self.clients.openWindow(target);
}

/** Has an open page go where the click leads, if it is to. Returns whether it is there. */
async function isThere(
  page: WindowClient,
  kept: Kept | undefined,
  to: string | undefined,
): Promise<boolean> {
  if (await tell(page, { app: kept?.app, click: { go: to } })) return true;
  if (!to || documentOf(page.url) === documentOf(to)) return true;
  // A page without our SDK: only a worker that controls it may move it.
  return page.navigate(to).then(
    () => true,
    () => false,
  );
}
