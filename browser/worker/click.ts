// What a click on a notification does: it comes to a tab of the site that is open, or opens one.
import type { PushClick } from "../api.ts";
import type { Kept } from "../shared/kept.ts";
import { change } from "../shared/store.ts";
import { tell, windows } from "./tell.ts";

declare const self: ServiceWorkerGlobalScope;

/** Most that wait for a page. */
const MAX_CLICKS = 10;

/** An address without its fragment, which names a place in the same document. */
const documentOf = (url: string) => url.replace(/#.*/, "");

/**
 * @param link is what leads on where the notification has no URL
 */
export async function clicked(
  kept: Kept | undefined,
  value: PushClick,
  link: string | undefined,
): Promise<void> {
  const followed =
    link && value.action ? `${link}?action=${encodeURIComponent(value.action)}` : link;
  const { origin } = self.location;
  const target = new URL(value.url ?? followed ?? "/", origin).href;
  const isSame = (url: string) =>
    kept?.click === "origin"
      ? new URL(url).origin === new URL(target).origin
      : documentOf(url) === documentOf(target);
  // Whatever has no URL goes where the link leads, and that is known to nobody here.
  const page =
    value.url === undefined && link ? undefined : (await windows()).find(({ url }) => isSame(url));
  if (kept && (page || value.url === undefined || new URL(target).origin === origin)) {
    // A page takes it from there, so that only one hears of it, also a page that is just being opened.
    const click = { app: kept.app, at: Date.now(), value };
    await change("clicks", (all = []) => [...all, click].slice(-MAX_CLICKS)).catch(() => null);
  }
  if (page && (await moved(page, kept, target))) {
    await page.focus();
  } else {
    await self.clients.openWindow(target);
  }
}

/** Brings an open page where the click leads, if it is to go there. Returns whether it is there. */
async function moved(page: WindowClient, kept: Kept | undefined, target: string): Promise<boolean> {
  const goes = kept?.click !== "origin" || kept.open === "navigate";
  const go = goes ? target : undefined;
  if (await tell(page, { app: kept?.app, click: { go } })) return true;
  if (!goes || documentOf(page.url) === documentOf(target)) return true;
  // A page without our SDK: only a worker that controls it may move it.
  return page.navigate(target).then(
    () => true,
    () => false,
  );
}
