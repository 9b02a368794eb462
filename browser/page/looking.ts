// How things are in a browser: what a page is told of the permission and the subscription, and when it looks.
import type { NotificationPermission } from "../api.ts";
import type { Seen, Told } from "../shared/port.ts";
import type { SdkState } from "./api.ts";
import type { Events } from "./events.ts";
import type { Worker } from "./worker.ts";

/** Without push where a browser has none, or not here, as in private windows: then one or the other is missing. */
export function permission(): NotificationPermission {
  try {
    if (navigator.serviceWorker && PushManager) return Notification.permission;
  } catch {
    // There is no such name, or this is a sandboxed frame.
  }
  return "unsupported";
}

/** Looks, and tells the listeners what is new: with `take` of clicks too, if the page is on the screen. */
type Look = (take?: boolean) => Promise<SdkState>;

/** Looks how things are. `take`: hands over what was clicked. */
export function see(worker: Worker, take: boolean): Promise<Seen> {
  return worker.call<Seen>({ call: "look", take }).catch(() => ({ id: null, clicks: [] }));
}

/** Returns how to look. Where there is push, looks whenever something may be new, and makes the subscription what it is to be. */
export function keepLooking(app: string, worker: Worker, { emit }: Events): Look {
  let last: string | undefined;
  const look: Look = async (take = false) => {
    const now = permission();
    const { id, clicks } = await see(worker, take && !document.hidden);
    for (const click of clicks) emit("click", click);
    // WebKit on iOS alone says whether it shows a page from the Home Screen, and has push there alone.
    const isTab = (navigator as { standalone?: boolean }).standalone === false;
    const hint = now === "unsupported" && isTab ? "add-to-home-screen" : null;
    const state: SdkState = { permission: now, subscribed: !!id, id, hint };
    const text = JSON.stringify(state);
    if (last && last !== text) emit("change", state);
    last = text;
    return state;
  };
  if (permission() === "unsupported") return look;

  let isLeaving = false;
  navigator.serviceWorker.addEventListener("message", (event) => {
    const told = event.data?.slipway as Told | undefined;
    if (told?.app !== app) return;
    // Nothing for listeners of the site's own.
    event.stopImmediatePropagation();
    const { message, go } = told;
    if (message) emit("message", message);
    if (!go) return void look();
    // Then the page that comes in place of this one hears of the click. A fragment names a place in the same document.
    isLeaving = go.split("#")[0] !== location.href.split("#")[0];
    const [port] = event.ports as unknown as [MessagePort];
    port.onmessage = ({ data: isMeant }: MessageEvent<boolean>) => {
      if (!isMeant) isLeaving = false;
      else if (go !== location.href) location.assign(go);
      void look(isMeant && !isLeaving);
    };
    port.postMessage(1);
  });
  // A click is for the page that it brought to the screen.
  document.addEventListener("visibilitychange", () => void look(!isLeaving));
  const load = () =>
    look(true)
      .then(() => worker.settle())
      .catch(() => null);
  void navigator.permissions?.query({ name: "notifications" }).then(
    (status) => {
      status.onchange = load;
    },
    () => null,
  );
  void load();
  return look;
}
